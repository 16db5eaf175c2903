// How many calls are under way, so that a server that ends can wait for them.
#pragma once

#include <kj/async.h>

namespace roster::server {

// Belongs to an event loop's thread.
class CallCounter {
 public:
  // A call, until what is returned goes.
  auto begin() {
    ++calls_;
    return kj::defer([this] { end(); });
  }

  // Resolves when none is under way, nor has followed from the last one, as a call does that was made on its promise.
  kj::Promise<void> whenNone() {
    if (calls_ == 0) {
      return kj::evalLast([this]() -> kj::Promise<void> {
        if (calls_ == 0) return kj::READY_NOW;
        return whenNone();
      });
    }
    auto pair = kj::newPromiseAndFulfiller<void>();
    whenNone_ = kj::mv(pair.fulfiller);
    return pair.promise.then([this] { return whenNone(); });
  }

 private:
  void end() {
    if (--calls_ == 0 && whenNone_.get() != nullptr) whenNone_->fulfill();
  }

  std::size_t calls_ = 0;
  kj::Own<kj::PromiseFulfiller<void>> whenNone_;
};

}  // namespace roster::server
