// What every way to the server works with.
#pragma once

#include <kj/timer.h>

#include "index/engine/host.h"
#include "server/loop/bridge.h"
#include "server/loop/call_counter.h"
#include "server/service/databases.h"
#include "server/service/limits.h"

namespace roster::server {

// Made by serve(); outlives whatever refers to it. Belongs to the event loop's thread.
struct Service {
  Host& host;
  Databases& databases;
  const Executor& thread;  // of one thread, for what is answered on the event loop
  Bridge& bridge;          // to the threads for what is not
  CallCounter& calls;
  kj::Timer& timer;
  const Limits& limits;
};

}  // namespace roster::server
