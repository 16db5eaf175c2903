#include "core/eval/event_distance.h"

#include "core/query/query_clock.h"

namespace roster {

Instant addDistance(Instant from, const EventDistance& distance, const TimeZone& zone) {
  if (distance.months == 0) return addDistance(from, distance);
  const ast::TimeExpression step{ast::TimeBase::now, {{distance.months, ast::TimeUnit::month, {}}}, {}};
  const auto stepped = QueryClock(zone, from).evaluate(step);
  return stepped ? addDistance(stepped->value, distance) : std::numeric_limits<Instant>::max();
}

}  // namespace roster
