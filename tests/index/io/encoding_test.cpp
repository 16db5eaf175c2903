#include "index/io/encoding.h"

#include <gtest/gtest.h>

#include "core/base/unicode.h"
#include "index/io/record_check.h"

namespace roster {
namespace {

Result<std::string> decode(const std::string& bytes, Encoding encoding, std::size_t step = 100) {
  auto source = DecodedSource::open(ByteSource::fromMemory(bytes, "memory"), encoding);
  if (!source) return propagate(source);
  std::string all;
  std::string piece(step, '\0');
  for (;;) {
    auto count = source->read(piece.data(), piece.size());
    if (!count) return propagate(count);
    if (*count == 0) return all;
    all.append(piece, 0, *count);
  }
}

TEST(EncodingTest, KnowsItsNames) {
  EXPECT_EQ(parseEncoding("UTF-8").value(), Encoding::utf8);
  EXPECT_EQ(parseEncoding("Windows-1250").value(), Encoding::windows1250);
  EXPECT_EQ(parseEncoding("cp1251").value(), Encoding::windows1251);
  EXPECT_EQ(parseEncoding("latin-2").value(), Encoding::latin2);
  EXPECT_EQ(parseEncoding("ISO-8859-2").value(), Encoding::latin2);
  EXPECT_EQ(parseEncoding(nameOf(Encoding::latin2)).value(), Encoding::latin2);
  EXPECT_EQ(parseEncoding("koi8-r").error().code, ErrorCode::invalidArgument);
}

TEST(EncodingTest, DecodesPolishAndRussian) {
  EXPECT_EQ(decode("Za\xBF\xF3\xB3\xE6 g\xEA\x9Cl\xB9 ja\x9F\xF1", Encoding::windows1250).value(), "Zażółć gęślą jaźń");
  EXPECT_EQ(decode("Za\xBF\xF3\xB3\xE6 g\xEA\xB6l\xB1 ja\xBC\xF1", Encoding::latin2).value(), "Zażółć gęślą jaźń");
  EXPECT_EQ(decode("\xCC\xEE\xF1\xEA\xE2\xE0", Encoding::windows1251).value(), "Москва");
  EXPECT_EQ(decode("5 \x80", Encoding::windows1250).value(), "5 €");
}

TEST(EncodingTest, AnySizeOfReadGivesTheSame) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(0xC0 + i % 64);
  const auto whole = decode(bytes, Encoding::windows1251, 100'000);
  for (const std::size_t step : {4U, 5U, 7U, 1001U})
    EXPECT_EQ(decode(bytes, Encoding::windows1251, step).value(), *whole);
  EXPECT_TRUE(isValidUtf8(*whole));
}

TEST(EncodingTest, EveryDefinedByteIsUtf8AndEveryUndefinedOneIsNot) {
  const auto countUndefined = [](Encoding encoding, std::string& undefined) {
    const auto table = decodingTable(encoding);
    ASSERT_TRUE(table);
    for (unsigned byte = 1; byte < 256; ++byte) {
      const DecodedByte& decoded = (*table)[byte];
      const std::string_view text(decoded.text.data(), decoded.length);
      if (byte < 0x80) {
        EXPECT_EQ(text, std::string(1, static_cast<char>(byte)));
      }
      if (!isValidUtf8(text)) undefined += static_cast<char>(byte);
    }
  };
  std::string undefined;
  countUndefined(Encoding::windows1250, undefined);
  EXPECT_EQ(undefined, "\x81\x83\x88\x90\x98");
  undefined.clear();
  countUndefined(Encoding::windows1251, undefined);
  EXPECT_EQ(undefined, "\x98");
  undefined.clear();
  countUndefined(Encoding::latin2, undefined);
  EXPECT_EQ(undefined.size(), 32U);
}

TEST(EncodingTest, AnUndefinedByteStaysVisible) {
  const std::string text = decode("\xC0\x98\xC1", Encoding::windows1251).value();
  const auto at = firstUnsoundByte(text);
  ASSERT_TRUE(at);
  EXPECT_EQ(*at, 2U);
  EXPECT_EQ(describeUnsoundByte(text, *at, Encoding::windows1251), "broken encoding: byte 0x98 is not windows-1251");
}

TEST(EncodingTest, ByteOrderMarks) {
  EXPECT_EQ(decode("\xEF\xBB\xBFname", Encoding::utf8).value(), "name");
  EXPECT_EQ(decode("\xEF\xBB\xBF", Encoding::utf8).value(), "");
  EXPECT_EQ(decode("\xEF\xBB", Encoding::utf8).value(), "\xEF\xBB");
  for (const std::string& utf16 : {std::string("\xFF\xFEn\0", 4), std::string("\xFE\xFF\0n", 4)}) {
    const auto refused = decode(utf16, Encoding::utf8);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalidArgument);
    EXPECT_NE(refused.error().message.find("UTF-16"), std::string::npos);
  }
  EXPECT_FALSE(decode("\xEF\xBB\xBFname", Encoding::windows1250));
}

TEST(EncodingTest, PeekingTakesNothingAway) {
  for (const Encoding encoding : {Encoding::utf8, Encoding::windows1251}) {
    auto source = DecodedSource::open(ByteSource::fromMemory("0123456789", "memory"), encoding);
    ASSERT_TRUE(source);
    EXPECT_EQ(source->peek(4).value(), "0123");
    EXPECT_EQ(source->peek(7).value(), "0123456");
    source->discard(2);
    EXPECT_EQ(source->peek(3).value(), "234");
    std::string rest(20, '\0');
    std::size_t size = 0;
    while (const std::size_t count = source->read(rest.data() + size, rest.size() - size).value()) size += count;
    EXPECT_EQ(rest.substr(0, size), "23456789");
    EXPECT_EQ(source->peek(3).value(), "");
  }
}

TEST(RecordCheckTest, FindsTheFirstUnsoundByte) {
  EXPECT_EQ(firstUnsoundByte("zażółć Москва 🎉"), std::nullopt);
  EXPECT_EQ(firstUnsoundByte(""), std::nullopt);
  EXPECT_EQ(firstUnsoundByte("ł\xC5"), 2U);
  EXPECT_EQ(firstUnsoundByte("a\xC0\x80"), 1U);       // an overlong NUL
  EXPECT_EQ(firstUnsoundByte("ab\xED\xA0\x80"), 2U);  // a surrogate
  EXPECT_EQ(firstUnsoundByte(std::string_view("a\0b", 3)), 1U);
  EXPECT_FALSE(isSoundText(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace roster
