// Connections that speak Cap'n Proto RPC.
#pragma once

#include <kj/async-io.h>
#include <roster.capnp.h>

#include "server/service/limits.h"

namespace roster::server {

// Belongs to an event loop's thread. Destroyed, it drops its connections.
class RpcListener final : private kj::TaskSet::ErrorHandler {
 public:
  RpcListener(rpc::Roster::Client bootstrap, const RpcLimits& limits);

  // Takes connections until the promise is dropped; those that are open stay so. Beyond the most that are allowed, they
  // are closed at once.
  kj::Promise<void> listen(kj::ConnectionReceiver& receiver);

 private:
  struct Connection;

  void accept(kj::Own<kj::AsyncIoStream> stream);
  void taskFailed(kj::Exception&& exception) override;

  rpc::Roster::Client bootstrap_;
  const RpcLimits limits_;
  std::size_t open_ = 0;
  kj::TaskSet connections_;
};

}  // namespace roster::server
