// How far an event may be followed.
#pragma once

#include "core/base/time_zone.h"
#include "core/query/bound.h"

namespace roster {

// The last instant within a distance from another; the last there is where it would lie beyond that.
Instant addDistance(Instant from, const EventDistance& distance, const TimeZone& zone);

// The same of a distance without months, which needs no calendar.
inline Instant addDistance(Instant from, const EventDistance& distance) {
  Instant end = 0;
  const bool isBeyond = __builtin_add_overflow(from, distance.milliseconds, &end);
  return isBeyond ? std::numeric_limits<Instant>::max() : end;
}

// How many milliseconds such a distance is at least and at most, whatever calendar and clock say.
std::int64_t shortestOf(const EventDistance& distance);
std::int64_t longestOf(const EventDistance& distance);

}  // namespace roster
