#include "index/io/ndjson_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/record_rows.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Rows = std::vector<std::vector<std::string>>;

Result<FlatRecords> read(const std::string& text, std::size_t blockSize = std::size_t{2} << 20,
                         const std::vector<std::string>& extraColumns = {}) {
  RecordOptions options;
  options.limits.blockSize = blockSize;
  options.extraColumns = extraColumns;
  return readFlat(ByteSource::fromMemory(text, "in.json"), options);
}

TEST(NdjsonReaderTest, MembersAreColumnsInTheOrderFirstSeen) {
  const auto records = read("{\"b\":1,\"a\":\"x\"}\n\n  {\"c\":true,\"a\":null}\r\n{\"a\":\"\",\"b\":false}");
  ASSERT_TRUE(records);
  EXPECT_THAT(records->columns, ElementsAre("b", "a", "c"));
  EXPECT_EQ(records->rows, (Rows{{"1", "=1", "=x", "-"}, {"3", "-", "-", "=true"}, {"4", "=false", "-", "-"}}));
  EXPECT_TRUE(records->problems.empty());
}

TEST(NdjsonReaderTest, NumbersKeepTheirDigits) {
  const auto records =
      read("{\"n\":1.50}\n{\"n\": -0.10 }\n{\"n\":123456789012345678901234567890}\n{\"n\":1e3}\n{\"n\":0}\n");
  ASSERT_TRUE(records);
  EXPECT_EQ(
      records->rows,
      (Rows{{"1", "=1.50"}, {"2", "=-0.10"}, {"3", "=123456789012345678901234567890"}, {"4", "=1e3"}, {"5", "=0"}}));
}

TEST(NdjsonReaderTest, StringsAreUnescaped) {
  const auto records = read(R"({"s":"a\"b\\c\n\u0142\ud83c\udf89"})"
                            "\n"
                            R"({"s":"Łódź, {[]} : null"})"
                            "\n"
                            R"({"s":"x" })"
                            "\n");
  ASSERT_TRUE(records);
  EXPECT_EQ(records->rows, (Rows{{"1", "=a\"b\\c\nł🎉"}, {"2", "=Łódź, {[]} : null"}, {"3", "=x"}}));
}

TEST(NdjsonReaderTest, ArraysAreSetsAndNestingIsUnusable) {
  const auto records = read(
      "{\"t\":[\"a\",\"b|c\",null,\"d\\te\",\"\"],\"u\":1}\n{\"t\":[],\"u\":[1, 2.0 ,true]}\n"
      "{\"t\":[\"a\",[1]],\"u\":{\"x\":[1,{}]}}\n{\"t\":\"one\",\"u\":2}\n");
  ASSERT_TRUE(records);
  EXPECT_TRUE(records->problems.empty());
  EXPECT_EQ(records->rows, (Rows{{"1",
                                  "[a\x1f"
                                  "b|c\x1f"
                                  "d\te\x1f",
                                  "=1"},
                                 {"2", "[",
                                  "[1\x1f"
                                  "2.0\x1f"
                                  "true\x1f"},
                                 {"3", "?[\"a\",[1]]", "?{\"x\":[1,{}]}"},
                                 {"4", "=one", "=2"}}));
}

TEST(NdjsonReaderTest, RefusesBadLinesAndKeepsTheRest) {
  const auto records = read(
      "{\"a\":1}\n[1]\n{\"a\":1\n{\"a\":1} x\n{\"a\":01}\n{\"a\":1,\"a\":2}\n{\"a\":\"\\ud800\"}\n{\"a\":\"\xff\"}\n"
      "{\"a\":tru}\n{\"a\" 1}\nplain\n{\"a\":\"\\u0000\"}\n{\"a\":2}\n");
  ASSERT_TRUE(records);
  EXPECT_EQ(records->rows, (Rows{{"1", "=1"}, {"13", "=2"}}));
  ASSERT_THAT(records->problems, SizeIs(11));
  EXPECT_EQ(records->problems[0], "2  not a JSON object");
  EXPECT_THAT(records->problems[1], HasSubstr("3  not valid JSON"));
  EXPECT_THAT(records->problems[2], HasSubstr("4  not valid JSON"));
  EXPECT_EQ(records->problems[3], "5 a '01' is no JSON value");
  EXPECT_EQ(records->problems[4], "6 a the object has this member twice");
  EXPECT_THAT(records->problems[5], HasSubstr("7 a"));
  EXPECT_EQ(records->problems[6], "8  broken encoding: byte 0xFF is not utf-8");
  EXPECT_EQ(records->problems[7], "9 a 'tru' is no JSON value");
  EXPECT_THAT(records->problems[8], HasSubstr("10 "));
  EXPECT_THAT(records->problems[9], HasSubstr("11 "));
  EXPECT_THAT(records->problems[10], HasSubstr("NUL"));
}

TEST(NdjsonReaderTest, LaterMembersAreCountedUnlessAskedFor) {
  std::string text = "{\"a\":1}\n";
  // Past the mebibyte that the columns are taken from.
  while (text.size() < (std::size_t{1} << 20) + 100) text += "{\"a\":12345678}\n";
  text += "{\"late\":7,\"a\":1}\n{\"late\":8}\n{\"later\":{\"x\":1},\"a\":3}\n";
  auto reader = RecordReader::open(ByteSource::fromMemory(text, "in"), {});
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->format(), RecordFormat::ndjson);
  EXPECT_THAT(reader->columns(), ElementsAre("a"));
  auto block = reader->next();
  ASSERT_TRUE(block && *block);
  const ParsedRows rows = reader->parse(std::move(**block));
  EXPECT_TRUE(rows.problems().empty());
  EXPECT_THAT(rows.unknownMembers(), ElementsAre(std::pair<std::string, std::uint64_t>("late", 2),
                                                 std::pair<std::string, std::uint64_t>("later", 1)));
  const auto asked = read(text, 1 << 16, {"late", "a"});
  ASSERT_TRUE(asked);
  EXPECT_THAT(asked->columns, ElementsAre("a", "late"));
  EXPECT_EQ(asked->rows[asked->rows.size() - 2][2], "=8");
}

TEST(NdjsonReaderTest, MemberNamesAreComparedInNfc) {
  const auto records = read(
      "{\"Ło\xCC\x81"
      "dź\":1}\n{\"Łódź\":2}\n{\"\\u0141\\u00f3d\\u017a\":3}\n");
  ASSERT_TRUE(records);
  EXPECT_THAT(records->columns, ElementsAre("Łódź"));
  EXPECT_EQ(records->rows, (Rows{{"1", "=1"}, {"2", "=2"}, {"3", "=3"}}));
}

TEST(NdjsonReaderTest, TheSameInAnyBlocks) {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text +=
        "{\"key\":" + std::to_string(i) + ",\"tags\":[\"a\",\"b" + std::to_string(i % 7) + "\"],\"s\":\"\\u0142\"}\n";
    if (i % 100 == 0) text += "{broken\n";
  }
  const auto whole = read(text);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->rows.size(), 2000U);
  EXPECT_EQ(whole->problems.size(), 20U);
  for (const std::size_t blockSize : {4U, 100U, 5000U}) EXPECT_TRUE(read(text, blockSize).value() == *whole);
}

TEST(NdjsonReaderTest, AnyLinesReadTheSameInAnyBlocks) {
  rc::check([] {
    const auto piece =
        rc::gen::element<std::string>("{", "}", "\"a\"", ":", ",", "1", "[", "]", "\n", "\\", "null", "\"", " ");
    const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
    std::string text = "{\"a\":1}\n";
    for (const std::string& p : pieces) text += p;
    RC_ASSERT(read(text).value() == read(text, *rc::gen::inRange<std::size_t>(4, 60)).value());
  });
}

TEST(NdjsonReaderTest, AFileWithoutOneObjectIsRefused) {
  const auto records = read("{\n  \"pretty\": 1\n}\n");
  ASSERT_FALSE(records);
  EXPECT_THAT(records.error().message, HasSubstr("none of its first lines is a JSON object"));
}

TEST(NdjsonReaderTest, DeepNestingIsNoDanger) {
  const std::string deep = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}\n{\"a\":1}\n";
  const auto records = read(deep);
  ASSERT_TRUE(records);
  EXPECT_EQ(records->rows.back().back(), "=1");
}

}  // namespace
}  // namespace roster
