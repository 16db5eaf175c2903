#include "index/io/output_file.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/resource.h>

#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

std::string contentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(OutputFile, IsThereOnlyAfterTheCommit) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list";
  {
    auto file = OutputFile::open(path);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("one"));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_TRUE(std::filesystem::exists(path + ".part"));
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(file->size(), 3U);
  }
  EXPECT_EQ(contentsOf(path), "one");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(OutputFile, LeavesNothingWithoutACommitAlsoAfterAMove) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list.zst";
  {
    auto file = OutputFile::open(path);
    ASSERT_TRUE(file->write("one"));
    const OutputFile moved = std::move(*file);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(OutputFile, OverwritesWhatAKilledProcessLeftAside) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list";
  std::ofstream(path + ".part") << "a longer text that was left";
  auto file = OutputFile::open(path);
  ASSERT_TRUE(file->write("short"));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(contentsOf(path), "short");
}

TEST(OutputFile, RefusesASecondWriterAndDoesNotDisturbTheFirst) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list";
  auto first = OutputFile::open(path);
  ASSERT_TRUE(first->write("first"));
  const auto second = OutputFile::open(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  ASSERT_TRUE(first->commit());
  EXPECT_EQ(contentsOf(path), "first");
}

// The process may write no file longer than so many bytes; beyond, writing fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit { bytes, before_.rlim_max };
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  struct rlimit before_ {};
  void (*handler_)(int) = SIG_DFL;
};

TEST(OutputFile, LeavesNothingWhereThereIsNoRoom) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list";
  {
    const FileSizeLimit limit(1000);
    auto file = OutputFile::open(path);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(std::string(900, 'x')));
    const auto written = file->write(std::string(900, 'x'));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::resourceExhausted);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace roster
