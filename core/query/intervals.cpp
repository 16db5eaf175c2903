#include "core/query/intervals.h"

#include <algorithm>

namespace roster {

namespace {

template <class Number>
IntervalsOf<Number> below(Number bound) {
  if (bound == kLeastOf<Number>) return {};
  return {{kLeastOf<Number>, bound - 1}};
}

template <class Number>
IntervalsOf<Number> above(Number bound) {
  if (bound == kMostOf<Number>) return {};
  return {{bound + 1, kMostOf<Number>}};
}

}  // namespace

template <class Number>
IntervalsOf<Number> normalized(IntervalsOf<Number> intervals) {
  using Each = IntervalOf<Number>;
  intervals.erase(std::remove_if(intervals.begin(), intervals.end(), [](const Each& i) { return i.low > i.high; }),
                  intervals.end());
  std::sort(intervals.begin(), intervals.end(), [](const Each& a, const Each& b) { return a.low < b.low; });
  IntervalsOf<Number> joined;
  for (const Each& next : intervals) {
    const bool touches =
        !joined.empty() && (joined.back().high == kMostOf<Number> || next.low <= joined.back().high + 1);
    if (touches) joined.back().high = std::max(joined.back().high, next.high);
    else joined.push_back(next);
  }
  return joined;
}

Intervals unite(const Intervals& a, const Intervals& b) {
  Intervals all = a;
  all.insert(all.end(), b.begin(), b.end());
  return normalized(std::move(all));
}

Intervals intersect(const Intervals& a, const Intervals& b) {
  Intervals common;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    const Interval overlap{std::max(i->low, j->low), std::min(i->high, j->high)};
    if (overlap.low <= overlap.high) common.push_back(overlap);
    if (i->high < j->high) ++i;
    else ++j;
  }
  return common;
}

template <class Number>
IntervalsOf<Number> complementOf(const IntervalsOf<Number>& intervals) {
  IntervalsOf<Number> rest;
  Number next = kLeastOf<Number>;
  for (const IntervalOf<Number>& taken : intervals) {
    if (next < taken.low) rest.push_back({next, taken.low - 1});
    if (taken.high == kMostOf<Number>) return rest;
    next = taken.high + 1;
  }
  rest.push_back({next, kMostOf<Number>});
  return rest;
}

Intervals subtract(const Intervals& from, const Intervals& what) { return intersect(from, complementOf(what)); }

WideIntervals sumsOfAverages(const WideIntervals& averages, std::uint32_t count) {
  WideIntervals sums;
  sums.reserve(averages.size());
  for (const WideInterval& halves : averages) {
    const bool isOpen = halves.high >= kBeyondSums;
    sums.push_back({leastSumOf(halves.low, count), isOpen ? kBeyondSums : leastSumOf(halves.high + 1, count) - 1});
  }
  return sums;
}

Intervals within64Bits(const WideIntervals& intervals) {
  Intervals held;
  for (const WideInterval& wide : intervals) {
    const auto low = std::max<WideInteger>(wide.low, kLeastOf<std::int64_t>);
    const auto high = std::min<WideInteger>(wide.high, kMostOf<std::int64_t>);
    if (low <= high) held.push_back({static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)});
  }
  return held;
}

template <class Number>
bool containsNumber(const IntervalsOf<Number>& intervals, std::type_identity_t<Number> value) {
  const auto after = std::upper_bound(intervals.begin(), intervals.end(), value,
                                      [](Number v, const IntervalOf<Number>& interval) { return v < interval.low; });
  return after != intervals.begin() && std::prev(after)->contains(value);
}

Intervals everyNumber() { return {Interval{}}; }

template <class Number>
IntervalsOf<Number> intervalsOf(CompareOp op, const IntervalOf<Number>& value) {
  switch (op) {
    case CompareOp::equal: return normalized<Number>({value});
    case CompareOp::notEqual: return complementOf(normalized<Number>({value}));
    case CompareOp::less: return below(value.low);
    case CompareOp::lessEqual: return {{kLeastOf<Number>, value.high}};
    case CompareOp::greater: return above(value.high);
    case CompareOp::greaterEqual: return {{value.low, kMostOf<Number>}};
  }
  return {};
}

template Intervals normalized(Intervals);
template WideIntervals normalized(WideIntervals);
template Intervals complementOf(const Intervals&);
template WideIntervals complementOf(const WideIntervals&);
template bool containsNumber(const Intervals&, std::int64_t);
template bool containsNumber(const WideIntervals&, WideInteger);
template Intervals intervalsOf(CompareOp, const Interval&);
template WideIntervals intervalsOf(CompareOp, const WideInterval&);

}  // namespace roster
