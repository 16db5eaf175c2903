// Work that its asker gives up.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "index/engine/audience.h"
#include "index/io/exporter.h"
#include "tests/support/random_snapshot.h"

namespace roster {
namespace {

using testing::sharedSnapshot;

TEST(Stopping, EndsAQuestionThatNobodyWaitsFor) {
  const SnapshotPtr& snapshot = sharedSnapshot().snapshot;
  const Query query = Query::compile("news or city like 'L%'", snapshot, 0).value();
  const Executor executor(2);
  std::atomic<bool> stop = false;
  const Executor stoppable = executor.stoppable(stop);
  const auto right = count(query, executor).value();
  EXPECT_EQ(count(query, stoppable).value(), right);
  stop = true;
  EXPECT_EQ(count(query, stoppable).error().code, ErrorCode::cancelled);
  EXPECT_EQ(evaluate(query, stoppable).error().code, ErrorCode::cancelled);
  const std::vector<Query> both = {query, query};
  EXPECT_EQ(countAll(both, stoppable).error().code, ErrorCode::cancelled);
  EXPECT_EQ(count(query, executor).value(), right);
}

TEST(Stopping, BeginsNoFurtherSteps) {
  for (const unsigned threads : {1U, 3U}) {
    const Executor executor(threads);
    std::atomic<bool> stop = false;
    std::atomic<int> steps = 0;
    executor.stoppable(stop).forEach(10'000, 1, [&](std::size_t) {
      if (++steps == 10) stop = true;
    });
    EXPECT_GE(steps, 10);
    EXPECT_LT(steps, 10 + static_cast<int>(threads));
  }
}

TEST(Stopping, EndsASampleThatNobodyWaitsFor) {
  const SnapshotPtr& snapshot = sharedSnapshot().snapshot;
  const Executor executor(2);
  const Audience audience = evaluate(Query::compile("true", snapshot, 0).value(), executor).value();
  const std::atomic<bool> stop = true;
  ExportOptions options;
  options.sample = 100;
  const auto exported =
      exportAudience(audience, options, executor.stoppable(stop), [](std::string_view) -> Result<void> { return {}; });
  ASSERT_FALSE(exported);
  EXPECT_EQ(exported.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace roster
