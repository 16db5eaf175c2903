#include "core/eval/value_compare.h"

#include <gtest/gtest.h>
#include <limits>

#include "tests/support/shaped_snapshot.h"

namespace roster {
namespace {

constexpr FieldType kInteger{FieldKind::integer};
constexpr FieldType kCents{FieldKind::decimal, 2};
constexpr FieldType kFine{FieldKind::decimal, 18};
constexpr FieldType kDate{FieldKind::date};
constexpr FieldType kTimestamp{FieldKind::timestamp};
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

// All six comparisons say what the order says.
void expectOrder(std::int64_t left, const FieldType& leftType, std::int64_t right, const FieldType& rightType,
                 int order, const TimeZone& zone = TimeZone()) {
  const auto holds = [&](CompareOp op) { return compareValues(left, leftType, op, right, rightType, zone); };
  EXPECT_EQ(holds(CompareOp::equal), order == 0);
  EXPECT_EQ(holds(CompareOp::notEqual), order != 0);
  EXPECT_EQ(holds(CompareOp::less), order < 0);
  EXPECT_EQ(holds(CompareOp::lessEqual), order <= 0);
  EXPECT_EQ(holds(CompareOp::greater), order > 0);
  EXPECT_EQ(holds(CompareOp::greaterEqual), order >= 0);
}

TEST(ValueCompare, NumbersByMagnitudeWhateverTheirScale) {
  expectOrder(1, kInteger, 2, kInteger, -1);
  expectOrder(1, kInteger, 100, kCents, 0);
  expectOrder(101, kCents, 1, kInteger, 1);
  expectOrder(-101, kCents, -1, kInteger, -1);
  expectOrder(kHighest, kInteger, kHighest, kFine, 1);
  expectOrder(kLowest, kInteger, kLowest, kFine, -1);
  expectOrder(kHighest, kFine, 9, kInteger, 1);
  expectOrder(kHighest, kFine, 10, kInteger, -1);
  expectOrder(kLowest, kInteger, kHighest, kInteger, -1);
}

TEST(ValueCompare, ADayAgainstAnInstantIsItsLocalInterval) {
  const TimeZone zone("East", {{0, kMillisecondsPerHour}});
  const Instant start = 100 * kMillisecondsPerDay - kMillisecondsPerHour;
  expectOrder(start - 1, kTimestamp, 100, kDate, -1, zone);
  expectOrder(start, kTimestamp, 100, kDate, 0, zone);
  expectOrder(start + kMillisecondsPerDay - 1, kTimestamp, 100, kDate, 0, zone);
  expectOrder(start + kMillisecondsPerDay, kTimestamp, 100, kDate, 1, zone);
  expectOrder(100, kDate, start - 1, kTimestamp, 1, zone);
  expectOrder(100, kDate, start, kTimestamp, 0, zone);
  expectOrder(100, kDate, start + kMillisecondsPerDay, kTimestamp, -1, zone);
}

TEST(ValueCompare, ADayThatNoCalendarHasLiesBeforeOrAfterAllInstants) {
  for (const Day day : {kHighest, kHighest / kMillisecondsPerDay, Day{4'000'000}}) {
    expectOrder(0, kTimestamp, day, kDate, -1);
    expectOrder(0, kTimestamp, -day, kDate, 1);
  }
}

TEST(ValueCompare, ADayOfTwentyThreeHoursIsAsShort) {
  const TimeZone zone = shapedZone();  // the clock is set forward at the midnight that day 19,714 begins with
  const Instant start = zone.startOfDay(19'714);
  const Instant end = zone.startOfDay(19'715);
  EXPECT_EQ(end - start, 23 * kMillisecondsPerHour);
  expectOrder(start - 1, kTimestamp, 19'714, kDate, -1, zone);
  expectOrder(end - 1, kTimestamp, 19'714, kDate, 0, zone);
  expectOrder(end, kTimestamp, 19'714, kDate, 1, zone);
}

}  // namespace
}  // namespace roster
