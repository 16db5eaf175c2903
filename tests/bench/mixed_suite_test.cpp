// The mixed suite: counts beside a writer are right, and a writer's changes are where it says.
#include "bench/mixed_suite.h"

#include <algorithm>
#include <thread>

#include "bench/naive_store.h"
#include "bench/query_runner.h"
#include "bench/sync_latency.h"
#include "bench/tag_mover.h"
#include "index/engine/audience.h"
#include "index/engine/contact_changes.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

class MixedSuiteTest : public SuiteTest {
 protected:
  SuiteOptions options() const {
    SuiteOptions options = optionsFor(3000);
    options.names = {"two-dense", "range-integer"};
    return options;
  }

  std::uint64_t countIn(const Database& database, const std::string& predicate) const {
    const auto counted = countOf(predicate, database.snapshot(), host_.executor());
    EXPECT_TRUE(counted) << counted.error().message;
    return counted.value_or(0);
  }
};

TEST_F(MixedSuiteTest, CountsAloneAndBesideTheWriter) {
  SuiteOptions some = options();
  some.seconds = 0.1;
  const auto report = runMixedSuite(some, host_);
  ASSERT_TRUE(report) << report.error().message;
  for (const char* name : {"two-dense", "range-integer", "all counts"}) {
    const ReportLine* line = report->find(name);
    ASSERT_NE(line, nullptr) << name;
    EXPECT_GE(line->find("alone")->runs, 3U) << name;
    EXPECT_GE(line->find("busy")->runs, 3U) << name;
    EXPECT_GT(line->figures[0].value, 0) << name;
  }
  EXPECT_GT(report->find("commit")->find("commit")->runs, 0U);
  EXPECT_GT(report->find("sync")->find("commit")->p50, 0);
  for (const Figure& figure : report->figures) EXPECT_GT(figure.value, 0) << figure.key;
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "mixed-3000.roster"));
  const auto data = Database::open(directory_.path() / "contacts-3000.roster", Access::read, host_);
  ASSERT_TRUE(data);
  EXPECT_EQ(countIn(**data, "tags has 'bench-moved'"), 0U) << "the generated database is as it was";
}

// As a torn count would: an answer that is not that of the generated contacts.
TEST_F(MixedSuiteTest, AWrongCountEndsIt) {
  const auto queries = audienceQueries();
  NaiveStore store;
  for (const char* name : {"two-dense", "range-integer"}) {
    store.keep(*std::ranges::find(queries, name, &BenchQuery::name), {"12345"});
  }
  ASSERT_TRUE(store.write(directory_.path() / "contacts-3000.answers"));
  const auto wrong = runMixedSuite(options(), host_);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("beside the writer, not 12345"));
}

TEST_F(MixedSuiteTest, TheTagMovesAndStaysOnAsManyContacts) {
  const auto data = prepareDatabase(2000, directory_.path(), host_, [](std::string_view) {});
  ASSERT_TRUE(data) << data.error().message;
  auto database = Database::open(data->database, Access::write, host_);
  ASSERT_TRUE(database);
  TagMover writer(**database);
  ASSERT_TRUE(writer.begin());
  EXPECT_EQ(writer.tagged(), 200U);
  EXPECT_EQ(writer.changesPerBatch(), 200U);
  EXPECT_EQ(countIn(**database, "tags has 'bench-moved'"), 200U);
  const Sequence before = (*database)->snapshot()->sequence;

  std::atomic<bool> stop = false;
  std::thread stopper([&] {
    while ((*database)->snapshot()->sequence < before + 5) std::this_thread::yield();
    stop = true;
  });
  const auto ran = writer.run(1e9, stop);
  stopper.join();
  ASSERT_TRUE(ran) << ran.error().message;
  const std::size_t batches = writer.commitMicros().size();
  EXPECT_GE(batches, 5U);
  ASSERT_TRUE(writer.run(1e9, stop));
  EXPECT_EQ(writer.commitMicros().size(), batches + 1) << "one, where it is told to stop at once";
  EXPECT_EQ((*database)->snapshot()->sequence, before + writer.commitMicros().size()) << "a batch is one commit";
  EXPECT_EQ(countIn(**database, "tags has 'bench-moved'"), 200U);
  EXPECT_EQ(writer.isWhereItShouldBe(**database), true);

  // What it is held against can tell: one contact that lost the tag.
  const WherePredicate one{"tags has 'bench-moved' and bucket('x') < 2000", benchNow()};
  ASSERT_TRUE(changeContacts(**database, one, {{AssignmentKind::untag, "tags=bench-moved"}}, false));
  EXPECT_EQ(writer.isWhereItShouldBe(**database), false);
}

TEST_F(MixedSuiteTest, SyncsLeaveNoFile) {
  const auto timing = measureSyncs(directory_.path(), 0);
  ASSERT_TRUE(timing) << timing.error().message;
  EXPECT_EQ(timing->runs, 3U);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
  EXPECT_FALSE(measureSyncs(directory_.path() / "none", 0));
}

}  // namespace
}  // namespace roster::bench
