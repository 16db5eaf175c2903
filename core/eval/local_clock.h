// What a wall clock shows at instants that mostly lie near each other, and the stretches of time at which it shows
// something.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/time_zone.h"
#include "core/query/bound.h"
#include "core/query/event_fields.h"

namespace roster {

// TimeZone::toLocal, which looks a period up only where the instant lies outside the one before. Not thread-safe.
class LocalClock {
 public:
  explicit LocalClock(const TimeZone& zone) : zone_(zone) {}

  LocalTime toLocal(Instant instant) {
    if (instant < begin_ || instant >= end_) find(instant);
    return TimeZone::shifted(instant, offset_);
  }
  Day dayOf(Instant instant) { return dayOfLocal(toLocal(instant)); }
  // When the clock is changed next after the instant last asked for.
  Instant nextChange() const { return end_; }

 private:
  void find(Instant instant);

  const TimeZone& zone_;
  Instant begin_ = 0;
  Instant end_ = 0;  // of no period yet
  std::int64_t offset_ = 0;
};

// What a local time says of an event: its hour, the index of its weekday, its day of the month or its month.
std::int64_t partOfTime(EventField::Source part, LocalTime local);

// The instants of a span whose part is wanted. Takes a few nanoseconds for each hour or day of the span.
Intervals timesWhere(EventField::Source part, const std::function<bool(std::int64_t)>& wanted, const Interval& span,
                     const TimeZone& zone);

}  // namespace roster
