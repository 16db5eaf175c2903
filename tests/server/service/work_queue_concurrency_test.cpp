#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <memory>

#include "server/service/work_queue.h"

namespace roster::server {
namespace {

// Work that begins, says so, and ends when it is told to. Outlives the queue that does it.
class Held {
 public:
  std::function<void()> work() {
    return [this] {
      begun_.set_value();
      released_.get_future().wait();
    };
  }
  void awaitBegun() { begun_.get_future().wait(); }
  void release() { released_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> released_;
};

// A queue of one thread, which works for "a" until it is told to go on.
class BusyQueue {
 public:
  explicit BusyQueue(std::size_t mostWaiting) : queue_(1, mostWaiting) {
    EXPECT_TRUE(queue_.add("a", held_.work()));
    held_.awaitBegun();
  }

  WorkQueue* operator->() { return &queue_; }
  void goOn() { held_.release(); }

  // Goes on, and waits for all that is in the queue, which ends with work for this tenant.
  void finish(const std::string& last) {
    EXPECT_TRUE(queue_.add(last, [this] { finished_.set_value(); }));
    goOn();
    finished_.get_future().wait();
  }

 private:
  Held held_;
  std::promise<void> finished_;
  WorkQueue queue_;
};

class WorkQueueConcurrencyTest : public ::testing::Test {
 protected:
  // Work that writes a letter.
  std::function<void()> writing(char letter) {
    return [this, letter] {
      const std::lock_guard lock(mutex_);
      written_ += letter;
    };
  }

  std::mutex mutex_;
  std::string written_;
};

TEST_F(WorkQueueConcurrencyTest, TenantsTakeTurns) {
  {
    BusyQueue queue(100);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(queue->add("a", writing('a')));
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(queue->add("b", writing('b')));
    ASSERT_TRUE(queue->add("c", writing('c')));
    EXPECT_EQ(queue->waiting(), 7U);
    queue.finish("a");
  }
  EXPECT_EQ(written_, "abcabaa");
}

TEST_F(WorkQueueConcurrencyTest, ATenantLeavesAThreadToOthers) {
  Held first;
  Held second;
  std::promise<void> other;
  WorkQueue queue(2, 100);
  ASSERT_TRUE(queue.add("a", first.work()));
  ASSERT_TRUE(queue.add("a", second.work()));
  first.awaitBegun();
  ASSERT_TRUE(queue.add("b", [&] { other.set_value(); }));
  other.get_future().wait();
  EXPECT_EQ(queue.waiting(), 1U);
  first.release();
  second.awaitBegun();
  second.release();
}

TEST_F(WorkQueueConcurrencyTest, RefusesWhatIsTooMuchAndTakesMoreLater) {
  std::promise<void> last;
  std::promise<void> again;
  BusyQueue queue(2);
  ASSERT_TRUE(queue->add("a", [] {}));
  ASSERT_TRUE(queue->add("b", [&] { last.set_value(); }));
  const auto refused = queue->add("c", [] {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  queue.goOn();
  last.get_future().wait();
  ASSERT_TRUE(queue->add("c", [&] { again.set_value(); }));
  again.get_future().wait();
}

TEST_F(WorkQueueConcurrencyTest, ATenantLeavesPlacesToOthers) {
  BusyQueue queue(10);
  int taken = 0;
  while (queue->add("a", [] {})) ++taken;
  EXPECT_EQ(taken, 5);
  EXPECT_TRUE(queue->add("b", [] {}));
  EXPECT_TRUE(queue->add(
      "a", [] {}, Admission::always));
  queue.goOn();
}

TEST_F(WorkQueueConcurrencyTest, TakesBackWhatHasNotBegun) {
  {
    BusyQueue queue(10);
    const auto back = queue->add("b", writing('b')).value();
    ASSERT_TRUE(queue->add("a", writing('a')));
    const auto alsoBack = queue->add("a", writing('c')).value();
    queue->remove("b", back);
    queue->remove("a", alsoBack);
    queue->remove("a", alsoBack);
    queue->remove("nobody", 1);
    EXPECT_EQ(queue->waiting(), 1U);
    queue.finish("b");
  }
  EXPECT_EQ(written_, "a");
}

TEST_F(WorkQueueConcurrencyTest, ClosedItDropsWhatHasNotBegun) {
  const auto kept = std::make_shared<int>(0);
  {
    BusyQueue queue(10);
    ASSERT_TRUE(queue->add("a", [kept] { ++*kept; }));
    queue->close();
    EXPECT_EQ(kept.use_count(), 1);
    EXPECT_EQ(queue->add("a", [] {}).error().code, ErrorCode::unavailable);
    queue.goOn();
  }
  EXPECT_EQ(*kept, 0);
}

TEST_F(WorkQueueConcurrencyTest, DoesEverythingOnce) {
  std::atomic<int> done = 0;
  std::promise<void> all;
  constexpr int kEach = 500;
  constexpr int kTenants = 4;
  WorkQueue queue(3, kEach * kTenants);
  std::vector<std::thread> adding;
  for (int tenant = 0; tenant < kTenants; ++tenant) {
    adding.emplace_back([&, tenant] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_TRUE(queue.add(std::to_string(tenant), [&] {
          if (++done == kEach * kTenants) all.set_value();
        }));
      }
    });
  }
  for (std::thread& thread : adding) thread.join();
  all.get_future().wait();
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace roster::server
