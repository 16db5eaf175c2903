#include "bench/thread_wake.h"

#include <gtest/gtest.h>

namespace roster::bench {
namespace {

TEST(ThreadWake, IsMeasuredOfTwoThreadsOnly) {
  const ThreadWake two = measureThreadWake(Executor(2), 0.01);
  EXPECT_GE(two.asleep.runs, 1U);
  EXPECT_EQ(two.awake.runs, two.asleep.runs);
  EXPECT_GT(two.asleep.p50, 0);
  EXPECT_EQ(measureThreadWake(Executor(1), 0.01).asleep.runs, 0U);
}

}  // namespace
}  // namespace roster::bench
