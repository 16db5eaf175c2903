// What is held for somebody who may have forgotten it.
#pragma once

#include <kj/async.h>
#include <kj/function.h>
#include <kj/timer.h>

namespace roster::server {

// Calls `expire` once it has not been renewed for as long as it lasts. Belongs to an event loop's thread.
class Lease {
 public:
  Lease(kj::Timer& timer, kj::Duration length, kj::Function<void()> expire)
      : timer_(timer),
        length_(length),
        expire_(kj::mv(expire)),
        renewed_(timer.now()),
        watching_(watch().eagerlyEvaluate(nullptr)) {}

  void renew() { renewed_ = timer_.now(); }

 private:
  kj::Promise<void> watch() {
    return timer_.atTime(renewed_ + length_).then([this]() -> kj::Promise<void> {
      if (timer_.now() < renewed_ + length_) return watch();
      expire_();
      return kj::READY_NOW;
    });
  }

  kj::Timer& timer_;
  const kj::Duration length_;
  kj::Function<void()> expire_;
  kj::TimePoint renewed_;
  kj::Promise<void> watching_;
};

}  // namespace roster::server
