// The export suite: every format holds the list that the naive evaluator gives.
#include "bench/export_suite.h"

#include "bench/naive_store.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

class ExportSuiteTest : public SuiteTest {
 protected:
  SuiteOptions options() const { return optionsFor(3000); }
};

TEST_F(ExportSuiteTest, WritesTheSameListInEveryFormat) {
  const auto report = runExportSuite(options(), host_);
  ASSERT_TRUE(report) << report.error().message;
  const ReportLine* plain = report->find("three-tenths.csv");
  ASSERT_NE(plain, nullptr);
  EXPECT_GT(contactsOf(*plain).value_or(0), 500U);
  for (const char* name : {"csv.gz", "csv.zst", "ndjson", "ndjson.gz", "ndjson.zst"}) {
    const ReportLine* line = report->find(std::string("three-tenths.") + name);
    ASSERT_NE(line, nullptr) << name;
    EXPECT_EQ(line->answer, plain->answer) << name;
    EXPECT_GT(line->find("textThreaded")->p50, 0) << name;
    for (const Figure& figure : line->figures) EXPECT_GT(figure.value, 0) << name << ' ' << figure.key;
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("export-")) << entry.path();
  }
}

// A naive answer that is not Roster's, as a defect of either would give.
TEST_F(ExportSuiteTest, AWrongListEndsIt) {
  const auto right = runExportSuite(options(), host_);
  ASSERT_TRUE(right) << right.error().message;
  const ReportLine* line = right->find("few.csv");
  ASSERT_NE(line, nullptr);
  NaiveStore store;
  store.keep({line->name, "", QueryClass::listing, QueryTask::list, line->predicates, line->fields}, {"rows\t1"});
  ASSERT_TRUE(store.write(directory_.path() / "contacts-3000.answers"));
  const auto wrong = runExportSuite(options(), host_);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("few.csv: one thread gives rows\t"));
}

}  // namespace
}  // namespace roster::bench
