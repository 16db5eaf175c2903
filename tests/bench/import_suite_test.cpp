// The import suite: what it measures, and that a database which holds something else would be found out.
#include "bench/import_suite.h"

#include <fstream>
#include <map>

#include "bench/generated_facts.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

class ImportSuiteTest : public SuiteTest {
 protected:
  SuiteOptions options() const { return optionsFor(2000); }
};

TEST_F(ImportSuiteTest, ImportsChecksAndLeavesNothingBehind) {
  const auto report = runImportSuite(options(), host_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->lines.size(), 1U);
  const ReportLine& line = report->lines[0];
  EXPECT_EQ(line.answer[0], "true\t2000");
  EXPECT_GT(line.answer.size(), 5U);
  EXPECT_EQ(line.find("import")->runs, 1U);
  for (const Figure& figure : line.figures) EXPECT_GT(figure.value, 0) << figure.key;
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "import-2000.roster"));
}

// The scan must be able to tell: the same number of rows with one value changed.
TEST_F(ImportSuiteTest, FactsFollowTheFile) {
  const auto path = directory_.path() / "some.csv";
  std::ofstream(path, std::ios::binary)
      << "key,email,city,birthday,tags,newsletter,ltv,orders,note\n"
         "c00000001,jan.kowalski@example.com,Warszawa,1980-01-01,a|klient,true,500.01,3,\n"
         "c00000007,x@example.com,Łódź,1990-01-01,klienta,false,500.00,2,\"a, \"\"b\"\"\nc\"\n"
         "c00000003,y@example.com,Warszawa,,,,,,\n";
  const auto facts = factsOf(path);
  ASSERT_TRUE(facts) << facts.error().message;
  std::map<std::string, std::uint64_t> counts;
  for (const GeneratedFact& fact : *facts) counts[fact.predicate] = fact.contacts;
  EXPECT_EQ(counts["true"], 3U);
  EXPECT_EQ(counts["key = 'c00000007'"], 1U);
  EXPECT_EQ(counts["tags has 'klient'"], 1U);
  EXPECT_EQ(counts["city = 'Warszawa'"], 2U);
  EXPECT_EQ(counts["newsletter"], 1U);
  EXPECT_EQ(counts["orders >= 3"], 1U);
  EXPECT_EQ(counts["ltv > 500"], 1U);
  EXPECT_EQ(counts["birthday between '1980-01-01' and '1989-12-31'"], 1U);
  EXPECT_EQ(counts["email like '%kowalsk%'"], 1U);
  EXPECT_EQ(counts["note is null"], 2U);
}

TEST_F(ImportSuiteTest, FactsNeedAWholeFile) {
  const auto missing = factsOf(directory_.path() / "none.csv");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::notFound);
  const auto path = directory_.path() / "cut.csv";
  std::ofstream(path) << "key,email,city,birthday,tags,newsletter,ltv,orders,note\nc00000001,x\n";
  const auto cut = factsOf(path);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::dataLoss);
}

// A file in the place of the generated one, changed behind its beginning, is counted as it is, not as it should be.
TEST_F(ImportSuiteTest, AnImportThatRejectsRowsIsRefused) {
  const auto csv = prepareFile(2000, directory_.path(), [](std::string_view) {});
  ASSERT_TRUE(csv);
  std::ofstream(*csv, std::ios::app) << "c99999999,x@example.com,,,,,,,not-a-day,,,,,,,,,,,,,,\n";
  const auto report = runImportSuite(options(), host_);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("rejected"));
}

}  // namespace
}  // namespace roster::bench
