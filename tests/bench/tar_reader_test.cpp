#include "bench/tar_reader.h"

#include <gmock/gmock.h>
#include <vector>

#include "tests/support/tar_archive.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

struct Read {
  std::vector<TarFile> files;
  std::string error;
  ErrorCode code = ErrorCode::internal;
};

Read readAll(std::string bytes) {
  TarReader reader(ByteSource::fromMemory(std::move(bytes), "some.tar"));
  Read read;
  for (;;) {
    auto file = reader.next();
    if (!file) {
      read.error = file.error().message;
      read.code = file.error().code;
      return read;
    }
    if (!*file) return read;
    read.files.push_back(**std::move(file));
  }
}

std::string damagedAt(std::string archive, std::size_t place, char byte) {
  archive[place] = byte;
  return archive;
}

TEST(TarReader, ReadsFilesAndPassesOverFolders) {
  const std::string long512(512, 'x');
  const Read read = readAll(tarEntry("set", "", '5') + tarEntry("set/a.txt", "1,2\n") + tarEntry("set/empty", "") +
                            tarEntry("set/b.txt", long512) + tarEntry("old", "as before", '\0') + tarEnd());
  EXPECT_EQ(read.error, "");
  ASSERT_EQ(read.files.size(), 4U);
  EXPECT_EQ(read.files[0].name, "set/a.txt");
  EXPECT_EQ(read.files[0].content, "1,2\n");
  EXPECT_EQ(read.files[1].content, "");
  EXPECT_EQ(read.files[2].content, long512);
  EXPECT_EQ(read.files[3].content, "as before");
  EXPECT_TRUE(readAll(tarEnd()).files.empty());
}

TEST(TarReader, ANameMayBeInTwoParts) {
  std::string entry = tarEntry("b.txt", "1");
  entry.replace(345, 3, "far");
  signTarHeader(entry);
  EXPECT_EQ(readAll(entry + tarEnd()).files.at(0).name, "far/b.txt");
  entry.replace(257, 8, std::string_view("ustar  \0", 8));  // GNU keeps times there
  signTarHeader(entry);
  EXPECT_EQ(readAll(entry + tarEnd()).files.at(0).name, "b.txt");
}

TEST(TarReader, StaysAtTheEnd) {
  TarReader reader(
      ByteSource::fromMemory(tarEntry("a", "1") + tarEnd() + std::string(kTarBlock * 5, '\0'), "some.tar"));
  EXPECT_TRUE(reader.next().value());
  EXPECT_FALSE(reader.next().value());
  EXPECT_FALSE(reader.next().value());
}

TEST(TarReader, AnArchiveThatIsCutOffAnywhereIsRefused) {
  const std::string whole = tarEntry("a", std::string(700, 'x')) + tarEnd();
  for (std::size_t size = 0; size < whole.size(); size += 64) {
    const Read read = readAll(whole.substr(0, size));
    EXPECT_THAT(read.error, HasSubstr("'some.tar' is")) << size;
    EXPECT_EQ(read.code, ErrorCode::dataLoss) << size;
  }
}

TEST(TarReader, WhatIsNoArchiveIsRefused) {
  EXPECT_THAT(readAll(std::string(2000, 'x')).error, HasSubstr("no tar archive"));
  EXPECT_THAT(readAll("1,2,3\n").error, HasSubstr("no tar archive"));
  const std::string whole = tarEntry("a", "1") + tarEnd();
  EXPECT_THAT(readAll(damagedAt(whole, 0, 'b')).error, HasSubstr("checksum"));
  EXPECT_THAT(readAll(damagedAt(whole, 150, '9')).error, HasSubstr("checksum"));
  EXPECT_THAT(readAll(whole + std::string(kTarBlock, 'x')).error, HasSubstr("after its end"));
  EXPECT_THAT(readAll(tarEntry("a", "1") + std::string(kTarBlock, '\0') + tarEntry("b", "2")).error,
              HasSubstr("after its end"));
}

TEST(TarReader, ASizeMustBeOne) {
  const auto withSize = [](std::string_view size) {
    std::string entry = tarEntry("a", "1");
    entry.replace(124, 12, std::string(12, '\0'));
    entry.replace(124, size.size(), size);
    signTarHeader(entry);
    return readAll(entry + tarEnd());
  };
  EXPECT_EQ(withSize("          1 ").files.size(), 1U);
  for (const char* size : {"", "8", "x", "-1", "\x80"}) EXPECT_THAT(withSize(size).error, HasSubstr("has no size"));
  EXPECT_THAT(withSize("77777777777").error, HasSubstr("too large"));
  EXPECT_THAT(withSize("00007777777").error, HasSubstr("cut off"));
}

TEST(TarReader, OtherEntriesAreRefusedWithAWayOut) {
  for (const char type : {'1', '2', 'L', 'x', 'g'}) {
    const Read read = readAll(tarEntry("a", "1", type) + tarEnd());
    EXPECT_EQ(read.code, ErrorCode::invalidArgument);
    EXPECT_THAT(read.error, HasSubstr("--format=ustar"));
  }
}

}  // namespace
}  // namespace roster::bench
