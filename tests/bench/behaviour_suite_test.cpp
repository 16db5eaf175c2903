// The behaviour suite on contacts of more than one chunk: every query is there, answers as the naive evaluator does,
// and tells something.
#include "bench/behaviour_suite.h"

#include <algorithm>
#include <fstream>

#include "bench/behaviour_data.h"
#include "bench/naive_store.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

using BehaviourSuiteTest = SuiteTest;

TEST_F(BehaviourSuiteTest, ChecksAndTimesEveryQuery) {
  const auto report = runBehaviourSuite(optionsFor(20'000), host_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->lines.size(), behaviourQueries().size());
  EXPECT_GE(report->lines.size(), 14U);
  for (const ReportLine& line : report->lines) {
    ASSERT_FALSE(line.answer.empty()) << line.name;
    EXPECT_NE(line.answer[0], "0") << line.name << " tells nothing";
    EXPECT_NE(line.answer[0], "20000") << line.name << " tells nothing";
    for (const char* key : {"prepared", "text", "threaded", "textThreaded", "again"}) {
      const Timing* timing = line.find(key);
      ASSERT_NE(timing, nullptr) << line.name << ' ' << key;
      EXPECT_GT(timing->p50, 0) << line.name << ' ' << key;
    }
  }
  const ReportLine* months = report->find("revenue-by-month");
  ASSERT_NE(months, nullptr);
  EXPECT_EQ(months->answer.size(), 12U);
  EXPECT_THAT(months->answer.front(), HasSubstr("2025-11\t"));
}

TEST_F(BehaviourSuiteTest, ReusesItsDataAndRefusesOthers) {
  SuiteOptions some = optionsFor(500);
  some.names = {"did-30-days"};
  const auto first = runBehaviourSuite(some, host_);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = runBehaviourSuite(some, host_);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->lines[0].answer, first->lines[0].answer);

  NaiveStore store;
  store.keep(behaviourQueries()[1], {"12345"});
  ASSERT_TRUE(store.write(directory_.path() / "behaviour-500.answers"));
  const auto wrong = runBehaviourSuite(some, host_);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("the naive evaluator 12345"));

  std::ofstream(directory_.path() / "behaviour-500" / "open.csv") << "key,event,time\nc1,open,2026-01-01\n";
  const auto other = runBehaviourSuite(some, host_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  EXPECT_THAT(other.error().message, HasSubstr("open.csv"));
}

}  // namespace
}  // namespace roster::bench
