#include "core/base/wide_integer.h"

#include <gtest/gtest.h>

#include "core/base/decimal.h"

namespace roster {
namespace {

// As text, which tests can print.
std::string read(std::string_view text, int digits) { return formatWide(parseWide(text, digits), 0); }
std::string average(WideInteger sum, std::int64_t count) { return formatWide(averageInHalves(sum, count), 0); }

TEST(WideInteger, IsWrittenWithItsDigits) {
  EXPECT_EQ(formatWide(0, 0), "0");
  EXPECT_EQ(formatWide(-5, 2), "-0.05");
  EXPECT_EQ(formatWide(1230, 2), "12.30");
  EXPECT_EQ(formatWide(-1230, 0), "-1230");
  EXPECT_EQ(formatWide(kMostOf<WideInteger>, 0), "170141183460469231731687303715884105727");
  EXPECT_EQ(formatWide(kLeastOf<WideInteger>, 0), "-170141183460469231731687303715884105728");
}

TEST(WideInteger, IsReadScaledAndNoFurtherThanSumsReach) {
  EXPECT_EQ(read("-12.3", 2), "-1230");
  EXPECT_EQ(read("10", 18), "10000000000000000000");
  EXPECT_EQ(read("0.000000000000000001", 18), "1");
  EXPECT_EQ(read("9223372036854775808", 0), "9223372036854775808");
  const std::string beyond = formatWide(kBeyondSums, 0);
  EXPECT_EQ(read("42535295865117307932921825928971026431", 0), "42535295865117307932921825928971026431");
  EXPECT_EQ(read("42535295865117307932921825928971026433", 0), beyond);
  EXPECT_EQ(read("-" + std::string(1000, '9'), 18), "-" + beyond);
  EXPECT_EQ(read("1" + std::string(38, '0'), 18), beyond);
}

TEST(WideInteger, AveragesAreHalvesOfTheirUnit) {
  EXPECT_EQ(average(5, 2), "5000000000000000000");
  EXPECT_EQ(average(-5, 2), "-5000000000000000000");
  EXPECT_EQ(average(1, 3), "666666666666666667");  // between 333333333333333333 and …34 of 10^-18
  EXPECT_EQ(average(-1, 3), "-666666666666666667");
  EXPECT_EQ(average(2, 3), "1333333333333333333");
  EXPECT_EQ(average(0, 7), "0");
  // The greatest and the least average there are, and one just off.
  constexpr std::int64_t kMost = kMostOf<std::int64_t>;
  const std::int64_t many = std::int64_t{1} << 62;
  EXPECT_EQ(average(WideInteger{kMost} * many, many), "18446744073709551614000000000000000000");
  EXPECT_EQ(average(WideInteger{kLeastOf<std::int64_t>} * many, many), "-18446744073709551616000000000000000000");
  EXPECT_EQ(average(WideInteger{kMost} * many - 1, many), "18446744073709551613999999999999999999");
}

TEST(WideIntegers, AveragesAreBoundedBySums) {
  for (std::int64_t count = 1; count <= 7; ++count) {
    for (std::int64_t sum = -20; sum <= 20; ++sum) {
      const WideInteger average = averageInHalves(sum, count);
      // A sum is the least of its own average, and of what lies between that and the sum before.
      EXPECT_EQ(leastSumOf(average, count), WideInteger{sum}) << sum << '/' << count;
      EXPECT_EQ(leastSumOf(average + 1, count), WideInteger{sum + 1}) << sum << '/' << count;
    }
  }
  EXPECT_EQ(leastSumOf(kMostOf<WideInteger>, 3), kBeyondSums);
  EXPECT_EQ(leastSumOf(kLeastOf<WideInteger>, 3), -kBeyondSums);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const WideInteger sum = WideInteger{kMost} * 1000 - 1;
  EXPECT_EQ(leastSumOf(averageInHalves(sum, 1000), 1000), sum);
}

}  // namespace
}  // namespace roster
