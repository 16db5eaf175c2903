#include "index/io/rejects_writer.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "tests/support/record_rows.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class RejectsWriterTest : public ::testing::Test {
 protected:
  std::string path() const { return (folder_.path() / "rejects.csv").string(); }

  TemporaryDirectory folder_;
};

TEST_F(RejectsWriterTest, WritesWhatCsvReadsBack) {
  {
    auto writer = RejectsWriter::open(path(), false);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write({"in.csv", 7, "age", "'12a' is not a whole number", "1,\"12a\",\"two\nlines\""}));
    ASSERT_TRUE(writer->write({"in.csv", 9, "", "1 field where the header has 3", "x"}));
    EXPECT_FALSE(std::filesystem::exists(path())) << "nothing is written before the flush";
    ASSERT_TRUE(writer->flush());
    EXPECT_EQ(writer->count(), 2U);
  }
  const auto records = readFlat(std::move(*ByteSource::open(path())), {});
  ASSERT_TRUE(records);
  EXPECT_EQ(records->columns, (std::vector<std::string>{"file", "line", "column", "reason", "record"}));
  ASSERT_EQ(records->rows.size(), 2U);
  EXPECT_EQ(records->rows[0], (std::vector<std::string>{"2", "=in.csv", "=7", "=age", "='12a' is not a whole number",
                                                        "=1,\"12a\",\"two\nlines\""}));
  EXPECT_EQ(records->rows[1][3], "-");
}

TEST_F(RejectsWriterTest, AppendsWithOneHeaderAndStartsAnewOtherwise) {
  for (int i = 0; i < 2; ++i) {
    auto writer = RejectsWriter::open(path(), true);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write({"f", 1, "c", "r", "x"}));
  }
  EXPECT_EQ(contents(path()), "file,line,column,reason,record\nf,1,c,r,x\nf,1,c,r,x\n");
  auto anew = RejectsWriter::open(path(), false);
  ASSERT_TRUE(anew);
  EXPECT_FALSE(std::filesystem::exists(path())) << "an earlier import's rejects are not this one's";
  ASSERT_TRUE(anew->flush());
  EXPECT_FALSE(std::filesystem::exists(path())) << "without rejects there is no file";
}

// Named so, it is compressed as every other file that is written; resumed, it is cut off and goes on.
TEST_F(RejectsWriterTest, ANameSaysTheCompression) {
  for (const std::string_view ending : {".gz", ".zst"}) {
    SCOPED_TRACE(ending);
    const std::string packed = path() + std::string(ending);
    std::uintmax_t kept = 0;
    {
      auto writer = RejectsWriter::open(packed, false);
      ASSERT_TRUE(writer);
      ASSERT_TRUE(writer->write({"f", 1, "c", "r", "x"}));
      ASSERT_TRUE(writer->flush());
      kept = std::filesystem::file_size(packed);
      ASSERT_TRUE(writer->write({"f", 2, "c", "r", "lost"}));
    }
    std::filesystem::resize_file(packed, kept);
    {
      auto writer = RejectsWriter::open(packed, true);
      ASSERT_TRUE(writer) << writer.error().message;
      ASSERT_TRUE(writer->write({"f", 3, "c", "r", "y"}));
    }
    EXPECT_FALSE(contents(packed).starts_with("file,line")) << "it is not plain CSV";
    const auto records = readFlat(std::move(*ByteSource::open(packed)), {});
    ASSERT_TRUE(records);
    ASSERT_EQ(records->rows.size(), 2U) << "one header, and what was not cut off";
    EXPECT_EQ(records->rows[0][5], "=x");
    EXPECT_EQ(records->rows[1][5], "=y");
    const auto anew = RejectsWriter::open(packed, false);
    ASSERT_TRUE(anew) << anew.error().message;
    EXPECT_FALSE(std::filesystem::exists(packed));
  }
}

TEST_F(RejectsWriterTest, AnotherFileIsLeftAlone) {
  std::ofstream(path()) << "key,name\n1,Ola\n";
  for (const bool append : {false, true}) {
    const auto writer = RejectsWriter::open(path(), append);
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, ErrorCode::conflict);
  }
  EXPECT_EQ(contents(path()), "key,name\n1,Ola\n");
}

TEST_F(RejectsWriterTest, ADeviceIsWrittenToAndNotRemoved) {
  auto writer = RejectsWriter::open("/dev/null", false);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write({"f", 1, "c", "r", "x"}));
  EXPECT_TRUE(writer->flush());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(RejectsWriterTest, AFullDiskIsReported) {
  auto writer = RejectsWriter::open("/dev/full", true);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write({"f", 1, "c", "r", "x"}));
  const auto flushed = writer->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ErrorCode::resourceExhausted);
}

TEST_F(RejectsWriterTest, AFolderThatIsNotThereIsReportedBeforeAnythingIsRejected) {
  const auto writer = RejectsWriter::open((folder_.path() / "none" / "rejects.csv").string(), true);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::notFound);
}

}  // namespace
}  // namespace roster
