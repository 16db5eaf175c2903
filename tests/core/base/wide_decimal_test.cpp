#include "core/base/wide_decimal.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

#include "core/base/decimal.h"

namespace roster {
namespace {

WideDecimal wide(std::string_view text) { return parseWideDecimal(text).value(); }

std::string written(const std::optional<WideDecimal>& number) {
  return number ? formatWide(number->mantissa, number->scale) : "too wide";
}

TEST(WideDecimalTest, IsReadWithoutTheZerosAtItsEnd) {
  EXPECT_EQ(written(parseWideDecimal("-12.3400")), "-12.34");
  EXPECT_EQ(written(parseWideDecimal("100")), "100");
  EXPECT_EQ(written(parseWideDecimal("100.00")), "100");
  EXPECT_EQ(written(parseWideDecimal("0.0")), "0");
  EXPECT_EQ(written(parseWideDecimal("007.5")), "7.5");
  EXPECT_EQ(written(parseWideDecimal("1.000000000000000000000000000000000000000000")), "1");
}

TEST(WideDecimalTest, TakesWhat128BitsHoldAndNoMore) {
  EXPECT_EQ(written(parseWideDecimal("170141183460469231731687303715884105727")),
            "170141183460469231731687303715884105727");
  EXPECT_EQ(written(parseWideDecimal("170141183460469231731687303715884105728")), "too wide");
  EXPECT_EQ(written(parseWideDecimal("-170141183460469231731687303715884105728")),
            "-170141183460469231731687303715884105728");
  EXPECT_EQ(written(parseWideDecimal("-170141183460469231731687303715884105729")), "too wide");
  const WideDecimal most = wide("170141183460469231731687303715884105727");
  EXPECT_EQ(written(sum(most, wide("0"))), "170141183460469231731687303715884105727");
  EXPECT_EQ(written(sum(most, wide("1"))), "too wide");
  EXPECT_EQ(written(sum(most, wide("0.1"))), "too wide");
  EXPECT_EQ(written(difference(wide("-2"), most)), "too wide");
  EXPECT_EQ(written(product(most, wide("2"))), "too wide");
}

TEST(WideDecimalTest, AlignsFractions) {
  EXPECT_EQ(written(sum(wide("1.5"), wide("0.25"))), "1.75");
  EXPECT_EQ(written(difference(wide("1"), wide("1.001"))), "-0.001");
  EXPECT_EQ(written(product(wide("-2.5"), wide("0.04"))), "-0.100");
}

TEST(WideDecimalTest, AZeroOfAnyScaleBringsNothingOutOfRange) {
  const WideDecimal zero{0, 60};
  EXPECT_EQ(written(sum(zero, wide("7"))), "7");
  EXPECT_EQ(written(difference(wide("7"), zero)), "7");
  EXPECT_EQ(narrow(zero, 2).value(), 0);
}

TEST(WideDecimalTest, NarrowsToAFieldOrSaysWhyNot) {
  EXPECT_EQ(narrow(wide("12.5"), 2).value(), 1250);
  EXPECT_EQ(narrow({12500, 3}, 1).value(), 125) << "zeros at the end do not count";
  EXPECT_EQ(narrow({-7000, 3}, 0).value(), -7);
  EXPECT_EQ(narrow(wide("12.345"), 2).error().message, "'12.345' has more than 2 fraction digits");
  EXPECT_EQ(narrow(wide("-0.5"), 0).error().message, "'-0.5' is not a whole number");
  EXPECT_EQ(narrow(wide("9223372036854775807"), 0).value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(narrow(wide("-9223372036854775808"), 0).value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(narrow(wide("9223372036854775808"), 0).error().message, "'9223372036854775808' is out of range");
  EXPECT_EQ(narrow(wide("92233720368547758.08"), 2).error().message, "'92233720368547758.08' is out of range");
  EXPECT_EQ(narrow(wide("100000000000000000000000000000000000"), 18).error().message,
            "'100000000000000000000000000000000000' is out of range");
}

RC_GTEST_PROP(WideDecimalTest, AgreesWithParsingIntoAField, (std::int64_t number)) {
  const int digits = *rc::gen::inRange(0, 19);
  const int fieldDigits = *rc::gen::inRange(0, 19);
  const std::string text = formatDecimal(number, digits);
  const auto expected = parseDecimal(text, fieldDigits);
  const auto narrowed = narrow(wide(text), fieldDigits);
  RC_ASSERT(narrowed.has_value() == expected.has_value());
  if (expected) RC_ASSERT(*narrowed == *expected);
}

}  // namespace
}  // namespace roster
