#include "core/query/intervals.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

namespace roster {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TEST(Intervals, Normalizes) {
  EXPECT_EQ(normalized({{5, 9}, {1, 3}, {4, 4}, {20, 10}}), (Intervals{{1, 9}}));
  EXPECT_EQ(normalized({{1, 3}, {5, 6}}), (Intervals{{1, 3}, {5, 6}}));
  EXPECT_EQ(normalized({{1, kMax}, {5, 6}, {kMax, kMax}}), (Intervals{{1, kMax}}));
  EXPECT_EQ(normalized({}), Intervals{});
}

TEST(Intervals, Complements) {
  EXPECT_EQ(complementOf({}), everyNumber());
  EXPECT_EQ(complementOf(everyNumber()), Intervals{});
  EXPECT_EQ(complementOf({{0, 0}}), (Intervals{{kMin, -1}, {1, kMax}}));
  EXPECT_EQ(complementOf({{kMin, 4}, {8, kMax}}), (Intervals{{5, 7}}));
}

TEST(Intervals, OfComparisonsAtTheEdges) {
  EXPECT_EQ(intervalsOf(CompareOp::less, {kMin, kMin}), Intervals{});
  EXPECT_EQ(intervalsOf(CompareOp::greater, {kMax, kMax}), Intervals{});
  EXPECT_EQ(intervalsOf(CompareOp::lessEqual, {kMax, kMax}), everyNumber());
  EXPECT_EQ(intervalsOf(CompareOp::notEqual, {kMin, kMin}), (Intervals{{kMin + 1, kMax}}));
  // A day of a hundred instants.
  EXPECT_EQ(intervalsOf(CompareOp::less, {100, 199}), (Intervals{{kMin, 99}}));
  EXPECT_EQ(intervalsOf(CompareOp::lessEqual, {100, 199}), (Intervals{{kMin, 199}}));
  EXPECT_EQ(intervalsOf(CompareOp::greater, {100, 199}), (Intervals{{200, kMax}}));
  EXPECT_EQ(intervalsOf(CompareOp::greaterEqual, {100, 199}), (Intervals{{100, kMax}}));
}

Intervals arbitraryIntervals() {
  Intervals intervals;
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    const std::int64_t low = *rc::gen::inRange(0, 40);
    intervals.push_back({low, low + *rc::gen::inRange(-1, 8)});
  }
  return normalized(intervals);
}

bool isNormal(const Intervals& intervals) { return normalized(intervals) == intervals; }

RC_GTEST_PROP(Intervals, AreSets, ()) {
  const Intervals a = arbitraryIntervals();
  const Intervals b = arbitraryIntervals();
  RC_ASSERT(isNormal(unite(a, b)));
  RC_ASSERT(isNormal(intersect(a, b)));
  RC_ASSERT(isNormal(complementOf(a)));
  for (std::int64_t v = -2; v < 52; ++v) {
    RC_ASSERT(containsNumber(unite(a, b), v) == (containsNumber(a, v) || containsNumber(b, v)));
    RC_ASSERT(containsNumber(intersect(a, b), v) == (containsNumber(a, v) && containsNumber(b, v)));
    RC_ASSERT(containsNumber(complementOf(a), v) != containsNumber(a, v));
  }
}

}  // namespace
}  // namespace roster
