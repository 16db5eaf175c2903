// Sets of 64-bit integers as ascending, disjoint, non-adjacent closed intervals: the form that Bound keeps them in.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "core/query/bound.h"

namespace roster {

// The templates are there for 64-bit numbers, which `{{1, 3}}` is taken for, and for wide ones.

// Sorts and joins; empty intervals disappear. O(n log n).
template <class Number = std::int64_t>
IntervalsOf<Number> normalized(IntervalsOf<Number> intervals);

// Of normal intervals, in linear time, normal again.
Intervals unite(const Intervals& a, const Intervals& b);
Intervals intersect(const Intervals& a, const Intervals& b);
Intervals subtract(const Intervals& from, const Intervals& what);
template <class Number = std::int64_t>
IntervalsOf<Number> complementOf(const IntervalsOf<Number>& intervals);

// Those that 64 bits hold.
Intervals within64Bits(const WideIntervals& intervals);

// The sums of so many numbers whose average, in halves, lies in these intervals; beyond ±kBeyondSums, that.
WideIntervals sumsOfAverages(const WideIntervals& averages, std::uint32_t count);

// Whether a number lies in normal intervals. O(log n).
template <class Number>
bool containsNumber(const IntervalsOf<Number>& intervals, std::type_identity_t<Number> value);

// All 64-bit integers, as one interval.
Intervals everyNumber();

// What `x op value` selects, where the value stands for all of [value.low, value.high], as a day does for its
// instants: equal means within, less before its start, lessEqual before its end, and so on.
template <class Number = std::int64_t>
IntervalsOf<Number> intervalsOf(CompareOp op, const IntervalOf<Number>& value);

}  // namespace roster
