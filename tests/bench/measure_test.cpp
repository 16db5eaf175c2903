// Percentiles, means and how often something is run.
#include "bench/measure.h"

#include <chrono>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace roster::bench {
namespace {

TEST(Measure, PercentilesAreNearestRanks) {
  const std::vector<double> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(percentile(ten, 0), 1);
  EXPECT_EQ(percentile(ten, 10), 1);
  EXPECT_EQ(percentile(ten, 50), 5);
  EXPECT_EQ(percentile(ten, 51), 6);
  EXPECT_EQ(percentile(ten, 99), 10);
  EXPECT_EQ(percentile(ten, 100), 10);
  EXPECT_EQ(percentile(std::vector<double>{7}, 50), 7);
}

TEST(Measure, SummarizesInAnyOrder) {
  const Timing timing = summarize({30, 10, 20, 40});
  EXPECT_EQ(timing.runs, 4U);
  EXPECT_EQ(timing.minimum, 10);
  EXPECT_EQ(timing.p50, 20);
  EXPECT_EQ(timing.p90, 40);
  EXPECT_EQ(timing.p99, 40);
}

TEST(Measure, RunsAtLeastThreeTimesAfterOneThatIsNotTimed) {
  int runs = 0;
  const auto timing = measure(0, [&]() -> Result<void> {
    ++runs;
    return {};
  });
  ASSERT_TRUE(timing);
  EXPECT_EQ(runs, 4);
  EXPECT_EQ(timing->runs, 3U);
  EXPECT_LE(timing->minimum, timing->p50);
  EXPECT_LE(timing->p50, timing->p99);
}

TEST(Measure, ByTurnsEachRunOfTheSecondIsHeldAgainstTheFirstBeforeIt) {
  std::string order;
  const auto sleeping = [&](char name, int milliseconds) {
    return [&order, name, milliseconds]() -> Result<void> {
      order += name;
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      return {};
    };
  };
  const auto timing = measureByTurns(0, sleeping('a', 2), sleeping('b', 6));
  ASSERT_TRUE(timing);
  EXPECT_EQ(order, "abababab") << "once untimed, then three times";
  EXPECT_EQ(timing->first.runs, 3U);
  EXPECT_EQ(timing->second.runs, 3U);
  EXPECT_GE(timing->second.minimum, 6000);
  EXPECT_GT(timing->added, 0);
  EXPECT_LE(timing->added, timing->second.p99 - timing->first.minimum);
}

TEST(Measure, ThroughputIsThatOfAllThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto perSecond = measureThroughput(0.2, 2, [&]() -> Result<void> {
    {
      const std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return {};
  });
  ASSERT_TRUE(perSecond);
  EXPECT_EQ(threads.size(), 2U);
  EXPECT_GT(*perSecond, 0);
  EXPECT_LE(*perSecond, 2 / 0.005) << "no run is shorter than its sleep";
  const auto failed = measureThroughput(60, 2, []() -> Result<void> { return fail(ErrorCode::dataLoss, "gone"); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "gone");
}

TEST(Measure, AnErrorEndsIt) {
  int runs = 0;
  const auto timing = measure(60, [&]() -> Result<void> {
    if (++runs == 3) return fail(ErrorCode::dataLoss, "gone");
    return {};
  });
  ASSERT_FALSE(timing);
  EXPECT_EQ(timing.error().message, "gone");
  EXPECT_EQ(runs, 3);
}

TEST(Measure, GeometricMeanIsThatOfRatios) {
  EXPECT_NEAR(geometricMean(std::vector<double>{2, 8}), 4, 1e-12);
  EXPECT_NEAR(geometricMean(std::vector<double>{0.5, 2}), 1, 1e-12);
  EXPECT_EQ(geometricMean({}), 0);
}

TEST(Measure, SlopesAreThoseOfPowers) {
  const std::vector<std::pair<double, double>> squares = {{1, 5}, {3, 45}, {10, 500}};
  EXPECT_NEAR(logLogSlope(squares), 2, 1e-12);
  const std::vector<std::pair<double, double>> constant = {{1e6, 7}, {1e7, 7}};
  EXPECT_NEAR(logLogSlope(constant), 0, 1e-12);
}

}  // namespace
}  // namespace roster::bench
