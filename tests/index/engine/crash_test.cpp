// What survives a writer that is killed, a machine that loses its power, and a disk that fails or is full: every
// acknowledged batch, wholly, and nothing by half.
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>
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

bool isLong() { return std::getenv("ROSTER_LONG") != nullptr; }

HostLimits limits() {
  HostLimits limits;
  limits.threads = 2;
  return limits;
}

// Opens what is left, and compares it with the workload's state; `acknowledged` is the last batch that was.
void expectNothingLost(const std::filesystem::path& path, std::uint64_t seed, Sequence acknowledged,
                       const std::string& when) {
  FixedClock clock(0);
  Host host(clock, limits());
  auto database = Database::open(path, Access::write, host);
  ASSERT_TRUE(database) << when << ": " << database.error().message;
  EXPECT_GE((*database)->snapshot()->sequence, acknowledged) << when;
  EXPECT_EQ(Workload::difference(**database, seed), "") << when;
  const auto report = checkDatabase(**database);
  ASSERT_TRUE(report) << when;
  EXPECT_TRUE(report->damage.empty()) << when << ": " << report->damage.front();
}

// Runs in a process of its own until it is killed.
TEST(Killed, DISABLED_Writer) {
  FixedClock clock(0);
  Host host(clock, limits());
  auto database = Database::open(std::getenv("ROSTER_TEST_DB"), Access::write, host);
  ASSERT_TRUE(database);
  const std::uint64_t seed = std::strtoull(std::getenv("ROSTER_TEST_SEED"), nullptr, 10);
  Workload workload(seed);
  ChildProcess::say("open");
  (void)workload.run(**database, 1'000'000, [](Sequence sequence) { ChildProcess::say(std::to_string(sequence)); });
}

TEST(Killed, AcknowledgedBatchesAreThere) {
  std::mt19937_64 random(20261121);
  const int runs = isLong() ? 100 : 12;
  for (int run = 0; run < runs; ++run) {
    TemporaryDirectory directory;
    const auto path = directory.path() / "db";
    {
      FixedClock clock(0);
      Host host(clock, limits());
      ASSERT_TRUE(Database::create(path, TimeZone(), host));
    }
    const std::uint64_t seed = random();
    ChildProcess child("Killed.DISABLED_Writer",
                       {{"ROSTER_TEST_DB", path.string()}, {"ROSTER_TEST_SEED", std::to_string(seed)}});
    ASSERT_EQ(child.readLine(), "open");
    Sequence acknowledged = 0;
    const Sequence enough = random() % 40;
    while (acknowledged < enough) acknowledged = std::stoull(child.readLine());
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));
    child.kill();
    // What the child said after the last line read was acknowledged as well.
    for (std::string line = child.readLine(); !line.empty(); line = child.readLine()) acknowledged = std::stoull(line);
    expectNothingLost(path, seed, acknowledged, "run " + std::to_string(run) + ", seed " + std::to_string(seed));
  }
}

constexpr std::uint64_t kBatches = 12;

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

using Fault = void (FaultFileSystem::*)(std::uint64_t);

// Makes the fault happen at its first, second, third … place until a run meets none.
void sweep(Fault fault, UnsyncedFate fate, const std::string& name, std::uint64_t step) {
  const std::uint64_t seed = 99;
  for (std::uint64_t number = 1;; number += step) {
    TemporaryDirectory directory;
    const auto path = directory.path() / "db";
    FaultFileSystem disk;
    {
      FixedClock clock(0);
      Host host(clock, limits(), disk.resources());
      ASSERT_TRUE(Database::create(path, TimeZone(), host));
    }
    (disk.*fault)(number);
    bool finished = false;
    const Sequence acknowledged = runOver(disk, path, seed, finished);
    const bool happened = disk.happened();
    disk.recover(fate, number);
    expectNothingLost(path, seed, acknowledged, name + " " + std::to_string(number));
    if (testing::Test::HasFailure() || !happened) {
      EXPECT_TRUE(finished || happened);
      EXPECT_GT(number, 1U) << "the fault never happened: the test shows nothing";
      return;
    }
  }
}

std::uint64_t step() { return isLong() ? 1 : 3; }

TEST(PowerCut, AtEverySyncLosesNothing) { sweep(&FaultFileSystem::cutPowerAtSync, UnsyncedFate::lost, "sync", step()); }

TEST(PowerCut, AtEverySyncWithSomeUnsyncedBytesKept) {
  sweep(&FaultFileSystem::cutPowerAtSync, UnsyncedFate::partlyKept, "sync", step());
}

TEST(PowerCut, InEveryWriteLosesNothing) {
  sweep(&FaultFileSystem::cutPowerAtWrite, UnsyncedFate::partlyKept, "write", 5 * step());
}

TEST(Disk, FailingAtEveryWriteLosesNothing) {
  sweep(&FaultFileSystem::failWrite, UnsyncedFate::kept, "write", 5 * step());
}

TEST(Disk, FullAtEveryWriteLosesNothing) {
  sweep(&FaultFileSystem::fillDiskAtWrite, UnsyncedFate::kept, "write", 5 * step());
}

}  // namespace
}  // namespace roster
