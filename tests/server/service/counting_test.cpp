#include "server/service/counting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fixed_clock.h"
#include "tests/support/random_bound.h"
#include "tests/support/random_snapshot.h"

namespace roster::server {
namespace {

using roster::testing::sharedSnapshot;
using ::testing::HasSubstr;

class CountingTest : public ::testing::Test {
 protected:
  Moment moment() const { return {sharedSnapshot().snapshot, roster::testing::snapshotNow()}; }
  static Question asking(std::string predicate) { return {std::move(predicate), "", 0}; }

  const Executor executor_{2};
  const Executor thread_{1};
};

TEST_F(CountingTest, AnAnswerSaysWhatItIsAbout) {
  const auto counted = count(asking("news"), moment(), executor_);
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->count, sharedSnapshot().matching("news").size());
  EXPECT_EQ(counted->sequence, sharedSnapshot().snapshot->sequence);
  EXPECT_EQ(counted->asOf, roster::testing::snapshotNow());
  const auto atOnce = countIfShort(asking("news"), moment(), thread_);
  ASSERT_TRUE(atOnce && *atOnce);
  EXPECT_EQ((*atOnce)->count, counted->count);
}

TEST_F(CountingTest, EveryNodeIsCountedBeforeItsOperands) {
  const auto counted = countNodes(asking("news and\n not (city = 'Łódź' or at least 1 of (age > 50, city like 'L%'))"),
                                  moment(), executor_);
  ASSERT_TRUE(counted) << counted.error().message;
  struct Expected {
    const char* predicate;
    int parent;
    unsigned line;
    unsigned column;
  };
  const Expected expected[] = {
      {"news and not (city = 'Łódź' or at least 1 of (age > 50, city like 'L%'))", -1, 1, 1},
      {"news", 0, 1, 1},
      {"not (city = 'Łódź' or at least 1 of (age > 50, city like 'L%'))", 0, 2, 2},
      {"city = 'Łódź' or at least 1 of (age > 50, city like 'L%')", 2, 2, 7},
      {"city = 'Łódź'", 3, 2, 7},
      {"at least 1 of (age > 50, city like 'L%')", 3, 2, 24},
      {"age > 50", 5, 2, 39},
      {"city like 'L%'", 5, 2, 49},
  };
  ASSERT_EQ(counted->nodes.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    const NodeCount& node = counted->nodes[i];
    EXPECT_EQ(node.predicate, expected[i].predicate);
    EXPECT_EQ(node.parent, expected[i].parent) << node.predicate;
    EXPECT_EQ(node.position.line, expected[i].line) << node.predicate;
    EXPECT_EQ(node.position.column, expected[i].column) << node.predicate;
    EXPECT_EQ(node.count, sharedSnapshot().matching(node.predicate).size()) << node.predicate;
  }
}

TEST_F(CountingTest, ErrorsHaveTheirPlace) {
  const auto unknown = countNodes(asking("news and ctiy = 'x'"), moment(), executor_);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::notFound);
  ASSERT_TRUE(unknown.error().position);
  EXPECT_EQ(unknown.error().position->column, 10U);
  const auto atOnce = countIfShort(asking("news and"), moment(), thread_);
  ASSERT_TRUE(atOnce && !*atOnce);
  EXPECT_EQ(atOnce->error().code, ErrorCode::invalidArgument);
  std::string many = "news";
  for (int i = 0; i < 1'000; ++i) many += " or age = " + std::to_string(i);
  EXPECT_EQ(countNodes(asking(many), moment(), executor_).error().code, ErrorCode::resourceExhausted);
}

TEST_F(CountingTest, TheMomentIsWhatIsAskedFor) {
  const FixedClock clock(1'790'000'000'000);
  const SnapshotPtr& snapshot = sharedSnapshot().snapshot;
  EXPECT_EQ(momentOf({"true", "", 0}, snapshot, clock)->now, clock.now());
  EXPECT_EQ(momentOf({"true", "2026-01-31T12:00Z", 0}, snapshot, clock)->now, 1'769'860'800'000);
  EXPECT_THAT(momentOf({"true", "soon", 0}, snapshot, clock).error().message, HasSubstr("asOf 'soon' is no time"));
  EXPECT_TRUE(momentOf({"true", "", snapshot->sequence}, snapshot, clock));
  EXPECT_EQ(momentOf({"true", "", snapshot->sequence + 1}, snapshot, clock).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace roster::server
