#include "core/query/intervals.h"

#include <algorithm>
#include <limits>

namespace roster {

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

Intervals below(std::int64_t bound) { return bound == kLowest ? Intervals{} : Intervals{{kLowest, bound - 1}}; }
Intervals above(std::int64_t bound) { return bound == kHighest ? Intervals{} : Intervals{{bound + 1, kHighest}}; }

}  // namespace

Intervals normalized(Intervals intervals) {
  intervals.erase(std::remove_if(intervals.begin(), intervals.end(), [](const Interval& i) { return i.low > i.high; }),
                  intervals.end());
  std::sort(intervals.begin(), intervals.end(), [](const Interval& a, const Interval& b) { return a.low < b.low; });
  Intervals joined;
  for (const Interval& next : intervals) {
    const bool touches = !joined.empty() && (joined.back().high == kHighest || next.low <= joined.back().high + 1);
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

Intervals complementOf(const Intervals& intervals) {
  Intervals rest;
  std::int64_t next = kLowest;
  for (const Interval& taken : intervals) {
    if (next < taken.low) rest.push_back({next, taken.low - 1});
    if (taken.high == kHighest) return rest;
    next = taken.high + 1;
  }
  rest.push_back({next, kHighest});
  return rest;
}

bool containsNumber(const Intervals& intervals, std::int64_t value) {
  const auto after = std::upper_bound(intervals.begin(), intervals.end(), value,
                                      [](std::int64_t v, const Interval& interval) { return v < interval.low; });
  return after != intervals.begin() && std::prev(after)->contains(value);
}

Intervals everyNumber() { return {Interval{}}; }

Intervals intervalsOf(CompareOp op, const Interval& value) {
  switch (op) {
    case CompareOp::equal: return normalized({value});
    case CompareOp::notEqual: return complementOf(normalized({value}));
    case CompareOp::less: return below(value.low);
    case CompareOp::lessEqual: return {{kLowest, value.high}};
    case CompareOp::greater: return above(value.high);
    case CompareOp::greaterEqual: return {{value.low, kHighest}};
  }
  return {};
}

}  // namespace roster
