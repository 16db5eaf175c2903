// Opening, locking, copying and damage of databases on disk.
#include "index/store/rocks_store.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/index/store/store_under_test.h"
#include "tests/support/child_process.h"

namespace roster {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RocksStoreTest : public ::testing::Test {
 protected:
  static StoreBatch batchOf(std::string_view key, std::string_view value, Family family = Family::meta) {
    StoreBatch batch;
    batch.put(family, key, value);
    return batch;
  }
  std::unique_ptr<Store> create(const fs::path& path) { return required(createRocksStore(path, resources_, {})); }
  std::unique_ptr<Store> openWriter(const fs::path& path) { return required(openRocksWriter(path, resources_)); }
  std::unique_ptr<Store> openReader(const fs::path& path) { return required(openRocksReader(path, resources_)); }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "db";
  StoreResources resources_;
};

void expectError(const Result<std::unique_ptr<Store>>& opened, ErrorCode code, const std::string& message) {
  ASSERT_FALSE(opened);
  EXPECT_EQ(nameOf(opened.error().code), nameOf(code)) << opened.error().message;
  EXPECT_THAT(opened.error().message, HasSubstr(message));
}

std::string readFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void writeFile(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::vector<fs::path> filesBelow(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

TEST_F(RocksStoreTest, IsCreatedWithItsFirstBatchInAnyEmptyPlace) {
  EXPECT_EQ(required(createRocksStore(path_, resources_, batchOf("zone", "UTC")))->get(Family::meta, "zone").value(),
            "UTC");
  const fs::path empty = directory_.path() / "empty";
  fs::create_directory(empty);
  create(empty.string() + "/");
  EXPECT_TRUE(openWriter(empty)->get(Family::meta, "zone"));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 2) << "something was left beside";
}

TEST_F(RocksStoreTest, IsNotCreatedOverAnythingElse) {
  create(path_);
  expectError(createRocksStore(path_, resources_, {}), ErrorCode::conflict, "is a Roster database already");
  const fs::path other = directory_.path() / "other";
  fs::create_directory(other);
  writeFile(other / "letter.txt", "dear");
  expectError(createRocksStore(other, resources_, {}), ErrorCode::conflict, "is not empty and not a Roster database");
  expectError(createRocksStore(other / "letter.txt", resources_, {}), ErrorCode::conflict, "is a file");
  expectError(createRocksStore(other / "a" / "b", resources_, {}), ErrorCode::notFound, "is not a directory");
  EXPECT_EQ(readFile(other / "letter.txt"), "dear");
}

TEST_F(RocksStoreTest, AWrongDirectorySaysHowToMakeARightOne) {
  const std::string name = path_.string();
  for (const auto& open : {openRocksWriter, openRocksReader}) {
    expectError(open(path_, resources_), ErrorCode::notFound,
                name + " does not exist; make a database with: roster init " + name);
  }
  fs::create_directory(path_);
  for (const auto& open : {openRocksWriter, openRocksReader}) {
    expectError(open(path_, resources_), ErrorCode::notFound,
                name + " is not a Roster database; make one with: roster init " + name);
  }
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(RocksStoreTest, ADirectoryOfSomebodyElseIsSaidNotToBeReadable) {
  create(path_);
  fs::permissions(path_, fs::perms::none);
  constexpr uid_t kNobody = 65534;
  const uid_t self = ::geteuid();
  ASSERT_EQ(::seteuid(self == 0 ? kNobody : self), 0);  // root may read everything
  expectError(openRocksReader(path_, resources_), ErrorCode::unavailable, "cannot read " + path_.string());
  ASSERT_EQ(::seteuid(self), 0);
  fs::permissions(path_, fs::perms::owner_all);
  openReader(path_);
}

TEST_F(RocksStoreTest, AnotherFormatOrADamagedMarkerIsRefused) {
  create(path_);
  writeFile(path_ / "ROSTER", "Roster database, format 3\n");
  expectError(openRocksWriter(path_, resources_), ErrorCode::invalidArgument, "newer Roster");
  writeFile(path_ / "ROSTER", "Roster database, format 1\n");
  expectError(openRocksReader(path_, resources_), ErrorCode::invalidArgument, "older Roster");
  for (const std::string marker : {"", "Roster database, format 1", "Roster database, format 1x\n", "Coaster\n"}) {
    writeFile(path_ / "ROSTER", marker);
    expectError(openRocksReader(path_, resources_), ErrorCode::dataLoss, "ROSTER is damaged");
  }
  fs::remove(path_ / "ROSTER");
  expectError(openRocksReader(path_, resources_), ErrorCode::dataLoss, "its marker");
}

TEST_F(RocksStoreTest, ASecondWriterInTheProcessIsRefusedAndTheFirstUnharmed) {
  auto first = create(path_);
  const fs::path link = directory_.path() / "link";
  fs::create_directory_symlink(path_, link);
  for (const fs::path& path : {path_, link, fs::path(path_.string() + "/../db/.")}) {
    expectError(openRocksWriter(path, resources_), ErrorCode::conflict, "is open for writing in this process already");
  }
  ASSERT_TRUE(first->write(batchOf("k", "v"), Durability::synced));
  // The refusals did not drop the lock that keeps other processes out.
  ChildProcess child("StoreChild.DISABLED_Opens", {{"DATABASE", path_.string()}});
  EXPECT_THAT(child.readLine(), HasSubstr("conflict"));
  first.reset();
  EXPECT_EQ(openWriter(path_)->get(Family::meta, "k").value(), "v");
}

TEST_F(RocksStoreTest, ASecondWriterIsToldWhoTheFirstIs) {
  create(path_);
  ChildProcess child("StoreChild.DISABLED_Opens", {{"DATABASE", path_.string()}});
  ASSERT_EQ(child.readLine(), "open");
  std::string command = readFile("/proc/self/comm");
  command.pop_back();
  expectError(openRocksWriter(path_, resources_), ErrorCode::conflict,
              "is open for writing in process " + std::to_string(child.id()) + " (" + command + ")");
  EXPECT_EQ(openReader(path_)->get(Family::meta, "from").value(), "child");
  child.kill();
  EXPECT_EQ(openWriter(path_)->get(Family::meta, "from").value(), "child");
}

// Run in a process of its own by the tests above: opens a database, writes to it, says so and waits.
TEST(StoreChild, DISABLED_Opens) {
  const StoreResources resources;
  auto store = openRocksWriter(std::getenv("DATABASE"), resources);
  if (store) {
    StoreBatch batch;
    batch.put(Family::meta, "from", "child");
    ASSERT_TRUE((*store)->write(batch, Durability::buffered));
  }
  ChildProcess::say(store ? "open" : std::string(nameOf(store.error().code)) + ": " + store.error().message);
  std::getchar();
}

TEST_F(RocksStoreTest, AReaderKeepsItsViewWhileTheWriterReplacesAllFiles) {
  auto writer = create(path_);
  StoreBatch batch;
  for (int i = 0; i < 1000; ++i) batch.put(Family::forward, "k" + std::to_string(i), std::string(1000, 'a'));
  ASSERT_TRUE(writer->write(batch, Durability::synced));
  ASSERT_TRUE(writer->flush());
  const auto reader = openReader(path_);
  batch.clear();
  batch.removeRange(Family::forward, KeyRange::all());
  ASSERT_TRUE(writer->write(batch, Durability::synced));
  ASSERT_TRUE(writer->compact());
  int seen = 0;
  const auto scanned = reader->scan(Family::forward, KeyRange::all(), [&](std::string_view, std::string_view value) {
    return ++seen, value.size() == 1000;
  });
  ASSERT_TRUE(scanned) << scanned.error().message;
  EXPECT_EQ(seen, 1000);
}

TEST_F(RocksStoreTest, ReadersOpenBesideABusyWriterAndSeeAPrefixOfItsWrites) {
  constexpr int kReaders = 12;
  auto writer = create(path_);
  std::atomic<int> opened = 0;
  std::thread writing([&] {
    for (int i = 0; opened < kReaders; ++i) {
      StoreBatch batch;
      batch.put(Family::log, std::to_string(100000 + i), "");
      batch.put(Family::meta, "last", std::to_string(100000 + i));
      ASSERT_TRUE(writer->write(batch, Durability::buffered));
      if (i % 10 == 9) {
        ASSERT_TRUE(writer->flush());
      }
      // After a burst of flushes the files stand still until somebody has opened them, however slow the machine is.
      if (const int seen = opened; i % 50 == 49 && seen < kReaders) opened.wait(seen);
    }
  });
  for (int reader = 0; reader < kReaders; ++reader) {
    const auto store = openReader(path_);
    // The next burst runs while this reader reads, and while the next one opens.
    ++opened;
    opened.notify_all();
    const auto last = store->get(Family::meta, "last").value().value_or("99999");
    int records = 0;
    EXPECT_TRUE(
        store->scan(Family::log, KeyRange::all(), [&](std::string_view, std::string_view) { return ++records, true; }));
    EXPECT_EQ(std::to_string(99999 + records), last);
  }
  writing.join();
}

TEST_F(RocksStoreTest, AReaderWritesNothing) {
  create(path_);
  const auto before = filesBelow(path_);
  std::vector<std::string> contents;
  for (const fs::path& file : before) contents.push_back(readFile(file));
  openReader(path_);
  ASSERT_EQ(filesBelow(path_), before);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(readFile(before[i]), contents[i]) << before[i];
}

TEST_F(RocksStoreTest, CheckpointsWhileWritesGoOnAreDatabasesOfOneMoment) {
  auto writer = create(path_);
  std::atomic<bool> done = false;
  std::thread writing([&] {
    for (int i = 0; !done; ++i) {
      StoreBatch batch;
      for (const Family family : {Family::keys, Family::bitmaps}) batch.put(family, "n", std::to_string(i));
      EXPECT_TRUE(writer->write(batch, Durability::buffered));
    }
  });
  for (const std::string name : {"first", "second"}) {
    const auto made = writer->checkpointTo(directory_.path() / name);
    ASSERT_TRUE(made) << made.error().message;
  }
  const auto refused = writer->checkpointTo(directory_.path() / "first");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  done = true;
  writing.join();
  for (const std::string name : {"first", "second"}) {
    const auto copy = openWriter(directory_.path() / name);
    EXPECT_EQ(copy->get(Family::keys, "n").value(), copy->get(Family::bitmaps, "n").value());
    ASSERT_TRUE(copy->write(batchOf("mine", "alone"), Durability::synced));
    ASSERT_TRUE(copy->verifyChecksums());
  }
  EXPECT_FALSE(writer->get(Family::meta, "mine").value());
}

// A file that RocksDB writes for people alone would end the process where the disk is full.
TEST_F(RocksStoreTest, KeepsNoLogOfRocksDBsOwn) {
  auto writer = create(path_);
  ASSERT_TRUE(writer->write(batchOf("k", "v"), Durability::synced));
  ASSERT_TRUE(writer->compact());
  writer.reset();
  openWriter(path_);
  for (const fs::path& file : filesBelow(path_)) {
    const std::string name = file.filename().string();
    EXPECT_TRUE(name == "LOCK" || !name.starts_with("LOG")) << file;
  }
}

TEST_F(RocksStoreTest, AReaderMakesACheckpointOfItsViewBesideAWriter) {
  auto writer = create(path_);
  ASSERT_TRUE(writer->write(batchOf("k", "before"), Durability::buffered));
  const auto reader = openReader(path_);
  ASSERT_TRUE(writer->write(batchOf("k", "after"), Durability::synced));
  ASSERT_TRUE(writer->compact());
  const auto made = reader->checkpointTo(directory_.path() / "copy");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(openReader(directory_.path() / "copy")->get(Family::meta, "k").value(), "before");
}

TEST_F(RocksStoreTest, ACheckpointThatFailsLeavesNothingBehind) {
  std::string value;
  for (int i = 0; i < 3000; ++i) value += std::to_string(i * 7919);
  required(createRocksStore(path_, resources_, batchOf("k", value, Family::forward)));
  for (const fs::path& file : filesBelow(path_)) {
    if (file.extension() != ".sst") continue;
    std::string bytes = readFile(file);
    bytes[500] = static_cast<char>(bytes[500] ^ 1);
    writeFile(file, bytes);
  }
  const auto made = openReader(path_)->checkpointTo(directory_.path() / "copy");
  ASSERT_FALSE(made);
  EXPECT_EQ(nameOf(made.error().code), "data_loss") << made.error().message;
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 1) << "a part of the copy was left";
}

TEST_F(RocksStoreTest, LargeBulkLoadsAreCutIntoFilesAndLeaveNoneBehind) {
  auto writer = create(path_);
  auto load = writer->beginBulk().value();
  auto bitmaps = load->beginFamily(Family::bitmaps).value();
  const std::string value(1 << 20, 'b');
  for (int i = 100; i < 200; ++i) ASSERT_TRUE(bitmaps->put(std::to_string(i), value));
  ASSERT_TRUE(bitmaps->finish());
  EXPECT_EQ(filesBelow(path_ / "bulk").size(), 2U);
  ASSERT_TRUE(load->commit());
  load.reset();
  EXPECT_TRUE(fs::is_empty(path_ / "bulk"));
  auto forgotten = writer->beginBulk().value();
  EXPECT_FALSE(fs::is_empty(path_ / "bulk"));
  writeFile(path_ / "bulk" / "left-by-a-crash.sst", "x");
  forgotten.reset();
  writer.reset();
  writer = openWriter(path_);
  EXPECT_TRUE(fs::is_empty(path_ / "bulk"));
  EXPECT_EQ(writer->getAligned(Family::bitmaps, "150").value()->view(), value);
}

TEST_F(RocksStoreTest, ManyDatabasesShareResources) {
  std::vector<std::unique_ptr<Store>> stores;
  for (int i = 0; i < 20; ++i) {
    stores.push_back(create(directory_.path() / std::to_string(i)));
    ASSERT_TRUE(stores.back()->write(batchOf("i", std::to_string(i)), Durability::buffered));
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(stores[i]->get(Family::meta, "i").value(), std::to_string(i));
}

// Copies a database as it lies on disk while it is open, which is what is left of it when its process is killed.
fs::path killedCopy(const fs::path& path) {
  const fs::path copy = path.string() + "-killed";
  fs::remove_all(copy);
  fs::copy(path, copy, fs::copy_options::recursive);
  return copy;
}

// The one write-ahead log that holds anything.
fs::path logOf(const fs::path& database) {
  for (const fs::path& file : filesBelow(database)) {
    if (file.extension() == ".log" && fs::file_size(file) > 0) return file;
  }
  throw std::runtime_error("no log holds anything");
}

TEST_F(RocksStoreTest, DamageInTheLogOfAKilledWriterIsReportedAndNothingIsChanged) {
  auto writer = create(path_);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(writer->write(batchOf("key" + std::to_string(i), std::string(50, 'v')), Durability::synced));
  }
  const fs::path copy = killedCopy(path_);
  EXPECT_EQ(openReader(copy)->get(Family::meta, "key19").value(), std::string(50, 'v'));
  const fs::path log = logOf(copy);
  const std::string intact = readFile(log);
  for (std::size_t place = 0; place < intact.size(); place += 37) {
    std::string bytes = intact;
    bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
    writeFile(log, bytes);
    expectError(openRocksReader(copy, resources_), ErrorCode::dataLoss, copy.string() + " is damaged");
    expectError(openRocksWriter(copy, resources_), ErrorCode::dataLoss, copy.string() + " is damaged");
    ASSERT_EQ(readFile(log), bytes);
  }
  for (const std::size_t size : {std::size_t{1}, intact.size() / 2, intact.size() - 1}) {
    writeFile(log, intact.substr(0, size));
    expectError(openRocksWriter(copy, resources_), ErrorCode::dataLoss, "is damaged");
  }
  writeFile(log, intact);
  EXPECT_EQ(openWriter(copy)->get(Family::meta, "key0").value(), std::string(50, 'v'));
  killedCopy(path_);
  writeFile(log, "");
  for (int again = 0; again < 2; ++again) {
    expectError(openRocksWriter(copy, resources_), ErrorCode::dataLoss, "is damaged");
  }
}

// Whether some way of looking at a database finds that it is not as it was.
bool damageIsSeen(const fs::path& path, const StoreResources& resources, const std::string& expected) {
  auto opened = openRocksWriter(path, resources);
  if (!opened) {
    EXPECT_EQ(nameOf(opened.error().code), "data_loss") << opened.error().message;
    return true;
  }
  if (!(*opened)->verifyChecksums()) return true;
  auto value = (*opened)->get(Family::forward, "k");
  return !value || *value != expected;
}

TEST_F(RocksStoreTest, DamageInSortedFilesIsReportedWithTheFilesName) {
  std::string value;
  for (int i = 0; i < 3000; ++i) value += std::to_string(i * 7919);
  required(createRocksStore(path_, resources_, batchOf("k", value, Family::forward)));
  fs::path table;
  for (const fs::path& file : filesBelow(path_)) {
    if (file.extension() == ".sst") table = file;
  }
  const std::string intact = readFile(table);
  ASSERT_GT(intact.size(), 1000U);
  std::string bytes = intact;
  bytes[500] = static_cast<char>(bytes[500] ^ 1);
  writeFile(table, bytes);
  {
    const auto reader = openReader(path_);
    const auto verified = reader->verifyChecksums();
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, ErrorCode::dataLoss);
    EXPECT_THAT(verified.error().message, HasSubstr(table.filename().string()));
    const auto got = reader->get(Family::forward, "k");
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::dataLoss);
  }
  for (const std::size_t size : {std::size_t{0}, intact.size() / 2, intact.size() - 1}) {
    writeFile(table, intact.substr(0, size));
    EXPECT_TRUE(damageIsSeen(path_, resources_, value)) << size;
  }
  fs::remove(table);
  EXPECT_TRUE(damageIsSeen(path_, resources_, value));
  writeFile(table, intact);
  EXPECT_FALSE(damageIsSeen(path_, resources_, value));
}

TEST_F(RocksStoreTest, MissingFilesAreDamage) {
  create(path_);
  for (const fs::path& file : filesBelow(path_)) {
    const std::string name = file.filename().string();
    if (name != "CURRENT" && !name.starts_with("MANIFEST")) continue;
    const std::string intact = readFile(file);
    fs::remove(file);
    expectError(openRocksWriter(path_, resources_), ErrorCode::dataLoss, "is damaged");
    expectError(openRocksReader(path_, resources_), ErrorCode::dataLoss, "is damaged");
    writeFile(file, intact);
  }
  openWriter(path_);
}

}  // namespace
}  // namespace roster
