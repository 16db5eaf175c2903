#include "core/base/decimal.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

namespace roster {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TEST(Decimal, Parses) {
  EXPECT_EQ(parseDecimal("12.3", 2), 1230);
  EXPECT_EQ(parseDecimal("-0.05", 2), -5);
  EXPECT_EQ(parseDecimal("+7", 0), 7);
  EXPECT_EQ(parseDecimal("7", 3), 7000);
  EXPECT_EQ(parseDecimal("1.500", 2), 150);  // only zeros are beyond
  EXPECT_EQ(parseDecimal("5.0", 0), 5);
  EXPECT_EQ(parseDecimal("0000000000000000000000001", 0), 1);
  EXPECT_EQ(parseDecimal("0.0000000000000000000000000", 2), 0);
}

TEST(Decimal, TakesTheWholeRangeAndNoMore) {
  EXPECT_EQ(parseDecimal("9223372036854775807", 0), kMax);
  EXPECT_EQ(parseDecimal("-9223372036854775808", 0), kMin);
  EXPECT_FALSE(parseDecimal("9223372036854775808", 0));
  EXPECT_FALSE(parseDecimal("-9223372036854775809", 0));
  EXPECT_FALSE(parseDecimal("92233720368547758.08", 3));
  EXPECT_EQ(parseDecimal("-92233720368547758.08", 2), kMin);
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "+", ".", "1.", "-.", "1,5", "1e5", " 1", "1 ", "0x10", "1.2.3", "--1", "١"}) {
    EXPECT_FALSE(parseDecimal(text, 2)) << text;
  }
  EXPECT_FALSE(parseDecimal("1.505", 2));
  EXPECT_FALSE(parseDecimal("1.5", 0));
  EXPECT_EQ(parseDecimal("1.505", 2).error().code, ErrorCode::invalidArgument);
}

TEST(Decimal, Formats) {
  EXPECT_EQ(formatDecimal(1230, 2), "12.30");
  EXPECT_EQ(formatDecimal(-5, 2), "-0.05");
  EXPECT_EQ(formatDecimal(7, 0), "7");
  EXPECT_EQ(formatDecimal(kMin, 18), "-9.223372036854775808");
}

RC_GTEST_PROP(Decimal, FormatAndParseAreInverse, (std::int64_t number)) {
  const int digits = *rc::gen::inRange(0, 19);
  RC_ASSERT(*parseDecimal(formatDecimal(number, digits), digits) == number);
}

}  // namespace
}  // namespace roster
