// What survives a power cut, a failing write and a full disk.
//
// A script of batches, loads and flushes is run with one fault after another until none is left to happen. Every batch
// writes its number to each of several families, so a torn one shows, and the store must be as it was after some
// step: none before the last that was acknowledged as durable, none after the last that was tried.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "index/store/rocks_store.h"
#include "tests/index/store/store_under_test.h"
#include "tests/support/fault_file_system.h"

namespace roster {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kSteps = 7;
const std::vector<Family> kTouched = {Family::meta, Family::log};

std::string numberOf(int step) { return std::to_string(1000 + step); }

enum class StepKind : std::uint8_t { bufferedWrite, syncedWrite, bulkLoad };

StepKind kindOf(int step) {
  if (step % 8 == 5) return StepKind::bulkLoad;
  return step % 3 == 0 ? StepKind::syncedWrite : StepKind::bufferedWrite;
}

// Each step adds a key of its own, replaces a common one and removes that of the step before the last.
Result<void> writeStep(Store& store, int step, Durability durability) {
  StoreBatch batch;
  for (const Family family : kTouched) {
    batch.put(family, "step" + numberOf(step), std::string(700, 's'));
    batch.put(family, "last", numberOf(step));
    batch.remove(family, "step" + numberOf(step - 2));
  }
  return store.write(batch, durability);
}

Result<void> loadStep(Store& store, int step) {
  auto load = store.beginBulk();
  if (!load) return propagate(load);
  for (const Family family : kTouched) {
    auto writer = (*load)->beginFamily(family);
    if (!writer) return propagate(writer);
    for (const auto& [key, value] :
         {std::pair{std::string("last"), numberOf(step)}, std::pair{"step" + numberOf(step), std::string(700, 's')}}) {
      if (auto put = (*writer)->put(key, value); !put) return put;
    }
    if (auto finished = (*writer)->finish(); !finished) return finished;
  }
  return (*load)->commit();
}

struct Outcome {
  int tried = 0;    // the last step begun
  int written = 0;  // the last step that was acknowledged
  int durable = 0;  // the last step that was acknowledged as durable
  std::optional<Error> error;
  bool storeFailed = false;  // which a load that could not be written is not
};

enum class Script : std::uint8_t { writesAndLoads, compactionToo };

Outcome runScript(Store& store, Script script) {
  Outcome outcome;
  for (int step = 1; step <= kSteps; ++step) {
    outcome.tried = step;
    const StepKind kind = kindOf(step);
    auto done = kind == StepKind::bulkLoad
                    ? loadStep(store, step)
                    : writeStep(store, step, kind == StepKind::syncedWrite ? Durability::synced : Durability::buffered);
    outcome.storeFailed = !done && kind != StepKind::bulkLoad;
    if (done) {
      outcome.written = step;
      if (kind != StepKind::bufferedWrite) outcome.durable = step;
      if (step % 4 == 2) done = store.flush();
      if (step == kSteps && script == Script::compactionToo) done = store.compact();
      outcome.storeFailed = !done;
    }
    if (!done) {
      outcome.error = done.error();
      return outcome;
    }
  }
  return outcome;
}

// The step the store is as after; its families agree or the test fails.
int stepOf(const Store& store) {
  std::vector<std::vector<std::string>> seen;
  for (const Family family : kTouched) {
    std::vector<std::string>& entries = seen.emplace_back();
    const auto scanned = store.scan(family, KeyRange::all(), [&](std::string_view key, std::string_view value) {
      entries.push_back(std::string(key) + "=" + std::string(value));
      return true;
    });
    EXPECT_TRUE(scanned) << scanned.error().message;
    EXPECT_EQ(entries, seen.front()) << "a batch is torn between families";
  }
  const auto last = store.get(Family::meta, "last").value();
  return last ? std::stoi(*last) - 1000 : 0;
}

// Which step keys a store is to hold after a step: loads remove none.
std::vector<std::string> keysAfter(int last) {
  std::vector<std::string> keys;
  for (int step = 1; step <= last; ++step) {
    const bool removed = step + 2 <= last && kindOf(step + 2) != StepKind::bulkLoad;
    if (!removed) keys.push_back("step" + numberOf(step));
  }
  return keys;
}

void expectIntact(const Store& store, int atLeast, int atMost) {
  const int step = stepOf(store);
  EXPECT_GE(step, atLeast) << "something acknowledged is lost";
  EXPECT_LE(step, atMost);
  std::vector<std::string> keys;
  ASSERT_TRUE(store.scan(Family::log, KeyRange::ofPrefix("step"),
                         [&](std::string_view key, std::string_view) { return keys.emplace_back(key), true; }));
  EXPECT_EQ(keys, keysAfter(step));
  const auto verified = store.verifyChecksums();
  EXPECT_TRUE(verified) << verified.error().message;
}

// Every run begins with a copy of one new database.
class StoreFaults : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    new_ = std::make_unique<TemporaryDirectory>();
    required(createRocksStore(new_->path() / "db", StoreResources(), {}));
  }
  static void TearDownTestSuite() { new_.reset(); }

  using Plan = std::function<void(FaultFileSystem&, std::uint64_t number)>;
  using Check = std::function<void(const Outcome&)>;

  // Runs the script under the fault of that number; returns whether there was one. Afterwards the store opens, is
  // intact, and takes changes again.
  static bool survives(Script script, const Plan& plan, std::uint64_t number, UnsyncedFate fate, const Check& check) {
    const TemporaryDirectory directory;
    const fs::path path = directory.path() / "db";
    fs::copy(new_->path() / "db", path, fs::copy_options::recursive);
    FaultFileSystem disk;
    auto store = required(openRocksWriter(path, disk.resources()));
    plan(disk, number);
    const Outcome outcome = runScript(*store, script);
    const bool happened = disk.happened();
    if (happened) check(outcome);
    if (outcome.storeFailed) {
      EXPECT_FALSE(store->write({}, Durability::synced)) << "a failed store goes on";
    }
    store.reset();
    disk.recover(fate, number);
    // A mere failure loses nothing that was acknowledged; a power cut what was not synced.
    const int atLeast = fate == UnsyncedFate::kept ? outcome.written : outcome.durable;
    expectIntact(*required(openRocksReader(path, disk.resources())), atLeast, outcome.tried);
    store = required(openRocksWriter(path, disk.resources()));
    expectIntact(*store, atLeast, outcome.tried);
    EXPECT_TRUE(writeStep(*store, kSteps + 1, Durability::synced));
    EXPECT_EQ(stepOf(*store), kSteps + 1);
    return happened;
  }

  // Runs the script under the first fault, the second and so on, until there is none; `fates` take turns.
  static void surviveAll(
      Script script, const Plan& plan, const std::vector<UnsyncedFate>& fates,
      const Check& check = [](const Outcome&) {}) {
    std::uint64_t number = 1;
    while (survives(script, plan, number, fates[number % fates.size()], check)) {
      if (HasFailure()) FAIL() << "at number " << number;
      ++number;
    }
    EXPECT_GT(number, 30U) << "fewer things can fail than there should be";
  }

  static std::unique_ptr<TemporaryDirectory> new_;
};

std::unique_ptr<TemporaryDirectory> StoreFaults::new_;

TEST_F(StoreFaults, WithoutAFaultTheScriptEndsWell) {
  const auto none = [](FaultFileSystem& disk, std::uint64_t) { disk.plainly(); };
  EXPECT_FALSE(survives(Script::compactionToo, none, 0, UnsyncedFate::lost, [](const Outcome&) {}));
}

TEST_F(StoreFaults, APowerCutAtAnySyncLosesNothingDurable) {
  surviveAll(Script::compactionToo, [](FaultFileSystem& disk, std::uint64_t number) { disk.cutPowerAtSync(number); },
             {UnsyncedFate::lost, UnsyncedFate::partlyKept});
}

TEST_F(StoreFaults, ABulkLoadIsNotThereWithoutTheWritesBeforeIt) {
  const TemporaryDirectory directory;
  FaultFileSystem disk;
  auto store = required(createRocksStore(directory.path() / "db", disk.resources(), {}));
  StoreBatch batch;
  batch.put(Family::meta, "k", "buffered");
  ASSERT_TRUE(store->write(batch, Durability::buffered));
  auto load = store->beginBulk().value();
  auto writer = load->beginFamily(Family::bitmaps).value();
  ASSERT_TRUE(writer->put("b", "loaded"));
  ASSERT_TRUE(writer->finish());
  ASSERT_TRUE(load->commit());
  disk.cutPower();
  writer.reset();
  load.reset();
  store.reset();
  disk.recover(UnsyncedFate::lost);
  store = required(openRocksWriter(directory.path() / "db", disk.resources()));
  EXPECT_EQ(store->get(Family::bitmaps, "b").value(), "loaded");
  EXPECT_EQ(store->get(Family::meta, "k").value(), "buffered");
}

TEST_F(StoreFaults, ATornWriteIsNoHalfBatch) {
  surviveAll(Script::writesAndLoads, [](FaultFileSystem& disk, std::uint64_t number) { disk.cutPowerAtWrite(number); },
             {UnsyncedFate::partlyKept, UnsyncedFate::lost, UnsyncedFate::kept});
}

TEST_F(StoreFaults, AFailedWriteStopsTheStoreAndLosesNothing) {
  surviveAll(Script::writesAndLoads, [](FaultFileSystem& disk, std::uint64_t number) { disk.failWrite(number); },
             {UnsyncedFate::kept});
}

TEST_F(StoreFaults, AFullDiskIsSaidSoAndLosesNothing) {
  const auto check = [](const Outcome& outcome) {
    if (!outcome.error) return;
    EXPECT_EQ(nameOf(outcome.error->code), "resource_exhausted") << outcome.error->message;
    EXPECT_THAT(outcome.error->message, HasSubstr("disk full"));
  };
  surviveAll(
      Script::writesAndLoads, [](FaultFileSystem& disk, std::uint64_t number) { disk.fillDiskAtWrite(number); },
      {UnsyncedFate::kept}, check);
}

TEST_F(StoreFaults, AFailedStoreReadsOnAndNamesTheFirstFailure) {
  const TemporaryDirectory directory;
  FaultFileSystem disk;
  auto store = required(createRocksStore(directory.path() / "db", disk.resources(), {}));
  ASSERT_TRUE(writeStep(*store, 1, Durability::synced));
  disk.fillDiskAtWrite(1);
  EXPECT_FALSE(writeStep(*store, 2, Durability::synced));
  disk.plainly();
  for (const Result<void>& refused : {writeStep(*store, 3, Durability::buffered), store->sync(), store->flush(),
                                      store->compact(), loadStep(*store, 3)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::resourceExhausted);
    EXPECT_THAT(refused.error().message, HasSubstr("takes no changes until it is opened again"));
    EXPECT_THAT(refused.error().message, HasSubstr("disk full"));
  }
  EXPECT_EQ(store->get(Family::meta, "last").value(), numberOf(1));
}

}  // namespace
}  // namespace roster
