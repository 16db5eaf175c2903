#include "core/eval/event_distance.h"

#include <algorithm>

#include "core/base/wide_integer.h"
#include "core/query/query_clock.h"

namespace roster {

namespace {

// A month has so many days, and a clock may be changed at both ends.
std::int64_t lengthOf(const EventDistance& distance, std::int64_t daysOfMonth, std::int64_t clockChanges) {
  if (distance.months == 0) return distance.milliseconds;
  const WideInteger days = WideInteger{distance.months} * daysOfMonth + clockChanges;
  const WideInteger length = days * kMillisecondsPerDay + distance.milliseconds;
  constexpr WideInteger kLongest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(length, -kLongest, kLongest));
}

}  // namespace

std::int64_t shortestOf(const EventDistance& distance) { return lengthOf(distance, 28, -2); }
std::int64_t longestOf(const EventDistance& distance) { return lengthOf(distance, 31, 2); }

Instant addDistance(Instant from, const EventDistance& distance, const TimeZone& zone) {
  if (distance.months == 0) return addDistance(from, distance);
  const ast::TimeExpression step{ast::TimeBase::now, {{distance.months, ast::TimeUnit::month, {}}}, {}};
  const auto stepped = QueryClock(zone, from).evaluate(step);
  return stepped ? addDistance(stepped->value, distance) : std::numeric_limits<Instant>::max();
}

}  // namespace roster
