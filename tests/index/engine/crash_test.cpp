// What survives a writer that is killed, a machine that loses its power, and a disk that fails or is full: every
// acknowledged batch, wholly, and nothing by half.
//
// Each sweep is cut in parts, tests of their own, which ctest runs at the same time.
#include <cstdlib>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <thread>

#include "index/engine/check.h"
#include "index/engine/database.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/workload.h"

namespace roster {
namespace {

HostLimits limits() {
  HostLimits limits;
  limits.threads = 2;
  return limits;
}

constexpr int kParts = 4;

// Every place is tried by release builds; the others, sanitizers among them, are several times slower.
#ifdef NDEBUG
constexpr int kStride = 1;
#else
constexpr int kStride = 5;
#endif

// A fresh copy of an empty database that was made once.
void copyEmptyDatabase(const std::filesystem::path& to) {
  static const TemporaryDirectory directory;
  static const std::filesystem::path empty = [] {
    auto path = directory.path() / "db";
    FixedClock clock(0);
    Host host(clock, limits());
    EXPECT_TRUE(Database::create(path, TimeZone(), host));
    return path;
  }();
  std::filesystem::copy(empty, to, std::filesystem::copy_options::recursive);
}

// Opens what is left, and compares it with the workload's state; `acknowledged` is the last batch that was.
void expectNothingLost(const std::filesystem::path& path, const StoreResources& resources, std::uint64_t seed,
                       Sequence acknowledged, const std::string& when) {
  FixedClock clock(0);
  Host host(clock, limits(), resources);
  auto database = Database::open(path, Access::write, host);
  ASSERT_TRUE(database) << when << ": " << database.error().message;
  EXPECT_GE((*database)->snapshot()->sequence, acknowledged) << when;
  EXPECT_EQ(Workload::difference(**database, seed), "") << when;
  const auto report = checkDatabase(**database);
  ASSERT_TRUE(report) << when;
  EXPECT_TRUE(report->damage.empty()) << when << ": " << report->damage.front();
}

// Runs in a process of its own until it is killed.
TEST(KilledProcess, DISABLED_Writer) {
  FixedClock clock(0);
  Host host(clock, limits());
  auto database = Database::open(std::getenv("ROSTER_TEST_DB"), Access::write, host);
  ASSERT_TRUE(database);
  const std::uint64_t seed = std::strtoull(std::getenv("ROSTER_TEST_SEED"), nullptr, 10);
  Workload workload(seed);
  ChildProcess::say("open");
  (void)workload.run(**database, 1'000'000, [](Sequence sequence) { ChildProcess::say(std::to_string(sequence)); });
}

class Killed : public ::testing::TestWithParam<int> {};

TEST_P(Killed, AcknowledgedBatchesAreThere) {
  constexpr int kRuns = 100;
  std::mt19937_64 random(20261121 + static_cast<unsigned>(GetParam()));
  for (int run = 0; run < kRuns / kParts / kStride; ++run) {
    TemporaryDirectory directory;
    const auto path = directory.path() / "db";
    copyEmptyDatabase(path);
    const std::uint64_t seed = random();
    ChildProcess child("KilledProcess.DISABLED_Writer",
                       {{"ROSTER_TEST_DB", path.string()}, {"ROSTER_TEST_SEED", std::to_string(seed)}});
    ASSERT_EQ(child.readLine(), "open");
    Sequence acknowledged = 0;
    const Sequence enough = random() % 40;
    while (acknowledged < enough) acknowledged = std::stoull(child.readLine());
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));
    child.kill();
    // What the child said after the last line read was acknowledged as well.
    for (std::string line = child.readLine(); !line.empty(); line = child.readLine()) acknowledged = std::stoull(line);
    expectNothingLost(path, StoreResources(), seed, acknowledged,
                      "run " + std::to_string(run) + ", seed " + std::to_string(seed));
    if (HasFatalFailure()) return;
  }
}

constexpr std::uint64_t kBatches = 12;
constexpr std::uint64_t kSweptSeed = 173;

// What the sweeps run over has something of all that can be lost.
TEST(CrashWorkload, ChangesContactsEventsAndCatalogs) {
  std::size_t fields = 0;
  std::size_t items = 0;
  std::size_t recorded = 0;
  std::size_t withIds = 0;
  std::size_t retained = 0;
  std::size_t erased = 0;
  for (const ChangeBatch& batch : Workload::batches(kSweptSeed, kBatches)) {
    fields += batch.fields.size();
    items += batch.catalogs.size();
    retained += recorded == 0 ? 0 : batch.retained.size();
    erased += recorded == 0 ? 0 : batch.erased.size();
    recorded += batch.recorded.size();
    for (const EventChanges& changes : batch.recorded) withIds += changes.identities.size();
  }
  for (const std::size_t changes : {fields, items, recorded, withIds, retained, erased}) EXPECT_GT(changes, 0U);
}

// Runs a workload over a failing disk until the fault has happened; returns the last acknowledged batch.
Sequence runOver(FaultFileSystem& disk, const std::filesystem::path& path, std::uint64_t seed, bool& finished) {
  FixedClock clock(0);
  Host host(clock, limits(), disk.resources());
  Sequence acknowledged = 0;
  auto database = Database::open(path, Access::write, host);
  if (!database) return acknowledged;
  Workload workload(seed);
  finished = workload.run(**database, kBatches, [&](Sequence sequence) { acknowledged = sequence; }).has_value();
  return acknowledged;
}

struct Sweep {
  std::string name;
  void (FaultFileSystem::*fault)(std::uint64_t);
  UnsyncedFate fate;
};

// How a failure, and ctest, show it.
std::ostream& operator<<(std::ostream& to, const Sweep& sweep) { return to << sweep.name; }

// Makes the fault happen at one after another of a part's places, every kParts-th in release builds, until a run meets
// none.
void runSweep(const Sweep& sweep, int part) {
  std::uint64_t met = 0;
  for (std::uint64_t number = 1 + static_cast<std::uint64_t>(part);; number += kParts * kStride) {
    TemporaryDirectory directory;
    const auto path = directory.path() / "db";
    copyEmptyDatabase(path);
    FaultFileSystem disk;
    (disk.*sweep.fault)(number);
    bool finished = false;
    const Sequence acknowledged = runOver(disk, path, kSweptSeed, finished);
    const bool happened = disk.happened();
    disk.recover(sweep.fate, number);
    expectNothingLost(path, disk.resources(), kSweptSeed, acknowledged, sweep.name + " " + std::to_string(number));
    if (::testing::Test::HasFailure()) return;
    if (!happened) {
      EXPECT_TRUE(finished);
      EXPECT_EQ(acknowledged, kBatches);
      EXPECT_GE(met, 2U) << "the fault hardly ever happened: the test shows nothing";
      return;
    }
    ++met;
  }
}

class CrashSweep : public ::testing::TestWithParam<std::tuple<Sweep, int>> {};

TEST_P(CrashSweep, LosesNothing) { runSweep(std::get<0>(GetParam()), std::get<1>(GetParam())); }

std::vector<Sweep> allSweeps() {
  using Disk = FaultFileSystem;
  return {
      {"PowerCutAtSync", &Disk::cutPowerAtSync, UnsyncedFate::lost},
      {"PowerCutAtSyncSomeBytesKept", &Disk::cutPowerAtSync, UnsyncedFate::partlyKept},
      {"PowerCutInWrite", &Disk::cutPowerAtWrite, UnsyncedFate::partlyKept},
      {"FailingWrite", &Disk::failWrite, UnsyncedFate::kept},
      {"FullDiskAtWrite", &Disk::fillDiskAtWrite, UnsyncedFate::kept},
  };
}

std::string nameOfSweep(const ::testing::TestParamInfo<CrashSweep::ParamType>& info) {
  return std::get<0>(info.param).name + "Part" + std::to_string(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Parts, Killed, ::testing::Range(0, kParts));
INSTANTIATE_TEST_SUITE_P(Every, CrashSweep,
                         ::testing::Combine(::testing::ValuesIn(allSweeps()), ::testing::Range(0, kParts)),
                         nameOfSweep);

}  // namespace
}  // namespace roster
