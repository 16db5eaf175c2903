#include "index/io/value_format.h"

#include <gtest/gtest.h>
#include <limits>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"

namespace roster {
namespace {

std::string numberText(std::int64_t number, const FieldType& type) {
  std::string text = "x";
  appendNumber(text, number, type);
  return text.substr(1);
}

TEST(ValueFormat, NumbersAreThoseOfTheCalendarAndOfDecimals) {
  for (const Day day : {Day{-719528}, Day{-1}, Day{0}, Day{59}, Day{20'000}, Day{2'932'896}}) {
    EXPECT_EQ(numberText(day, {FieldKind::date}), formatDay(day));
    for (const std::int64_t within : {0, 1, 999, 1'000, 43'200'500, 86'399'999}) {
      const Instant instant = day * kMillisecondsPerDay + within;
      EXPECT_EQ(numberText(instant, {FieldKind::timestamp}), formatInstant(instant));
    }
  }
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-5}, std::int64_t{0},
                                    std::int64_t{7}, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(numberText(number, {FieldKind::integer}), std::to_string(number));
    EXPECT_EQ(numberText(number, {FieldKind::decimal, 2}), formatDecimal(number, 2));
  }
}

TEST(ValueFormat, JsonStringsEscapeWhatMustBeAndNothingElse) {
  std::string text;
  appendJsonString(text, std::string_view("Łódź \"q\" \\ \n\r\t\b\x01\x1f/\0z", 23));
  EXPECT_EQ(text, "\"Łódź \\\"q\\\" \\\\ \\n\\r\\t\\u0008\\u0001\\u001f/\\u0000z\"");
}

TEST(ValueFormat, ValuesOfRecords) {
  const FieldType dates{FieldKind::set, 0, FieldKind::date};
  const std::vector<std::string> elements{"0", "20000"};
  EXPECT_EQ(plainText(true, {FieldKind::boolean}), "true");
  EXPECT_EQ(plainText(std::string("a,b"), {FieldKind::category}), "a,b");
  EXPECT_EQ(plainText(std::int64_t{-1230}, {FieldKind::decimal, 2}), "-12.30");
  EXPECT_EQ(plainText(elements, dates), "1970-01-01|2024-10-04");
  EXPECT_EQ(plainText(std::vector<std::string>{"b", "a"}, {FieldKind::set}, ';'), "b;a");
  EXPECT_EQ(jsonText(false, {FieldKind::boolean}), "false");
  EXPECT_EQ(jsonText(std::string("a\"b"), {FieldKind::text}), "\"a\\\"b\"");
  EXPECT_EQ(jsonText(std::int64_t{-1230}, {FieldKind::decimal, 2}), "-12.30");
  EXPECT_EQ(jsonText(std::int64_t{0}, {FieldKind::timestamp}), "\"1970-01-01T00:00:00Z\"");
  EXPECT_EQ(jsonText(elements, dates), "[\"1970-01-01\",\"2024-10-04\"]");
  EXPECT_EQ(jsonText(std::vector<std::string>{"7"}, {FieldKind::set, 0, FieldKind::integer}), "[7]");
  EXPECT_EQ(jsonText(std::vector<std::string>{}, {FieldKind::set}), "[]");
}

}  // namespace
}  // namespace roster
