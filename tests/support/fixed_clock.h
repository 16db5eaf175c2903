// A clock that shows what a test says.
#pragma once

#include <atomic>

#include "index/engine/clock.h"

namespace roster {

// Thread-safe.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant now) : now_(now) {}

  Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }

 private:
  std::atomic<Instant> now_;
};

}  // namespace roster
