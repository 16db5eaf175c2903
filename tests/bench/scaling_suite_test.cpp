// The scaling suite: its sizes, its curves, and the checks of databases that cannot be asked the naive way.
#include "bench/scaling_suite.h"

#include <algorithm>

#include "bench/consistency.h"
#include "bench/naive_store.h"
#include "bench/query_runner.h"
#include "bench/suite_setup.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ScalingSuiteTest : public SuiteTest {
 protected:
  SuiteOptions options() const { return optionsFor(1000); }

  static double figure(const ReportLine& line, std::string_view key) {
    const auto found = std::ranges::find(line.figures, key, &Figure::key);
    return found == line.figures.end() ? -1 : found->value;
  }

  static BenchQuery named(std::string_view name) {
    const auto queries = audienceQueries();
    return *std::ranges::find(queries, name, &BenchQuery::name);
  }
};

TEST(ScalingSizes, GoUpByOneAndThree) {
  EXPECT_THAT(scalingSizes(100'000'000), ElementsAre(1'000'000, 3'000'000, 10'000'000, 30'000'000, 100'000'000));
  EXPECT_THAT(scalingSizes(5'000'000), ElementsAre(1'000'000, 3'000'000));
  EXPECT_THAT(scalingSizes(3'000'000), ElementsAre(1'000'000, 3'000'000));
  EXPECT_THAT(scalingSizes(100'000), ElementsAre(1000, 3000, 10'000, 30'000, 100'000));
  EXPECT_THAT(scalingSizes(3), ElementsAre(1, 3));
}

TEST_F(ScalingSuiteTest, FitsACurveForEveryQuery) {
  const auto report = runScalingSuite(options(), host_);
  ASSERT_TRUE(report) << report.error().message;
  const std::size_t queries = audienceQueries().size();
  ASSERT_EQ(report->lines.size(), queries + 4);  // pairs and ANDs of five, on one thread and on several
  double best = 0;
  for (std::size_t i = queries; i < report->lines.size(); ++i) {
    const ReportLine& rate = report->lines[i];
    EXPECT_EQ(rate.group, "stream rate");
    for (const Figure& figure : rate.figures) EXPECT_GT(figure.value, 0) << rate.name << ' ' << figure.key;
    best = std::max({best, figure(rate, "streamRate"), figure(rate, "countRate")});
  }
  for (std::size_t i = queries; i < report->lines.size(); ++i) {
    const ReportLine& rate = report->lines[i];
    EXPECT_DOUBLE_EQ(figure(rate, "ofBest"), figure(rate, "countRate") / best) << rate.name;
  }
  // Warm, cold and from text; a list that goes to a file has no cold caches.
  EXPECT_EQ(report->find("export-three-tenths")->find("cold"), nullptr);
  EXPECT_NE(report->find("first-page")->find("cold"), nullptr);
  EXPECT_NE(report->find("text-scan")->find("cold"), nullptr);
  ASSERT_EQ(report->curves.size(), 3 * queries - 1 + 5);
  for (const Curve& curve : report->curves) {
    ASSERT_EQ(curve.points.size(), 5U) << curve.name;
    EXPECT_EQ(curve.points[0].contacts, 10) << curve.name;
    EXPECT_EQ(curve.points[4].contacts, 1000) << curve.name;
    for (const CurvePoint& point : curve.points) EXPECT_GT(point.value, 0) << curve.name;
  }
  EXPECT_TRUE(std::filesystem::exists(directory_.path() / "contacts-1000.roster"));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "contacts-1000.csv"));
}

TEST_F(ScalingSuiteTest, AWrongAnswerEndsIt) {
  NaiveStore store;
  store.keep(named("breakdown-64"), {"store-01\t1"});
  ASSERT_TRUE(store.write(directory_.path() / "contacts-300.answers"));
  SuiteOptions some = options();
  some.names = {"breakdown-64"};
  const auto wrong = runScalingSuite(some, host_);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("breakdown-64: the prepared query gives"));
  some.contacts = 2;
  EXPECT_EQ(runScalingSuite(some, host_).error().code, ErrorCode::invalidArgument);
}

// The database is the same, whether the contacts come from the file or from the generator.
TEST_F(ScalingSuiteTest, StreamedContactsAreThoseOfTheFile) {
  const Note quiet = [](std::string_view) {};
  const auto streamed = prepareDatabase(20'000, directory_.path(), host_, quiet);
  ASSERT_TRUE(streamed) << streamed.error().message;
  EXPECT_GT(streamed->importSeconds, 0);
  const auto again = prepareDatabase(20'000, directory_.path(), host_, quiet);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->importSeconds, 0);
  const auto fromFile = prepareData(20'000, directory_.path() / "other", host_, quiet);
  ASSERT_TRUE(fromFile) << fromFile.error().message;
  std::vector<std::vector<Answer>> answers;
  for (const auto& path : {streamed->database, fromFile->database}) {
    const auto database = Database::open(path, Access::read, host_);
    ASSERT_TRUE(database);
    auto found =
        rightAnswers(audienceQueries(), withBenchSegments((*database)->snapshot()), host_.executor(), {}, quiet);
    ASSERT_TRUE(found) << found.error().message;
    answers.push_back(*std::move(found));
  }
  EXPECT_EQ(answers[0], answers[1]);
}

// Every kind of answer, and the same with one contact too many.
TEST_F(ScalingSuiteTest, ConsistencyTellsOneContact) {
  const auto data = prepareDatabase(3000, directory_.path(), host_, [](std::string_view) {});
  ASSERT_TRUE(data);
  const auto database = Database::open(data->database, Access::read, host_);
  ASSERT_TRUE(database);
  const SnapshotPtr snapshot = withBenchSegments((*database)->snapshot());
  const RunContext context{snapshot, host_.executor(), directory_.path() / "list.csv"};
  for (const char* name : {"two-dense", "hundred-segments", "breakdown-64", "grid", "sum-percentiles", "overlap-8",
                           "first-page", "export-three-tenths"}) {
    const BenchQuery query = named(name);
    const auto raw = runFromText(query, context);
    ASSERT_TRUE(raw) << name;
    auto answer = answerOf(*raw, query, context);
    ASSERT_TRUE(answer) << name;
    const auto right = checkConsistency(query, *answer, snapshot, host_.executor());
    EXPECT_TRUE(right) << right.error().message;
    std::string& first = answer->front();
    const std::size_t number = first.rfind('\t') == std::string::npos ? 0 : first.rfind('\t') + 1;
    first.replace(number, std::string::npos, std::to_string(std::stoull(first.substr(number)) + 1));
    const auto wrong = checkConsistency(query, *answer, snapshot, host_.executor());
    ASSERT_FALSE(wrong) << name;
    EXPECT_THAT(wrong.error().message, HasSubstr(name));
  }
}

}  // namespace
}  // namespace roster::bench
