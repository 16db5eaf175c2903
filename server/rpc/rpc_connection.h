// A connection that speaks Cap'n Proto RPC.
#pragma once

#include <kj/async-io.h>
#include <roster.capnp.h>

#include "server/service/limits.h"

namespace roster::server {

// Serves until the client goes.
kj::Promise<void> serveRpc(kj::Own<kj::AsyncIoStream> stream, rpc::Roster::Client bootstrap, const RpcLimits& limits);

}  // namespace roster::server
