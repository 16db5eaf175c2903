// Connections that are taken from a port, each served until it ends.
#pragma once

#include <kj/async-io.h>
#include <kj/function.h>
#include <kj/timer.h>

namespace roster::server {

// Belongs to an event loop's thread. Destroyed, it drops its connections.
class Listener final : private kj::TaskSet::ErrorHandler {
 public:
  using Serve = kj::Function<kj::Promise<void>(kj::Own<kj::AsyncIoStream> stream)>;

  // Beyond `mostConnections`, they are closed at once.
  Listener(std::size_t mostConnections, kj::Timer& timer, Serve serve)
      : mostConnections_(mostConnections), timer_(timer), serve_(kj::mv(serve)), connections_(*this) {}

  // Takes connections until the promise is dropped; those that are open stay so. Where the process has no descriptor or
  // memory left for one, it tries again a little later.
  kj::Promise<void> listen(kj::ConnectionReceiver& receiver) {
    return receiver.accept()
        .then(
            [this](kj::Own<kj::AsyncIoStream>&& stream) -> kj::Promise<void> {
              take(kj::mv(stream));
              return kj::READY_NOW;
            },
            [this](kj::Exception&& /*exception*/) -> kj::Promise<void> { return timer_.afterDelay(kPause); })
        .then([this, &receiver] { return listen(receiver); });
  }

 private:
  static constexpr auto kPause = 100 * kj::MILLISECONDS;

  void take(kj::Own<kj::AsyncIoStream> stream) {
    if (open_ >= mostConnections_) return;
    ++open_;
    auto served = kj::evalNow([&] { return serve_(kj::mv(stream)); });
    connections_.add(served.attach(kj::defer([this] { --open_; })));
  }

  // A connection that breaks is its client's affair.
  void taskFailed(kj::Exception&& /*exception*/) override {}

  const std::size_t mostConnections_;
  kj::Timer& timer_;
  Serve serve_;
  std::size_t open_ = 0;
  kj::TaskSet connections_;
};

}  // namespace roster::server
