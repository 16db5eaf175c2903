// What time it is: given to whatever needs it, so that tests decide.
#pragma once

#include "core/base/civil_time.h"

namespace roster {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

}  // namespace roster
