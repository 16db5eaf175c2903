// The capabilities of server/roster.capnp over the service.
#pragma once

#include <roster.capnp.h>

#include "server/loop/service.h"

namespace roster::server {

// The bootstrap capability. The service outlives it and all that is had from it.
rpc::Roster::Client makeRosterCapability(Service& service);

}  // namespace roster::server
