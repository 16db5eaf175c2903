// The audience suite on contacts of more than one chunk: every query is there and answers as the naive evaluator does.
#include "bench/audience_suite.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "bench/naive_answers.h"
#include "bench/naive_store.h"
#include "bench/query_runner.h"
#include "index/engine/database.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kContacts = 70'000;  // two chunks

class AudienceSuiteTest : public SuiteTest {
 protected:
  SuiteOptions options() const { return optionsFor(kContacts); }

  static double figure(const Report& report, std::string_view key) {
    const auto found = std::ranges::find(report.figures, key, &Figure::key);
    return found == report.figures.end() ? -1 : found->value;
  }

  static std::vector<std::string> groupKeys(const Report& report) {
    std::vector<std::string> keys;
    for (const FigureGroup& group : report.groups) keys.push_back(group.key);
    return keys;
  }

  static BenchQuery rangeInteger() {
    const auto queries = audienceQueries();
    return *std::ranges::find(queries, "range-integer", &BenchQuery::name);
  }
};

TEST_F(AudienceSuiteTest, ChecksAndTimesEveryQuery) {
  const auto report = runAudienceSuite(options(), host_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->contacts, kContacts);
  EXPECT_EQ(report->lines.size(), audienceQueries().size());
  EXPECT_GE(report->lines.size(), 24U);
  for (const ReportLine& line : report->lines) {
    EXPECT_FALSE(line.answer.empty()) << line.name;
    EXPECT_NE(line.answer[0], "0") << line.name << " tells nothing";
    for (const char* key : {"prepared", "text", "threaded", "textThreaded"}) {
      const Timing* timing = line.find(key);
      ASSERT_NE(timing, nullptr) << line.name << ' ' << key;
      EXPECT_GT(timing->p50, 0) << line.name << ' ' << key;
    }
    EXPECT_EQ(line.find("croaring") != nullptr, line.group == "boolean") << line.name;
  }
}

TEST_F(AudienceSuiteTest, ReusesItsDataAndRunsSomeQueriesAlone) {
  SuiteOptions some = options();
  some.contacts = 1000;
  some.names = {"two-dense", "overlap-8"};
  const auto first = runAudienceSuite(some, host_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_GT(figure(*first, "importSeconds"), 0);
  const auto second = runAudienceSuite(some, host_);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(figure(*second, "importSeconds"), 0) << "the database is there";
  ASSERT_EQ(second->lines.size(), 2U);
  EXPECT_EQ(second->lines[0].answer, first->lines[0].answer);
  EXPECT_EQ(groupKeys(*first), (std::vector<std::string>{"means", "threadWake"}))
      << "the import has left pieces in memory";
  EXPECT_EQ(groupKeys(*second), (std::vector<std::string>{"means", "threadWake", "memory"}));
  const std::vector<Figure>& memory = second->groups.back().figures;
  EXPECT_EQ(memory[2].key, "portable");
  EXPECT_GT(memory[2].value, 100);

  some.names = {"two-dens"};
  const auto unknown = runAudienceSuite(some, host_);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::notFound);
  EXPECT_THAT(unknown.error().message, HasSubstr("two-dense"));
}

TEST_F(AudienceSuiteTest, GoesOnWithAnImportThatWasCutShort) {
  ASSERT_TRUE(prepareData(500, directory_.path(), host_, [](std::string_view) {}));
  std::filesystem::rename(directory_.path() / "contacts-500.roster", directory_.path() / "contacts-1000.roster");
  const auto whole = prepareData(1000, directory_.path(), host_, [](std::string_view) {});
  ASSERT_TRUE(whole) << whole.error().message;
  const auto database = Database::open(whole->database, Access::read, host_);
  ASSERT_TRUE(database);
  EXPECT_EQ((*database)->snapshot()->liveCount(), 1000U);
}

// A naive answer that is not Roster's, as a defect of either would give: it is in the file that keeps them.
TEST_F(AudienceSuiteTest, AWrongAnswerEndsItWithBothAnswers) {
  SuiteOptions some = options();
  some.contacts = 1000;
  some.names = {"range-integer"};
  const auto right = runAudienceSuite(some, host_);
  ASSERT_TRUE(right) << right.error().message;
  const std::string answer = right->lines[0].answer[0];
  NaiveStore store;
  store.keep(rangeInteger(), {"12345"});
  ASSERT_TRUE(store.write(directory_.path() / "contacts-1000.answers"));
  const auto wrong = runAudienceSuite(some, host_);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "range-integer: the prepared query gives " + answer + ", the naive evaluator 12345");
}

TEST_F(AudienceSuiteTest, OtherContactsThanThisVersionGeneratesAreRefused) {
  std::ofstream(directory_.path() / "contacts-1000.csv") << "key,email\nc1,a@example.com\n";
  const auto refused = prepareData(1000, directory_.path(), host_, [](std::string_view) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("contacts-1000.csv"));
}

// The check itself must be able to fail: a naive answer of another predicate is another answer.
TEST_F(AudienceSuiteTest, NaiveAnswersFollowThePredicate) {
  const auto data = prepareData(1000, directory_.path(), host_, [](std::string_view) {});
  ASSERT_TRUE(data);
  const auto database = Database::open(data->database, Access::read, host_);
  ASSERT_TRUE(database);
  BenchQuery all{"all", "", QueryClass::boolean, QueryTask::count, {"true"}, {}};
  BenchQuery buyers = all;
  buyers.predicates = {"orders >= 1"};
  BenchQuery page{"page", "", QueryClass::listing, QueryTask::list, {"true"}, {"key"}, 3};
  const auto answers = naiveAnswers({all, buyers, page}, (*database)->snapshot(), host_.executor());
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ((*answers)[0], Answer{"1000"});
  EXPECT_NE((*answers)[1], Answer{"1000"});
  ListChecksum three;
  for (const char* key : {"c00000001", "c00000002", "c00000003"}) three.addRow(key);
  EXPECT_EQ((*answers)[2], three.answer());
}

TEST(BenchQueries, HaveNamesOfTheirOwnAndClassesInOnePiece) {
  const auto queries = audienceQueries();
  std::set<std::string> names;
  for (const BenchQuery& query : queries) names.insert(query.name);
  EXPECT_EQ(names.size(), queries.size());
  EXPECT_TRUE(std::is_sorted(queries.begin(), queries.end(),
                             [](const BenchQuery& a, const BenchQuery& b) { return a.kind < b.kind; }));
}

TEST(BenchQueries, OfUnknownFieldsAreLeftOut) {
  const auto schema = Schema().withField("newsletter", {FieldKind::boolean});
  ASSERT_TRUE(schema);
  const auto queries = answerable(audienceQueries(), *schema);
  ASSERT_EQ(queries.size(), 1U) << "the one that needs no field";
  EXPECT_EQ(queries[0].name, "bucket");
}

TEST(BenchAnswers, ChecksumsDependOnRowsAndNotOnTheirOrder) {
  ListChecksum forth;
  ListChecksum back;
  for (const char* row : {"a", "b"}) forth.addRow(row);
  for (const char* row : {"b", "a"}) back.addRow(row);
  EXPECT_EQ(forth.answer(), back.answer());
  back.addRow("");
  EXPECT_NE(forth.answer(), back.answer());
  ListChecksum known;
  known.addRow("a");
  EXPECT_EQ(known.answer()[1], "checksum\t3826002220") << "FNV-1a of 'a'";
}

}  // namespace
}  // namespace roster::bench
