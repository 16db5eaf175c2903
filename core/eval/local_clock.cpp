#include "core/eval/local_clock.h"

#include <algorithm>
#include <limits>

namespace roster {

void LocalClock::find(Instant instant) {
  const auto& periods = zone_.periods();
  const std::size_t own = zone_.periodAt(instant);
  begin_ = own == 0 ? std::numeric_limits<Instant>::min() : periods[own].start;  // the first holds before it, too
  end_ = own + 1 == periods.size() ? std::numeric_limits<Instant>::max() : periods[own + 1].start;
  offset_ = periods[own].offset;
}

std::int64_t partOfTime(EventField::Source part, LocalTime local) {
  const Day day = dayOfLocal(local);
  switch (part) {
    case EventField::Source::hour: return timeWithinDay(local) / kMillisecondsPerHour;
    case EventField::Source::weekday: return weekdayOf(day);
    case EventField::Source::dayOfMonth: return civilFromDay(day).day;
    default: return civilFromDay(day).month;
  }
}

Intervals timesWhere(EventField::Source part, const std::function<bool(std::int64_t)>& wanted, const Interval& span,
                     const TimeZone& zone) {
  const std::int64_t unit = part == EventField::Source::hour ? kMillisecondsPerHour : kMillisecondsPerDay;
  LocalClock clock(zone);
  Intervals found;
  for (Instant at = span.low; at <= span.high;) {
    const LocalTime local = clock.toLocal(at);
    const std::int64_t within = timeWithinDay(local) % unit;
    // To the end of the hour or day, or to where the clock is changed before that.
    const Instant last = std::min({at - within + unit - 1, clock.nextChange() - 1, span.high});
    if (wanted(partOfTime(part, local))) {
      if (!found.empty() && found.back().high == at - 1) found.back().high = last;
      else found.push_back({at, last});
    }
    if (last == span.high) break;
    at = last + 1;
  }
  return found;
}

}  // namespace roster
