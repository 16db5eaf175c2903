#include "index/io/byte_source.h"

#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

Result<std::string> readAll(ByteSource source, std::size_t step = 1000) {
  std::string all;
  std::string piece(step, '\0');
  for (;;) {
    auto count = source.read(piece.data(), piece.size());
    if (!count) return propagate(count);
    if (*count == 0) return all;
    all.append(piece, 0, *count);
  }
}

Result<std::string> readAll(const std::string& bytes, std::size_t step = 1000) {
  return readAll(ByteSource::fromMemory(bytes, "memory"), step);
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random() % 20);
  return text;
}

class ByteSourceTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string path = pathOf(name);
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string pathOf(const std::string& name) const { return (folder_.path() / name).string(); }

  TemporaryDirectory folder_;
};

TEST_F(ByteSourceTest, ReadsPlainGzipAndZstdWhateverTheName) {
  const std::string text = noise(700'000);
  for (const std::string& bytes : {text, gzip(text), zstd(text)}) {
    auto source = ByteSource::open(write("data.csv", bytes));
    ASSERT_TRUE(source);
    EXPECT_EQ(source->size(), bytes.size());
    EXPECT_EQ(source->consumed(), 0U);
    const auto all = readAll(std::move(*source));
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, text);
  }
}

TEST_F(ByteSourceTest, ReadsWhatAFunctionMakes) {
  const auto pieces = [](std::vector<std::string> texts) {
    return [texts, at = std::size_t{0}](char* into, std::size_t capacity) mutable -> Result<std::size_t> {
      if (at == texts.size()) return 0;
      EXPECT_GE(capacity, texts[at].size());
      return texts[at++].copy(into, capacity);
    };
  };
  auto source = ByteSource::fromFunction(pieces({"k", "ey,a\n", "1,2\n"}), "made");
  EXPECT_EQ(source.name(), "made");
  EXPECT_EQ(source.size(), std::nullopt);
  EXPECT_EQ(readAll(std::move(source)), "key,a\n1,2\n");
  const std::string packed = gzip("key\n1\n");
  EXPECT_EQ(readAll(ByteSource::fromFunction(pieces({packed.substr(0, 5), packed.substr(5)}), "made")), "key\n1\n");

  auto broken = ByteSource::fromFunction(
      [](char*, std::size_t) -> Result<std::size_t> { return fail(ErrorCode::unavailable, "no more"); }, "broken");
  EXPECT_EQ(readAll(std::move(broken)).error().message, "no more");
}

TEST_F(ByteSourceTest, ReadsInputsTooShortForASignature) {
  for (const std::string text : {"", "a", "ab", "abc", "\x1f"}) {
    const auto all = readAll(text);
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, text);
  }
}

TEST_F(ByteSourceTest, ReadsConcatenatedMembersAndFrames) {
  EXPECT_EQ(readAll(gzip("one ") + gzip("") + gzip("two")).value(), "one two");
  EXPECT_EQ(readAll(zstd("one ") + zstd("") + zstd("two")).value(), "one two");
  // A skippable frame, as zstd's parallel tools write it first.
  const std::string skippable("\x50\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  EXPECT_EQ(readAll(skippable + zstd("one") + skippable).value(), "one");
  EXPECT_EQ(readAll(gzip("one") + std::string(600, '\0')).value(), "one");
}

TEST_F(ByteSourceTest, ReadsByteByByte) {
  const std::string text = noise(3000);
  EXPECT_EQ(readAll(text, 1).value(), text);
  EXPECT_EQ(readAll(gzip(text), 1).value(), text);
  EXPECT_EQ(readAll(zstd(text), 1).value(), text);
}

TEST_F(ByteSourceTest, EveryTruncationIsDataLoss) {
  for (const std::string& bytes : {gzip(noise(2000)), zstd(noise(2000))}) {
    for (std::size_t size = 4; size < bytes.size(); ++size) {
      const auto all = readAll(bytes.substr(0, size));
      ASSERT_FALSE(all) << size << " of " << bytes.size();
      EXPECT_EQ(all.error().code, ErrorCode::dataLoss);
      EXPECT_NE(all.error().message.find("'memory' is truncated"), std::string::npos) << all.error().message;
    }
  }
}

TEST_F(ByteSourceTest, DamageIsDataLoss) {
  for (std::string bytes : {gzip(noise(2000)), gzip("one") + "trailing", zstd("one") + "trailing"}) {
    bytes[bytes.size() / 2] ^= 0x55;
    const auto all = readAll(bytes);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, ErrorCode::dataLoss);
  }
  const auto trailing = readAll(gzip("one") + "trailing");
  ASSERT_FALSE(trailing);
  EXPECT_NE(trailing.error().message.find("damaged"), std::string::npos);
}

TEST_F(ByteSourceTest, SaysWhyAFileCannotBeOpened) {
  const auto missing = ByteSource::open(pathOf("missing.csv"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::notFound);
  EXPECT_NE(missing.error().message.find("missing.csv"), std::string::npos);
  const auto directory = ByteSource::open(folder_.path().string());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::invalidArgument);
  if (::geteuid() != 0) {
    const std::string secret = write("secret.csv", "a");
    ::chmod(secret.c_str(), 0);
    const auto denied = ByteSource::open(secret);
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().code, ErrorCode::permissionDenied);
  }
}

TEST_F(ByteSourceTest, ReadsAPipeOfUnknownSize) {
  const std::string path = pathOf("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const pid_t writer = ::fork();
  if (writer == 0) {
    std::ofstream(path) << gzip("through a pipe");
    ::_exit(0);
  }
  auto source = ByteSource::open(path);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->size(), std::nullopt);
  EXPECT_EQ(readAll(std::move(*source)).value(), "through a pipe");
}

TEST_F(ByteSourceTest, FingerprintTellsContentsApart) {
  const auto first = fileFingerprint(write("a", noise(600'000)));
  const auto same = fileFingerprint(write("b", noise(600'000)));
  std::string changed = noise(600'000);
  changed[599'999] ^= 1;
  const auto other = fileFingerprint(write("c", changed));
  const auto empty = fileFingerprint(write("d", ""));
  ASSERT_TRUE(first && *first && same && *same && other && *other && empty && *empty);
  EXPECT_EQ(**first, **same);
  EXPECT_NE(**first, **other);
  EXPECT_EQ((*first)->size, 600'000U);
  EXPECT_EQ((*empty)->size, 0U);
  // XXH3-128 of nothing, as the algorithm's own documentation has it.
  EXPECT_EQ((*empty)->high, 0x99aa06d3014798d8ULL);
  EXPECT_EQ((*empty)->low, 0x6001c324468d497fULL);
  EXPECT_EQ(fileFingerprint("-").value(), std::nullopt);
  EXPECT_EQ(fileFingerprint(pathOf("none")).error().code, ErrorCode::notFound);
}

}  // namespace
}  // namespace roster
