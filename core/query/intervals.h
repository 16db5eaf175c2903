// Sets of 64-bit integers as ascending, disjoint, non-adjacent closed intervals: the form that Bound keeps them in.
#pragma once

#include <cstdint>
#include <optional>

#include "core/query/bound.h"

namespace roster {

// Sorts and joins; empty intervals disappear. O(n log n).
Intervals normalized(Intervals intervals);

// Of normal intervals, in linear time, normal again.
Intervals unite(const Intervals& a, const Intervals& b);
Intervals intersect(const Intervals& a, const Intervals& b);
Intervals complementOf(const Intervals& intervals);

// Whether a number lies in normal intervals. O(log n).
bool containsNumber(const Intervals& intervals, std::int64_t value);

// All 64-bit integers, as one interval.
Intervals everyNumber();

// What `x op value` selects, where the value stands for all of [value.low, value.high], as a day does for its
// instants: equal means within, less before its start, lessEqual before its end, and so on.
Intervals intervalsOf(CompareOp op, const Interval& value);

}  // namespace roster
