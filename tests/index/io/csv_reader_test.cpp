#include "index/io/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <thread>

#include "index/io/csv_cursor.h"
#include "index/io/csv_writer.h"
#include "tests/support/real_data.h"
#include "tests/support/record_rows.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Rows = std::vector<std::vector<std::string>>;

Result<FlatRecords> read(const std::string& text, std::size_t blockSize = std::size_t{2} << 20,
                         std::size_t maxRecord = std::size_t{16} << 20, Encoding encoding = Encoding::utf8) {
  RecordOptions options;
  options.limits = {blockSize, maxRecord};
  options.encoding = encoding;
  return readFlat(ByteSource::fromMemory(text, "in.csv"), options);
}

std::string whyRefused(const std::string& text) {
  const auto records = read(text);
  EXPECT_FALSE(records);
  return records ? "" : records.error().message;
}

TEST(CsvReaderTest, ReadsFieldsWithTheirLines) {
  const auto records = read("key,name\n1,Ola\n2,\n\n3,\"x\"\n");
  ASSERT_TRUE(records);
  EXPECT_THAT(records->columns, ElementsAre("key", "name"));
  EXPECT_EQ(records->rows, (Rows{{"2", "=1", "=Ola"}, {"3", "=2", "-"}, {"5", "=3", "=x"}}));
  EXPECT_TRUE(records->problems.empty());
}

TEST(CsvReaderTest, QuotesLineEndsAndTheLastLine) {
  const auto records = read("\r\na,b\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n\"\",\"\"\"\"\r\nlast,one");
  ASSERT_TRUE(records);
  EXPECT_EQ(records->rows, (Rows{{"3", "=say \"hi\"", "=two\r\nlines"}, {"5", "-", "=\""}, {"6", "=last", "=one"}}));
  EXPECT_EQ(read("a,b\n1,\"2\"").value().rows, (Rows{{"2", "=1", "=2"}}));
  EXPECT_EQ(read("a,b\n1,2\r").value().rows, (Rows{{"2", "=1", "=2"}}));
  EXPECT_EQ(read("a,b\n1,\"2\"\r").value().rows, (Rows{{"2", "=1", "=2"}}));
  EXPECT_EQ(read("a,b\n,").value().rows, (Rows{{"2", "-", "-"}}));
  EXPECT_TRUE(read("a,b").value().rows.empty());
  EXPECT_EQ(read("a\n\"\"\nx\n").value().rows, (Rows{{"2", "-"}, {"3", "=x"}}));
}

TEST(CsvReaderTest, RefusesBadRowsAndKeepsTheRest) {
  const auto records = read("a,b\n1\n1,2,3\nx\"y,2\n\"x\"y,2\n\"p\" ,\"q\"\n5,6\n");
  ASSERT_TRUE(records);
  EXPECT_EQ(records->rows, (Rows{{"7", "=5", "=6"}}));
  EXPECT_THAT(records->problems, ElementsAre("2  1 field where the header has 2", "3  3 fields where the header has 2",
                                             "4 a a quote in the middle of a field that does not begin with one",
                                             "5 a text after the closing quote of a field",
                                             "6 a text after the closing quote of a field"));
}

TEST(CsvReaderTest, ABrokenEncodingIsRefusedInItsRowAndColumn) {
  const auto utf8 = read("a,b\n1,2\nx,\x9c\n3,Łódź\n\"q\"\"\",\xff\n");
  ASSERT_TRUE(utf8);
  EXPECT_EQ(utf8->rows, (Rows{{"2", "=1", "=2"}, {"4", "=3", "=Łódź"}}));
  EXPECT_THAT(utf8->problems, ElementsAre("3 b broken encoding: byte 0x9C is not utf-8",
                                          "5 b broken encoding: byte 0xFF is not utf-8"));
  const auto cp1251 = read("a,b\n\xcc\x98,1\n\xcc,2\n", 1 << 20, 1 << 20, Encoding::windows1251);
  ASSERT_TRUE(cp1251);
  EXPECT_EQ(cp1251->rows, (Rows{{"3", "=М", "=2"}}));
  EXPECT_THAT(cp1251->problems, ElementsAre("2 a broken encoding: byte 0x98 is not windows-1251"));
  std::string text = "a,b\n1,2\n";
  for (int i = 0; i < 50; ++i) text += "row,good\n";
  text += std::string("n\0,1\n", 5);
  EXPECT_THAT(read(text).value().problems, ElementsAre("53 a a NUL byte, which no text has"));
}

TEST(CsvReaderTest, AnOpenQuoteCostsOneRecord) {
  const auto atEnd = read("a,b\n1,2\n\"open,2\n3,4\n5,6\n");
  ASSERT_TRUE(atEnd);
  EXPECT_EQ(atEnd->rows, (Rows{{"2", "=1", "=2"}, {"4", "=3", "=4"}, {"5", "=5", "=6"}}));
  EXPECT_THAT(atEnd->problems, ElementsAre("3  a quote is opened and never closed"));

  std::string text = "a,b\n1,2\nx,\"open\n";
  for (int i = 0; i < 100; ++i) text += "3,4\n";
  text += "\"5\",6\n";
  for (const std::size_t blockSize : {4U, 50U, 100U}) {
    const auto swallowed = read(text, blockSize, 100);
    ASSERT_TRUE(swallowed);
    EXPECT_EQ(swallowed->rows.size(), 102U);
    ASSERT_EQ(swallowed->problems.size(), 1U);
    EXPECT_THAT(swallowed->problems[0], HasSubstr("3  the record is longer than 100 bytes"));
    EXPECT_EQ(swallowed->rows.back(), (std::vector<std::string>{"104", "=5", "=6"}));
  }
}

TEST(CsvReaderTest, ALineLongerThanARecordMayBeIsPassedOver) {
  const std::string text = "a,b\n1," + std::string(5000, 'x') + "\n2,3\n" + std::string(101, 'y') + "\n4,5\n";
  for (const std::size_t blockSize : {4U, 64U, 100U}) {
    const auto records = read(text, blockSize, 100);
    ASSERT_TRUE(records);
    EXPECT_EQ(records->rows, (Rows{{"3", "=2", "=3"}, {"5", "=4", "=5"}}));
    EXPECT_EQ(records->problems.size(), 2U);
  }
}

TEST(CsvReaderTest, RecordsMayCrossBlocks) {
  std::string text = "a,b\n";
  for (int i = 0; i < 3000; ++i) text += std::to_string(i) + ",\"line\nbreak \"\"" + std::to_string(i) + "\"\"\"\n";
  const auto whole = read(text);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->rows.size(), 3000U);
  EXPECT_EQ(whole->blocks, 1U);
  for (const std::size_t blockSize : {5U, 61U, 1000U, 4096U}) {
    const auto cut = read(text, blockSize);
    ASSERT_TRUE(cut);
    EXPECT_GT(cut->blocks, 5U);
    EXPECT_TRUE(*cut == *whole);
  }
}

TEST(CsvReaderTest, BlocksDoNotDependOnTheEncodingOrDelivery) {
  // Sizes around the sample that is read ahead, where the source changes from peeked to read.
  const std::string row = "1234567,abcdefg\n";
  for (const std::size_t extra : {0U, 1U, 15U, 16U, 17U}) {
    std::string text = "a,b\n";
    while (text.size() + row.size() <= (std::size_t{1} << 20) + extra) text += row;
    const auto utf8 = read(text, 4096);
    const auto latin = read(text, 4096, std::size_t{16} << 20, Encoding::latin2);
    ASSERT_TRUE(utf8 && latin);
    EXPECT_TRUE(*utf8 == *latin);
    EXPECT_EQ(utf8->blocks, latin->blocks);
    EXPECT_EQ(utf8->rows.size(), (text.size() - 4) / row.size());
  }
}

TEST(CsvReaderTest, SniffsTheDelimiter) {
  EXPECT_EQ(sniffDelimiter("a,b\n1,2\n", true), ',');
  EXPECT_EQ(sniffDelimiter("a;b\n1,5;2,5\n3,5;4\n", true), ';');
  EXPECT_EQ(sniffDelimiter("a\tb\nx,y\tz\n", true), '\t');
  EXPECT_EQ(sniffDelimiter("a|b|c\n1|2|3\n", true), '|');
  EXPECT_EQ(sniffDelimiter("name\nOla\n", true), ',');
  EXPECT_EQ(sniffDelimiter("key,tags\n1,a|b|c\n2,a\n", true), ',');
  EXPECT_EQ(sniffDelimiter("key;\"x,y\"\n1;\"a,b\"\n", true), ';');
  EXPECT_EQ(sniffDelimiter("a;b;c\n1;2;3\n4;5", false), ';');
  EXPECT_EQ(sniffDelimiter("", true), ',');
}

TEST(CsvReaderTest, RefusesBadHeaders) {
  EXPECT_THAT(whyRefused("a,b,a\n1,2,3\n"), HasSubstr("two columns are called 'a'"));
  EXPECT_THAT(whyRefused("a,,c\n1,2,3\n"), HasSubstr("column 2 has no name"));
  EXPECT_THAT(whyRefused("a,\xb3\n1,2\n"), HasSubstr("--encoding"));
  EXPECT_THAT(whyRefused("a,b\rc,d\r"), HasSubstr("CR alone"));
  EXPECT_THAT(whyRefused("a,\"b\n1,2\n"), HasSubstr("never closed"));
  EXPECT_THAT(whyRefused(""), HasSubstr("empty"));
  EXPECT_THAT(whyRefused(" \n\n"), HasSubstr("empty"));
  EXPECT_THAT(read(" key ,\tname\n").value().columns, ElementsAre("key", "name"));
  EXPECT_THAT(read("key,\"x\"\"y\"\n").value().columns, ElementsAre("key", "x\"y"));
}

TEST(CsvReaderTest, RefusesWhatIsNoCsvAndSaysWhatItIs) {
  EXPECT_THAT(whyRefused("PK\x03\x04 and so on"), HasSubstr("Excel"));
  EXPECT_THAT(whyRefused("%PDF-1.7"), HasSubstr("PDF"));
  EXPECT_THAT(whyRefused(std::string("SQLite format 3\0", 16)), HasSubstr("SQLite"));
  EXPECT_THAT(whyRefused("PAR1abc"), HasSubstr("Parquet"));
  EXPECT_THAT(whyRefused("[{\"a\":1}]"), HasSubstr("JSON array"));
  EXPECT_THAT(whyRefused("<!DOCTYPE html><p>"), HasSubstr("web page"));
  EXPECT_THAT(whyRefused(std::string("\x01\x00\x02\x00\x00\x07", 6)), HasSubstr("NUL"));
  EXPECT_THAT(whyRefused(std::string("k\0e\0y\0,\0n\0\n\0", 12)), HasSubstr("UTF-16"));
}

TEST(CsvReaderTest, WhatIsWrittenIsReadBack) {
  rc::check([] {
    const auto alphabet = rc::gen::element<char>('a', ',', '"', '\n', '\r', ';', ' ', '|');
    const auto field = rc::gen::container<std::string>(alphabet);
    const auto columns = *rc::gen::inRange<std::size_t>(1, 4);
    const auto rows = *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(columns, field));
    std::string text;
    const std::vector<std::string_view> header{"first", "second", "third"};
    appendCsvRecord(text, std::span(header).first(columns));
    for (const auto& row : rows) {
      const std::vector<std::string_view> views(row.begin(), row.end());
      appendCsvRecord(text, views);
    }
    RecordOptions options;
    options.delimiter = ',';
    options.limits.blockSize = *rc::gen::inRange<std::size_t>(4, 200);
    const auto records = readFlat(ByteSource::fromMemory(text, "memory"), options);
    RC_ASSERT(records.has_value());
    RC_ASSERT(records->problems.empty());
    RC_ASSERT(records->rows.size() == rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const std::string& wanted = rows[row][column];
        RC_ASSERT(records->rows[row][column + 1] == (wanted.empty() ? "-" : "=" + wanted));
      }
    }
  });
}

TEST(CsvReaderTest, AnyTextReadsTheSameInAnyBlocks) {
  rc::check([] {
    const auto alphabet = rc::gen::element<char>('a', ',', '"', '\n', '\r', '"', '\n', '\x9f');
    const std::string text = "a,b\n" + *rc::gen::container<std::string>(alphabet);
    const auto maxRecord = *rc::gen::inRange<std::size_t>(4, 60);
    const auto whole = read(text, maxRecord, maxRecord);
    const auto cut = read(text, *rc::gen::inRange<std::size_t>(4, 60), maxRecord);
    RC_ASSERT(whole.has_value());
    RC_ASSERT(cut.has_value());
    RC_ASSERT(*cut == *whole);
  });
}

TEST(CsvReaderTest, RecordsKeepTheirOrdinalsAndRawText) {
  auto reader = RecordReader::open(ByteSource::fromMemory("a,b\n1,2\r\nbad\n\"3\",4\n", "in.csv"), {});
  ASSERT_TRUE(reader);
  auto block = reader->next();
  ASSERT_TRUE(block && *block);
  const ParsedRows rows = reader->parse(std::move(**block));
  ASSERT_EQ(rows.rowCount(), 2U);
  ASSERT_EQ(rows.problems().size(), 1U);
  EXPECT_EQ(rows.recordCount(), 3U);
  EXPECT_EQ(rows.ordinal(0), 0U);
  EXPECT_EQ(rows.problems()[0].ordinal, 1U);
  EXPECT_EQ(rows.ordinal(1), 2U);
  EXPECT_EQ(rows.raw(0), "1,2");
  EXPECT_EQ(rows.problems()[0].raw, "bad");
  EXPECT_EQ(rows.raw(1), "\"3\",4");
}

struct RealFile {
  const char* path;
  std::size_t rows;
  std::size_t columns;
};

class RealCsvTest : public ::testing::TestWithParam<RealFile> {};

TEST_P(RealCsvTest, HasTheRowsItsReadmeSays) {
  const auto path = realData(GetParam().path);
  if (!path) GTEST_SKIP() << "no real data";
  auto source = ByteSource::open(*path);
  ASSERT_TRUE(source);
  auto reader = RecordReader::open(std::move(*source), {});
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->columns().size(), GetParam().columns);
  std::vector<RecordBlock> blocks;
  for (;;) {
    auto block = reader->next();
    ASSERT_TRUE(block);
    if (!*block) break;
    blocks.push_back(std::move(**block));
  }
  EXPECT_EQ(reader->consumed(), reader->size());
  // Half of the blocks in another thread, as the importer does it.
  std::vector<std::size_t> rows(2);
  std::vector<std::size_t> problems(2);
  const auto parse = [&](std::size_t half) {
    for (std::size_t i = half; i < blocks.size(); i += 2) {
      const ParsedRows parsed = reader->parse(std::move(blocks[i]));
      rows[half] += parsed.rowCount();
      problems[half] += parsed.problems().size();
    }
  };
  std::thread other(parse, 1);
  parse(0);
  other.join();
  EXPECT_EQ(rows[0] + rows[1], GetParam().rows);
  EXPECT_EQ(problems[0] + problems[1], 0U);
}

INSTANTIATE_TEST_SUITE_P(Files, RealCsvTest,
                         ::testing::Values(RealFile{"online-retail/online_retail.csv.zst", 541'909, 8},
                                           RealFile{"hillstrom/hillstrom.csv.zst", 64'000, 12},
                                           RealFile{"complete-journey/transactions_sample.csv.zst", 75'000, 11},
                                           RealFile{"complete-journey/products.csv.zst", 92'331, 7},
                                           RealFile{"complete-journey/demographics.csv.zst", 801, 8},
                                           RealFile{"complete-journey/campaigns.csv.zst", 6'589, 2},
                                           RealFile{"complete-journey/coupon_redemptions.csv.zst", 2'102, 4}));

TEST(RealCsvContentTest, OnlineRetailHasItsCustomersAndQuotedDescriptions) {
  const auto path = realData("online-retail/online_retail.csv.zst");
  if (!path) GTEST_SKIP() << "no real data";
  auto reader = RecordReader::open(std::move(*ByteSource::open(*path)), {});
  ASSERT_TRUE(reader);
  std::set<std::string, std::less<>> customers;
  std::set<std::string, std::less<>> countries;
  std::size_t withoutCustomer = 0;
  std::size_t withComma = 0;
  for (auto block = reader->next(); block && *block; block = reader->next()) {
    const ParsedRows rows = reader->parse(std::move(**block));
    for (std::size_t row = 0; row < rows.rowCount(); ++row) {
      const Cell customer = rows.cell(6, row);
      withoutCustomer += customer.kind == Cell::Kind::missing ? 1 : 0;
      if (customer.kind == Cell::Kind::value) customers.emplace(customer.text);
      countries.emplace(rows.cell(7, row).text);
      withComma += rows.cell(2, row).text.find(',') != std::string_view::npos ? 1 : 0;
    }
  }
  EXPECT_EQ(customers.size(), 4'372U);
  EXPECT_EQ(withoutCustomer, 135'080U);
  EXPECT_EQ(countries.size(), 38U);
  EXPECT_GT(withComma, 0U);
}

TEST(CsvWriterTest, QuotesOnlyWhereItMust) {
  std::string out;
  const std::vector<std::string_view> fields{"plain", "with, comma", "say \"hi\"", "two\nlines", "", " space "};
  appendCsvRecord(out, fields);
  EXPECT_EQ(out, "plain,\"with, comma\",\"say \"\"hi\"\"\",\"two\nlines\",, space \n");
  out.clear();
  appendCsvField(out, "a;b", ';');
  appendCsvField(out, "a,b", ';');
  EXPECT_EQ(out, "\"a;b\"a,b");
}

TEST(CsvWriterTest, SeesWhatMustBeQuotedAtEveryPlace) {
  for (std::size_t length = 0; length <= 40; ++length) {
    const std::string plain(length, 'x');
    EXPECT_FALSE(needsQuotes(plain));
    for (std::size_t at = 0; at < length; ++at) {
      for (const char special : {',', '"', '\r', '\n'}) {
        std::string text = plain;
        text[at] = special;
        EXPECT_TRUE(needsQuotes(text)) << length << ' ' << at;
      }
      std::string text = plain;
      text[at] = ',';
      EXPECT_FALSE(needsQuotes(text, ';'));
    }
  }
}

TEST(SwarTest, FindsExactlyTheBytesThatMatch) {
  rc::check([](const std::array<std::uint8_t, 8>& bytes, std::uint8_t wanted) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::uint64_t mask = matchBytes(loadWord(text.data()), broadcast(static_cast<char>(wanted)));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      RC_ASSERT(((mask >> (8 * i)) & 0xFFU) == (bytes[i] == wanted ? 0x80U : 0U));
    }
  });
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 2040U, 2049U, 5000U}) {
    EXPECT_EQ(countByte(std::string(size, '\n'), '\n'), size);
    EXPECT_EQ(countByte(std::string(size, 'x'), '\n'), 0U);
  }
}

}  // namespace
}  // namespace roster
