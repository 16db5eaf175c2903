#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "index/engine/executor.h"

namespace roster {
namespace {

class ExecutorConcurrencyTest : public ::testing::TestWithParam<unsigned> {
 protected:
  Executor executor_{GetParam()};
};

TEST_P(ExecutorConcurrencyTest, ForEachRunsEveryStepOnce) {
  std::vector<int> runs(1'000);
  executor_.forEach(runs.size(), 7, [&](std::size_t i) { ++runs[i]; });
  EXPECT_EQ(runs, std::vector<int>(1'000, 1));
}

TEST_P(ExecutorConcurrencyTest, StartedWorkIsDoneOnceWaitedFor) {
  constexpr int kPieces = 100;
  std::vector<int> results(kPieces);
  std::vector<Executor::Started> started;
  for (int i = 0; i < kPieces; ++i) started.push_back(executor_.start([&results, i] { results[i] = i; }));
  for (int i = 0; i < kPieces; ++i) {
    started[i].wait();
    EXPECT_EQ(results[i], i);
  }
}

TEST_P(ExecutorConcurrencyTest, StartedWorkThatIsLetGoOfIsWaitedFor) {
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i) {
    const auto started = executor_.start([&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST_P(ExecutorConcurrencyTest, WorkMayAskForMoreOfIt) {
  std::atomic<int> done = 0;
  auto started =
      executor_.start([&] { executor_.forEach(10, 1, [&](std::size_t) { executor_.start([&] { ++done; }).wait(); }); });
  started.wait();
  EXPECT_EQ(done, 10);
}

// Threads that wait for what they started leave room for everybody else's.
TEST_P(ExecutorConcurrencyTest, ManyThreadsShareIt) {
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        auto started = executor_.start([&] { ++done; });
        executor_.forEach(4, 1, [&](std::size_t) { ++done; });
        started.wait();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 8 * 50 * 5);
}

INSTANTIATE_TEST_SUITE_P(Threads, ExecutorConcurrencyTest, ::testing::Values(1U, 2U, 4U));

}  // namespace
}  // namespace roster
