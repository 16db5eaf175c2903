// After compact() no file of a database holds what was removed or replaced.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "index/store/rocks_store.h"
#include "tests/index/store/store_under_test.h"

namespace roster {
namespace {

namespace fs = std::filesystem;

// Bytes that no compression can change beyond recognition, and that are nowhere by chance.
std::string marker(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes;
  for (int i = 0; i < 48; ++i) bytes.push_back(static_cast<char>(random()));
  return bytes;
}

// The files that hold any 16 bytes in a row of the text: a compressor may copy it in pieces, and a table keeps only
// what a key does not share with the one before.
std::vector<std::string> filesWithTraceOf(const std::string& text, const fs::path& directory) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t start = 0; start + 16 <= text.size(); ++start) {
      if (bytes.find(text.substr(start, 16)) == std::string::npos) continue;
      found.push_back(entry.path().filename().string());
      break;
    }
  }
  return found;
}

class CompactionTest : public ::testing::Test {
 protected:
  // A key that is the first or last of its file as well, since manifests name those.
  void putMarked(int round) {
    StoreBatch batch;
    for (const Family family : kFamilies) {
      batch.put(family, "\x01" + marker(1), marker(2));
      batch.put(family, "m" + std::to_string(round), "stays " + std::to_string(round) + marker(3));
      batch.put(family, "\xfe" + marker(4), marker(5));
    }
    ASSERT_TRUE(store_->write(batch, Durability::synced));
  }
  void removeMarked() {
    StoreBatch batch;
    for (const Family family : kFamilies) {
      batch.remove(family, "\x01" + marker(1));
      batch.removeRange(family, KeyRange::ofPrefix("\xfe"));
    }
    ASSERT_TRUE(store_->write(batch, Durability::synced));
  }
  void expectGone() {
    for (const int seed : {1, 2, 4, 5}) {
      EXPECT_EQ(filesWithTraceOf(marker(seed), path_), std::vector<std::string>()) << "marker " << seed;
    }
    EXPECT_FALSE(filesWithTraceOf(marker(3), path_).empty()) << "the test cannot see what is there";
    for (const Family family : kFamilies) {
      EXPECT_EQ(firstOf(*store_, family, KeyRange::all(), ScanOrder::ascending).value()->key, "m0");
    }
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "db";
  StoreResources resources_;
  std::unique_ptr<Store> store_ = required(createRocksStore(path_, resources_, {}));
};

TEST_F(CompactionTest, LeavesNoTraceInAnyFile) {
  putMarked(0);
  EXPECT_FALSE(filesWithTraceOf(marker(1), path_).empty());
  ASSERT_TRUE(store_->flush());
  putMarked(1);
  ASSERT_TRUE(store_->flush());
  EXPECT_GT(filesWithTraceOf(marker(4), path_).size(), 2U);
  removeMarked();
  const auto compacted = store_->compact();
  ASSERT_TRUE(compacted) << compacted.error().message;
  expectGone();
}

TEST_F(CompactionTest, LeavesNoTraceOfWhatWasNeverFlushed) {
  putMarked(0);
  removeMarked();
  ASSERT_TRUE(store_->compact());
  expectGone();
}

TEST_F(CompactionTest, LeavesNoTraceOfWhatLaysInTheLastLevelAlready) {
  putMarked(0);
  ASSERT_TRUE(store_->compact());
  auto load = store_->beginBulk().value();
  auto writer = load->beginFamily(Family::keys).value();
  ASSERT_TRUE(writer->put("\xfe" + marker(4) + "loaded", marker(5)));
  ASSERT_TRUE(writer->finish());
  ASSERT_TRUE(load->commit());
  ASSERT_TRUE(store_->compact());
  EXPECT_FALSE(filesWithTraceOf(marker(1), path_).empty());
  store_.reset();
  store_ = required(openRocksWriter(path_, resources_));
  removeMarked();
  ASSERT_TRUE(store_->compact());
  expectGone();
  store_.reset();
  store_ = required(openRocksWriter(path_, resources_));
  expectGone();
}

TEST_F(CompactionTest, LeavesNoTraceOfReplacedValues) {
  putMarked(0);
  ASSERT_TRUE(store_->flush());
  StoreBatch batch;
  for (const Family family : kFamilies) {
    batch.put(family, "\x01" + marker(1), "new");
    batch.put(family, "\xfe" + marker(4), "new");
  }
  ASSERT_TRUE(store_->write(batch, Durability::buffered));
  ASSERT_TRUE(store_->compact());
  for (const int seed : {2, 5}) EXPECT_EQ(filesWithTraceOf(marker(seed), path_), std::vector<std::string>());
  EXPECT_EQ(store_->get(Family::audit, "\xfe" + marker(4)).value(), "new");
}

// Whoever reads at the moment when replaced files go keeps some of them for that moment, and no longer.
TEST_F(CompactionTest, ShortReadsDoNotKeepFiles) {
  putMarked(0);
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 4; ++reader) {
    readers.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (const Family family : kFamilies) EXPECT_TRUE(store_->get(family, "m0").value());
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    putMarked(0);
    const auto began = std::chrono::steady_clock::now();
    const auto compacted = store_->compact();
    ASSERT_TRUE(compacted) << compacted.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20)) << round;
  }
}

}  // namespace
}  // namespace roster
