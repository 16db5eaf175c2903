// Connections that are taken from a port, each served until it ends.
#pragma once

#include <kj/async-io.h>
#include <kj/function.h>

namespace roster::server {

// Belongs to an event loop's thread. Destroyed, it drops its connections.
class Listener final : private kj::TaskSet::ErrorHandler {
 public:
  using Serve = kj::Function<kj::Promise<void>(kj::Own<kj::AsyncIoStream> stream)>;

  // Beyond `mostConnections`, they are closed at once.
  Listener(std::size_t mostConnections, Serve serve)
      : mostConnections_(mostConnections), serve_(kj::mv(serve)), connections_(*this) {}

  // Takes connections until the promise is dropped; those that are open stay so.
  kj::Promise<void> listen(kj::ConnectionReceiver& receiver) {
    return receiver.accept().then([this, &receiver](kj::Own<kj::AsyncIoStream>&& stream) {
      if (open_ < mostConnections_) {
        ++open_;
        connections_.add(serve_(kj::mv(stream)).attach(kj::defer([this] { --open_; })));
      }
      return listen(receiver);
    });
  }

 private:
  // A connection that breaks is its client's affair.
  void taskFailed(kj::Exception&& /*exception*/) override {}

  const std::size_t mostConnections_;
  Serve serve_;
  std::size_t open_ = 0;
  kj::TaskSet connections_;
};

}  // namespace roster::server
