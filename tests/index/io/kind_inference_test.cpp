#include "index/io/kind_inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/io/record_reader.h"
#include "tests/support/real_data.h"

namespace roster {
namespace {

using ::testing::HasSubstr;

std::vector<ParsedRows> sampleOf(const RecordReader& reader, RecordBlock block) {
  std::vector<ParsedRows> sample;
  sample.push_back(reader.parse(std::move(block)));
  return sample;
}

// Infers the kind of a column of these cells.
Result<ProposedColumn> infer(const std::vector<std::string>& cells, const InferenceOptions& options = {},
                             const std::optional<FieldType>& declared = std::nullopt) {
  std::string text = "c\tend\n";
  for (const std::string& cell : cells) text += cell + "\t.\n";
  RecordOptions recordOptions;
  recordOptions.delimiter = '\t';
  auto reader = RecordReader::open(ByteSource::fromMemory(text, "memory"), recordOptions);
  auto block = reader->next();
  if (!*block) return inferColumn("c", 0, {}, declared, options);
  return inferColumn("c", 0, sampleOf(*reader, std::move(**block)), declared, options);
}

std::string kindOf(const std::vector<std::string>& cells, const InferenceOptions& options = {}) {
  const auto column = infer(cells, options);
  return column ? format(column->type) : "error: " + column.error().message;
}

std::vector<std::string> numbered(const std::string& before, int count, const std::string& after = "") {
  std::vector<std::string> cells;
  for (int i = 0; i < count; ++i) cells.push_back(before + std::to_string(i) + after);
  return cells;
}

TEST(KindInferenceTest, EmptyColumnsAreCategories) {
  EXPECT_EQ(kindOf({}), "category");
  EXPECT_EQ(kindOf({"", "", ""}), "category");
  InferenceOptions options;
  options.nullTexts = {"NULL"};
  EXPECT_EQ(kindOf({"NULL", "1", "2"}, options), "integer");
}

TEST(KindInferenceTest, BooleansNeedAPairOfWords) {
  EXPECT_EQ(kindOf({"true", "false", ""}), "bool");
  EXPECT_EQ(kindOf({"TRUE", "TRUE"}), "bool");
  EXPECT_EQ(kindOf({"tak", "nie"}), "bool");
  EXPECT_EQ(kindOf({"нет", "да"}), "bool");
  EXPECT_EQ(kindOf({"1", "0", "1"}), "bool");
  EXPECT_EQ(kindOf({"1", "1", "1"}), "integer");
  EXPECT_EQ(kindOf({"NO", "NO"}), "category") << "Norway";
  EXPECT_EQ(kindOf({"F", "M", "F"}), "category");
  EXPECT_EQ(kindOf({"yes", "0"}), "category");
}

TEST(KindInferenceTest, Numbers) {
  EXPECT_EQ(kindOf({"1", "2", "-30"}), "integer");
  EXPECT_EQ(kindOf({"1", "2.5", "3.75"}), "decimal(2)");
  EXPECT_EQ(kindOf({"17850.0", "13047.0"}), "integer");
  EXPECT_EQ(kindOf({"10.00", "12.00"}), "decimal(2)");
  EXPECT_EQ(kindOf({"1 234", "56"}), "integer");
  EXPECT_EQ(kindOf({"1,234,567", "56"}), "integer");
  EXPECT_EQ(kindOf({"1,234.50", "56.1"}), "decimal(2)");
  const auto comma = infer({"1 234,50", "7,5", "12"});
  ASSERT_TRUE(comma);
  EXPECT_EQ(format(comma->type), "decimal(2)");
  EXPECT_TRUE(comma->decimalComma);
  EXPECT_TRUE(infer({"0,123", "5,250"})->decimalComma) << "no group begins with a zero";
  EXPECT_FALSE(infer({"1.25", "7"})->decimalComma);
}

TEST(KindInferenceTest, AnAmbiguousCommaIsAskedAbout) {
  EXPECT_THAT(kindOf({"1,234", "5,678"}), HasSubstr("column 'c': whether the comma of '1,234'"));
  InferenceOptions options;
  options.decimalComma = true;
  EXPECT_EQ(kindOf({"1,234", "5,678"}, options), "decimal(3)");
  const auto declared = infer({"1,234", "5,678"}, {}, FieldType{FieldKind::integer});
  ASSERT_TRUE(declared);
  EXPECT_FALSE(declared->decimalComma);
}

// What is a factor of a thousand is never a guess: the mark the user named is the mark of every column.
TEST(KindInferenceTest, ADecimalCommaThatWasNamedHoldsForEveryColumn) {
  InferenceOptions options;
  options.decimalComma = true;
  const auto grouped = infer({"1.234", "12.345"}, options);
  ASSERT_TRUE(grouped) << grouped.error().message;
  EXPECT_EQ(format(grouped->type), "integer");
  EXPECT_TRUE(grouped->decimalComma) << "read with a point it would be 1.234";
  EXPECT_EQ(kindOf({"1.234,50", "7"}, options), "decimal(2)");
  const auto plain = infer({"7", "12"}, options);
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->decimalComma) << "cells beyond the sample may be grouped";
  for (const auto& cells : {std::vector<std::string>{"1.5", "2.5"}, {"2,75", "1.5"}}) {
    EXPECT_THAT(kindOf(cells, options), HasSubstr("column 'c': '1.5' is not a number where the comma is the decimal"));
    EXPECT_THAT(kindOf(cells, options), HasSubstr("--field 'c:text'"));
  }
  EXPECT_EQ(kindOf({"1.5", "2.5b"}, options), "category") << "no numbers at all";
  EXPECT_EQ(kindOf({"1.10.2", "2.5"}, options), "category");
  const auto set = infer({"1.234|5", "6"}, options);
  ASSERT_TRUE(set);
  EXPECT_EQ(format(set->type), "set(integer)");
  EXPECT_TRUE(set->decimalComma);
  EXPECT_EQ(kindOf({"1,234|5", "6"}, options), "set") << "fractions are in no set of integers";
  EXPECT_TRUE(infer({"1.234"}, options, FieldType{FieldKind::decimal, 3})->decimalComma);
}

TEST(KindInferenceTest, DigitsThatAreNames) {
  EXPECT_EQ(kindOf({"00123", "04567"}), "category");
  EXPECT_EQ(kindOf({"+48601234567", "+48601234568"}), "category");
  EXPECT_EQ(kindOf({"601 234 567", "602 345 678"}), "category");
  EXPECT_EQ(kindOf({"12345678901234567890"}), "category");
  EXPECT_EQ(kindOf({"1e5", "2e6"}), "category");
  EXPECT_EQ(kindOf({"00-950", "90-001"}), "category");
  EXPECT_EQ(kindOf({"0", "10"}), "integer");
}

TEST(KindInferenceTest, Dates) {
  const auto check = [](const std::vector<std::string>& cells, const std::string& kind, const std::string& dateFormat) {
    const auto column = infer(cells);
    ASSERT_TRUE(column) << column.error().message;
    EXPECT_EQ(format(column->type), kind) << cells.front();
    EXPECT_EQ(column->dateFormat, dateFormat) << cells.front();
  };
  check({"2025-12-31", "2025-01-01"}, "date", "");
  check({"2010-12-01 08:26:00", "2010-12-01T08:26"}, "timestamp", "");
  check({"2010-12-01", "2010-12-01T08:26"}, "timestamp", "");
  check({"31.12.2025", "01.02.2025"}, "date", "%d.%m.%Y");
  check({"12/31/2025", "01/02/2025"}, "date", "%m/%d/%Y");
  check({"12/31/2025 14:05", "1/2/2025 8:00"}, "timestamp", "%m/%d/%Y %H:%M:%S");
  check({"31/12/2025 14:05:10", "01/02/2025 08:00:00"}, "timestamp", "%d/%m/%Y %H:%M:%S");
  check({"31.12.2025 14:05:10.250"}, "timestamp", "%d.%m.%Y %H:%M:%S.%f");
  check({"2025/02/01", "2025/02/02"}, "date", "%Y/%m/%d");
  check({"12/31/2025 2:05 PM"}, "timestamp", "%m/%d/%Y %I:%M %p");
  check({"1 Feb 2025", "2 March 2025"}, "date", "%d %b %Y");
  check({"31.12.2025", "soon"}, "category", "");
  check({"31/12/2025", "12/31/2025"}, "category", "");
  check({"31.12.25"}, "category", "");
}

TEST(KindInferenceTest, AnAmbiguousOrderIsAskedAbout) {
  const std::string message = kindOf({"02/02/2025", "01/02/2025", "11/12/2024"});
  EXPECT_THAT(message, HasSubstr("column 'c'"));
  EXPECT_THAT(message, HasSubstr("'01/02/2025'"));
  EXPECT_THAT(message, HasSubstr("--date-format '%d/%m/%Y' or --date-format '%m/%d/%Y'"));
  EXPECT_THAT(kindOf({"01.02.2025 10:00"}), HasSubstr("--date-format"));
  InferenceOptions options;
  options.dateFormat = "%m/%d/%Y";
  const auto told = infer({"01/02/2025", "11/12/2024"}, options);
  ASSERT_TRUE(told);
  EXPECT_EQ(format(told->type), "date");
  EXPECT_EQ(told->dateFormat, "%m/%d/%Y");
  // The same format is no hindrance to a column that is written otherwise.
  EXPECT_EQ(infer({"31.12.2025"}, options)->dateFormat, "%d.%m.%Y");
  EXPECT_EQ(infer({"2025-12-31"}, options)->dateFormat, "");
  EXPECT_EQ(infer({"01/02/2025"}, {}, FieldType{FieldKind::date}).error().code, ErrorCode::invalidArgument);
  EXPECT_TRUE(infer({"01/02/2025"}, {}, FieldType{FieldKind::category}));
}

// A file has days and times written alike, and one format is all that can be given.
TEST(KindInferenceTest, AnOrderThatWasNamedHoldsWithAnyClock) {
  const auto check = [](const std::string& given, const std::string& cell, const std::string& dateFormat) {
    InferenceOptions options;
    options.dateFormat = given;
    const auto column = infer({cell}, options);
    ASSERT_TRUE(column) << column.error().message;
    EXPECT_EQ(column->dateFormat, dateFormat) << given;
    const auto declared = infer({cell, "soon"}, options, FieldType{FieldKind::timestamp});
    ASSERT_TRUE(declared) << declared.error().message;
    EXPECT_EQ(declared->dateFormat, dateFormat) << given;
  };
  check("%d.%m.%Y", "01.02.2026 12:00", "%d.%m.%Y %H:%M:%S");
  check("%m.%d.%Y", "01.02.2026 12:00", "%m.%d.%Y %H:%M:%S");
  check("%e.%m.%Y %H:%M:%S", "01.02.2026", "%d.%m.%Y");
  check("%m/%d/%Y %I:%M %p", "1/2/2026", "%m/%d/%Y");
  InferenceOptions options;
  options.dateFormat = "%m/%d/%Y";
  EXPECT_THAT(kindOf({"01.02.2026"}, options), HasSubstr("--date-format")) << "days written otherwise are not settled";
}

TEST(KindInferenceTest, DeclaredKindsAreKeptAndBadCellsDoNotHideTheNotation) {
  const auto date = infer({"soon", "31.12.2025", "30.12.2025"}, {}, FieldType{FieldKind::date});
  ASSERT_TRUE(date);
  EXPECT_EQ(format(date->type), "date");
  EXPECT_EQ(date->dateFormat, "%d.%m.%Y");
  const auto amount = infer({"abc", "1 234,50", "3"}, {}, FieldType{FieldKind::decimal, 2});
  ASSERT_TRUE(amount);
  EXPECT_TRUE(amount->decimalComma);
  const auto set = infer({"31.12.2025|01.01.2026"}, {}, FieldType{FieldKind::set, 0, FieldKind::date});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->dateFormat, "%d.%m.%Y");
  EXPECT_EQ(format(infer({"1", "2"}, {}, FieldType{FieldKind::text})->type), "text");
}

TEST(KindInferenceTest, Sets) {
  EXPECT_EQ(kindOf({"a|b|c", "a", "b|c"}), "set");
  EXPECT_EQ(kindOf({"2020-01-01|2021-02-02", "2022-03-03"}), "set(date)");
  EXPECT_EQ(kindOf({"1|2", "3"}), "set(integer)");
  EXPECT_EQ(kindOf({"a||b", "c"}), "category");
  EXPECT_EQ(kindOf({"a|a", "c"}), "category");
  InferenceOptions options;
  options.setSeparator = ';';
  EXPECT_EQ(kindOf({"a;b", "b"}, options), "set");
  EXPECT_EQ(kindOf({"a;b", "b"}), "category");
  // A bar now and then in free text makes no set.
  std::vector<std::string> titles = numbered("title ", 200);
  titles[3] = "this | that";
  EXPECT_EQ(kindOf(titles), "text");
}

TEST(KindInferenceTest, JsonArraysAreSets) {
  const auto kind = [](const std::string& text) {
    auto reader = RecordReader::open(ByteSource::fromMemory(text, "memory"), {});
    auto block = reader->next();
    const auto column = inferColumn("c", 0, sampleOf(*reader, std::move(**block)), std::nullopt, {});
    return column ? format(column->type) : column.error().message;
  };
  EXPECT_EQ(kind("{\"c\":[\"a\",\"b\"]}\n{\"c\":\"d\"}\n"), "set");
  EXPECT_EQ(kind("{\"c\":[1,2]}\n{\"c\":[]}\n"), "set(integer)");
  EXPECT_EQ(kind("{\"c\":[\"2020-01-01\"]}\n"), "set(date)");
  EXPECT_EQ(kind("{\"c\":[]}\n"), "set");
  EXPECT_THAT(kind("{\"c\":{\"x\":1}}\n"), HasSubstr("nested JSON"));
}

TEST(KindInferenceTest, TextAndCategory) {
  EXPECT_EQ(kindOf(numbered("user", 500, "@example.com")), "text");
  EXPECT_EQ(kindOf({"a@example.com", "b@example.com"}), "text");
  EXPECT_EQ(kindOf({"Łódź", "Kraków", "Gdańsk"}), "category");
  std::vector<std::string> cities;
  for (int i = 0; i < 500; ++i) cities.push_back("city " + std::to_string(i % 60));
  EXPECT_EQ(kindOf(cities), "category");
}

TEST(KindInferenceTest, OnlyTheSampleIsLookedAt) {
  InferenceOptions options;
  options.maxRows = 2;
  const auto column = infer({"1", "2", "three"}, options);
  ASSERT_TRUE(column);
  EXPECT_EQ(format(column->type), "integer");
  EXPECT_EQ(column->filled, 2U);
  EXPECT_EQ(column->example, "1");
}

std::vector<std::string> inferFile(const std::string& path) {
  auto reader = RecordReader::open(std::move(*ByteSource::open(path)), {});
  const auto sample = sampleOf(*reader, std::move(**reader->next()));
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < reader->columns().size(); ++i) {
    const auto column = inferColumn(reader->columns()[i], i, sample, std::nullopt, {});
    kinds.push_back(reader->columns()[i] + " " + (column ? format(column->type) : column.error().message));
  }
  return kinds;
}

TEST(KindInferenceTest, RealFiles) {
  const auto retail = realData("online-retail/online_retail.csv.zst");
  const auto hillstrom = realData("hillstrom/hillstrom.csv.zst");
  const auto transactions = realData("complete-journey/transactions_sample.csv.zst");
  if (!retail || !hillstrom || !transactions) GTEST_SKIP() << "no real data";
  EXPECT_THAT(inferFile(*retail),
              ::testing::ElementsAre("InvoiceNo category", "StockCode category", "Description category",
                                     "Quantity integer", "InvoiceDate timestamp", "UnitPrice decimal(2)",
                                     "CustomerID integer", "Country category"));
  EXPECT_THAT(inferFile(*hillstrom),
              ::testing::ElementsAre("recency integer", "history_segment category", "history decimal(2)", "mens bool",
                                     "womens bool", "zip_code category", "newbie bool", "channel category",
                                     "segment category", "visit bool", "conversion bool", "spend decimal(2)"));
  EXPECT_THAT(inferFile(*transactions), ::testing::Contains("transaction_timestamp timestamp"));
}

}  // namespace
}  // namespace roster
