#include "index/store/key_codec.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

namespace roster {
namespace {

template <class Number>
std::string keyOf(Number number) {
  std::string key;
  appendBigEndian(key, number);
  return key;
}

TEST(KeyCodec, PutsTheHighestByteFirst) {
  EXPECT_EQ(keyOf<std::uint16_t>(0x0102), std::string("\x01\x02", 2));
  EXPECT_EQ(keyOf<std::uint32_t>(0x01020380), std::string("\x01\x02\x03\x80", 4));
  EXPECT_EQ(keyOf<std::uint64_t>(0xff00000000000001), std::string("\xff\0\0\0\0\0\0\x01", 8));
}

TEST(KeyCodec, TakesNothingFromTooFewBytes) {
  std::string_view bytes("\x01\x02\x03\x04\x05\x06\x07", 7);
  EXPECT_EQ(takeBigEndian64(bytes), std::nullopt);
  EXPECT_EQ(bytes.size(), 7U);
  EXPECT_EQ(takeBigEndian32(bytes), 0x01020304U);
  EXPECT_EQ(takeBigEndian16(bytes), 0x0506);
  EXPECT_EQ(takeBigEndian16(bytes), std::nullopt);
  EXPECT_EQ(bytes, "\x07");
}

TEST(KeyCodec, ReadsAtAnOffset) {
  std::string key = "field";
  appendBigEndian32(key, 0xfffefdfc);
  appendBigEndian64(key, 42);
  EXPECT_EQ(readBigEndian32(key, 5), 0xfffefdfcU);
  EXPECT_EQ(readBigEndian64(key, 9), 42U);
}

RC_GTEST_PROP(KeyCodec, OrdersAsNumbersDoAndReadsBack, (std::uint64_t a, std::uint64_t b, std::uint32_t c)) {
  RC_ASSERT((keyOf(a) < keyOf(b)) == (a < b));
  std::string key = keyOf(a);
  appendBigEndian32(key, c);
  std::string_view bytes = key;
  RC_ASSERT(takeBigEndian64(bytes) == a);
  RC_ASSERT(takeBigEndian32(bytes) == c);
  RC_ASSERT(bytes.empty());
}

}  // namespace
}  // namespace roster
