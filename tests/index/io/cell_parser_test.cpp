#include "index/io/cell_parser.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/base/decimal.h"
#include "index/io/bool_words.h"
#include "index/io/number_text.h"
#include "index/io/time_zone_loader.h"

namespace roster {
namespace {

CellParser parserFor(const std::string& type, const CellOptions& options = {}) {
  return std::move(*CellParser::create(parseFieldType(type).value(), options));
}

CellOptions withComma() {
  CellOptions options;
  options.decimalComma = true;
  return options;
}

CellOptions withFormat(const std::string& format) {
  CellOptions options;
  options.dateFormat = format;
  return options;
}

std::string reason(const Result<std::int64_t>& result) { return result ? "no error" : result.error().message; }

TEST(CellParserTest, Integers) {
  const CellParser parser = parserFor("integer");
  EXPECT_EQ(parser.number("0").value(), 0);
  EXPECT_EQ(parser.number("-17").value(), -17);
  EXPECT_EQ(parser.number("+17").value(), 17);
  EXPECT_EQ(parser.number(" 17 ").value(), 17);
  EXPECT_EQ(parser.number("007").value(), 7);
  EXPECT_EQ(parser.number("1 234 567").value(), 1'234'567);
  EXPECT_EQ(parser.number("1\u00A0234").value(), 1234);
  EXPECT_EQ(parser.number("1\u202F234").value(), 1234);
  EXPECT_EQ(parser.number("-1,234,567").value(), -1'234'567);
  EXPECT_EQ(parser.number("17850.0").value(), 17850);
  EXPECT_EQ(parser.number("1e3").value(), 1000);
  EXPECT_EQ(parser.number("1.5E2").value(), 150);
  EXPECT_EQ(parser.number("9223372036854775807").value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parser.number("-9223372036854775808").value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parserFor("integer", withComma()).number("1.234").value(), 1234);
}

TEST(CellParserTest, IntegersRefused) {
  const CellParser parser = parserFor("integer");
  EXPECT_EQ(reason(parser.number("12a")), "'12a' is not a whole number");
  EXPECT_EQ(reason(parser.number("1.5")), "'1.5' is not a whole number");
  EXPECT_EQ(reason(parser.number("9223372036854775808")), "'9223372036854775808' is out of range");
  for (const char* text : {"",    "-",  "+", " ",  "1 23", "12 34",      "1234 567", "1,23", "1 234,567", "0 123",
                           "--1", "1-", ".", "1.", ".5",   "1 234  567", "0x10",     "1e",   "1e400",     "١٢"}) {
    EXPECT_FALSE(parser.number(text)) << text;
  }
  EXPECT_NE(reason(parser.number("1,5")).find("--decimal-comma"), std::string::npos);
  EXPECT_FALSE(parserFor("integer", withComma()).number("1,234"));
}

TEST(CellParserTest, Decimals) {
  const CellParser parser = parserFor("decimal(2)");
  EXPECT_EQ(parser.number("12.3").value(), 1230);
  EXPECT_EQ(parser.number("-0.05").value(), -5);
  EXPECT_EQ(parser.number("7").value(), 700);
  EXPECT_EQ(parser.number("1,234.50").value(), 123'450);
  EXPECT_EQ(parser.number("1 234.5").value(), 123'450);
  EXPECT_EQ(parser.number("1.500").value(), 150);
  EXPECT_EQ(parser.number("15e-1").value(), 150);
  EXPECT_EQ(parser.number("92233720368547758.07").value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(reason(parser.number("1.234")), "'1.234' has more than 2 fraction digits");
  EXPECT_EQ(reason(parserFor("decimal(1)").number("1.23")), "'1.23' has more than 1 fraction digit");
  EXPECT_EQ(reason(parser.number("92233720368547758.08")), "'92233720368547758.08' is out of range");
  EXPECT_EQ(reason(parser.number("12 zł")), "'12 zł' is not a number");
  const CellParser comma = parserFor("decimal(2)", withComma());
  EXPECT_EQ(comma.number("1 234,50").value(), 123'450);
  EXPECT_EQ(comma.number("1\u00A0234,5").value(), 123'450);
  EXPECT_EQ(comma.number("1.234,50").value(), 123'450);
  EXPECT_EQ(comma.number("-0,5").value(), -50);
  EXPECT_EQ(comma.number("12").value(), 1200);
  EXPECT_FALSE(comma.number("12.5"));
  EXPECT_FALSE(comma.number("1,234.50"));
  EXPECT_EQ(parserFor("decimal(18)").number("9.223372036854775807").value(), std::numeric_limits<std::int64_t>::max());
}

TEST(CellParserTest, EveryNumberThatIsWrittenIsReadBack) {
  rc::check([](std::int64_t value) {
    const auto digits = *rc::gen::inRange(0, 19);
    const std::string text = formatDecimal(value, digits);
    const FieldType type{FieldKind::decimal, static_cast<std::uint8_t>(digits)};
    RC_ASSERT(CellParser::create(type, {})->number(text).value() == value);
    std::string comma = text;
    std::replace(comma.begin(), comma.end(), '.', ',');
    RC_ASSERT(CellParser::create(type, withComma())->number(comma).value() == value);
    // The quick reader and the exact one agree on whatever is a number or nearly one.
    std::string near = text;
    if (*rc::gen::arbitrary<bool>())
      near[*rc::gen::inRange<std::size_t>(0, near.size())] = *rc::gen::element('.', '-', '0', 'x');
    const auto exact = parseDecimal(near, digits);
    const auto read = CellParser::create(type, {})->number(near);
    if (exact && near.front() != '.' && near.substr(0, 2) != "-.") RC_ASSERT(read.value() == *exact);
    if (read) RC_ASSERT(exact.value() == *read);
  });
}

TEST(CellParserTest, Dates) {
  const CellParser iso = parserFor("date");
  EXPECT_EQ(iso.number("1970-01-02").value(), 1);
  EXPECT_EQ(iso.number("1969-12-31").value(), -1);
  EXPECT_EQ(iso.number("2024-02-29 00:00:00").value(), parseDay("2024-02-29").value());
  EXPECT_EQ(reason(iso.number("2024-02-29 08:00")), "'2024-02-29 08:00' has a time of day, which a date has not");
  EXPECT_EQ(reason(iso.number("31.12.2025")), "'31.12.2025' is not a date, written as 2026-01-31");
  for (const char* text : {"2025-02-29", "2025-13-01", "2025-1-1", "2025-01-01x", "20250101", ""})
    EXPECT_FALSE(iso.number(text));
  const CellParser polish = parserFor("date", withFormat("%d.%m.%Y"));
  EXPECT_EQ(polish.number("31.12.2025").value(), parseDay("2025-12-31").value());
  EXPECT_EQ(polish.number("1.2.2025").value(), parseDay("2025-02-01").value());
  EXPECT_EQ(polish.number("2025-12-31").value(), parseDay("2025-12-31").value());
  EXPECT_EQ(reason(polish.number("12/31/2025")), "'12/31/2025' is not a date, written as %d.%m.%Y");
  EXPECT_FALSE(polish.number("31.13.2025"));
  EXPECT_FALSE(
      polish.number("31.12.2025 "
                    "x"));
}

TEST(CellParserTest, TimestampsInAZone) {
  CellOptions options;
  options.zone = loadTimeZone("Europe/Warsaw").value();
  const CellParser iso = parserFor("timestamp", options);
  const auto utc = [](const char* text) { return parseTime(text)->local; };
  EXPECT_EQ(iso.number("2010-12-01 08:26:00").value(), utc("2010-12-01T07:26:00"));
  EXPECT_EQ(iso.number("2026-07-01T08:26").value(), utc("2026-07-01T06:26"));
  EXPECT_EQ(iso.number("2026-07-01T08:26:00.125Z").value(), utc("2026-07-01T08:26:00.125"));
  EXPECT_EQ(iso.number("2026-07-01T08:26:00+05:30").value(), utc("2026-07-01T02:56"));
  EXPECT_EQ(iso.number("2026-07-01").value(), utc("2026-06-30T22:00"));
  EXPECT_EQ(iso.number("2026-03-29 02:30").value(), utc("2026-03-29T01:00")) << "the hour that is skipped";
  EXPECT_EQ(iso.number("2026-10-25 02:30").value(), utc("2026-10-25T00:30")) << "the hour that comes twice: the first";
  EXPECT_FALSE(iso.number("1700000000"));
  options.dateFormat = "%m/%d/%Y %H:%M";
  EXPECT_EQ(parserFor("timestamp", options).number("12/31/2025 14:05").value(), utc("2025-12-31T13:05"));
  options.dateFormat = "%d.%m.%Y";
  EXPECT_EQ(parserFor("timestamp", options).number("01.07.2026").value(), utc("2026-06-30T22:00"));
}

TEST(DateFormatTest, ReadsItsParts) {
  const auto read = [](const char* format, const char* text) -> std::string {
    const auto parsed = DateFormat::parse(format)->read(text);
    return parsed ? formatInstant(parsed->local - parsed->offset.value_or(0)) : "none";
  };
  EXPECT_EQ(read("%d/%m/%Y %H:%M:%S", "1/2/2025 8:05:09"), "2025-02-01T08:05:09Z");
  EXPECT_EQ(read("%d/%m/%Y %H:%M:%S", "1/2/2025 8:05"), "2025-02-01T08:05:00Z");
  EXPECT_EQ(read("%d/%m/%Y %H:%M:%S.%f", "1/2/2025  8:05:09.5"), "2025-02-01T08:05:09.500Z");
  EXPECT_EQ(read("%d/%m/%Y %H:%M:%S.%f", "1/2/2025 8:05:09.0001"), "none");
  EXPECT_EQ(read("%d/%m/%y", "1/2/69"), "1969-02-01T00:00:00Z");
  EXPECT_EQ(read("%d/%m/%y", "1/2/68"), "2068-02-01T00:00:00Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M %p", "2/1/2025 12:30 AM"), "2025-02-01T00:30:00Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M %p", "2/1/2025 12:30 pm"), "2025-02-01T12:30:00Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M %p", "2/1/2025 13:30 pm"), "none");
  EXPECT_EQ(read("%d %b %Y", "5 May 2025"), "2025-05-05T00:00:00Z");
  EXPECT_EQ(read("%B %e, %Y", "september 5, 2025"), "2025-09-05T00:00:00Z");
  EXPECT_EQ(read("%FT%T%z", "2025-02-01T10:00:00+0200"), "2025-02-01T08:00:00Z");
  EXPECT_EQ(read("%Y%m%d", "20250201"), "2025-02-01T00:00:00Z");
  EXPECT_EQ(read("%d.%m.%Y", "29.02.2025"), "none");
  EXPECT_EQ(read("%d.%m.%Y", "1.2.25"), "none");
  EXPECT_EQ(read("%d%%%m%%%Y", "1%2%2025"), "2025-02-01T00:00:00Z");
  EXPECT_EQ(read("%d/%m/%Y %H:%M", "1/2/2025 24:00"), "none");
}

TEST(DateFormatTest, RefusesBadFormats) {
  for (const char* format : {"", "%d.%m", "%d.%m.%Q", "%d.%m.%Y %", "%d.%d.%m.%Y", "%d.%m.%Y %I:%M", "%d.%m.%Y %F"}) {
    const auto parsed = DateFormat::parse(format);
    ASSERT_FALSE(parsed) << format;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalidArgument);
  }
  EXPECT_FALSE(CellParser::create(FieldType{FieldKind::date}, withFormat("%Q")));
}

TEST(CellParserTest, Booleans) {
  const CellParser parser = parserFor("bool");
  for (const char* text : {"true", "TRUE", "Yes", "1", "t", "Y", "tak", "Tak", "да", "ДА", "Да", " yes "}) {
    EXPECT_TRUE(parser.boolean(text).value()) << text;
  }
  for (const char* text : {"false", "NO", "0", "F", "n", "nie", "NIE", "нет", "Нет", "НЕТ"}) {
    EXPECT_FALSE(parser.boolean(text).value()) << text;
  }
  EXPECT_EQ(parser.boolean("maybe").error().message, "'maybe' is neither true nor false");
  EXPECT_FALSE(parser.boolean("2"));
  EXPECT_FALSE(parser.boolean("нетнетнет"));
}

TEST(CellParserTest, StringsAreKeptButForNfc) {
  const CellParser parser = parserFor("category");
  std::string scratch;
  const std::string_view plain = " Łódź ";
  EXPECT_EQ(parser.string(plain, scratch).data(), plain.data());
  EXPECT_EQ(parser.string("o\xCC\x81", scratch), "ó");
}

TEST(CellParserTest, MissingValues) {
  CellOptions options;
  options.nullTexts = {"NULL", "-"};
  const CellParser parser = parserFor("category", options);
  EXPECT_TRUE(parser.isMissing(""));
  EXPECT_TRUE(parser.isMissing("NULL"));
  EXPECT_TRUE(parser.isMissing("-"));
  EXPECT_FALSE(parser.isMissing("null"));
}

TEST(CellParserTest, LongCellsAreShownByTheirStart) {
  std::string text = "x";
  for (int i = 0; i < 100; ++i) text += "ł";
  const std::string message = reason(parserFor("integer").number(text));
  EXPECT_LT(message.size(), 100U);
  EXPECT_NE(message.find("ł…'"), std::string::npos);
}

TEST(CellParserTest, ElementsAndCellsThatCannotBe) {
  const auto elementsOf = [](const Cell& cell) {
    std::vector<std::string> all;
    forEachElement(cell, '|', [&](std::string_view element) { all.emplace_back(element); });
    return all;
  };
  const std::vector<std::string_view> array{"a|b", "", "c"};
  EXPECT_EQ(elementsOf({Cell::Kind::value, "a|b||c|", {}}), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(elementsOf({Cell::Kind::value, "one", {}}), (std::vector<std::string>{"one"}));
  EXPECT_EQ(elementsOf({Cell::Kind::array, "", array}), (std::vector<std::string>{"a|b", "c"}));
  EXPECT_TRUE(elementsOf({}).empty());
  EXPECT_EQ(whyNotFor(FieldType{FieldKind::integer}, {Cell::Kind::array, "", array}),
            "an array, which only a set can hold; the field is integer");
  EXPECT_EQ(whyNotFor(FieldType{FieldKind::set}, {Cell::Kind::array, "", array}), "");
  EXPECT_EQ(whyNotFor(FieldType{FieldKind::set}, {Cell::Kind::unusable, "{\"x\":1}", {}}),
            "'{\"x\":1}' is nested JSON, which no field can hold");
  EXPECT_EQ(whyNotFor(FieldType{FieldKind::integer}, {Cell::Kind::value, "1", {}}), "");
}

}  // namespace
}  // namespace roster
