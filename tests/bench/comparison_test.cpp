// What counts as slower, and which earlier reports are taken.
#include "bench/comparison.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>

#include "bench/report.h"
#include "tests/support/temporary_directory.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

Timing timed(double p50, double p90) { return {100, p50 / 2, p50, p90, 2 * p90}; }

TEST(Comparison, AChangeIsOneOfP50AndP90BeyondNoise) {
  const Timing before = timed(100, 105);
  EXPECT_EQ(changeBetween(before, timed(120, 125)), Change::slower);
  EXPECT_EQ(changeBetween(timed(120, 125), before), Change::faster);
  EXPECT_EQ(changeBetween(before, timed(109, 125)), Change::none) << "p50 grew by less than a tenth";
  EXPECT_EQ(changeBetween(before, timed(120, 115)), Change::none) << "p90 grew by less than a tenth";
  EXPECT_EQ(changeBetween(timed(100, 130), timed(120, 160)), Change::none) << "p50 is where p90 was";
  EXPECT_EQ(changeBetween(timed(0.1, 0.1), timed(0.4, 0.4)), Change::none) << "a clock's difference";
}

class OldReportTest : public ::testing::Test {
 protected:
  Result<OldReport> read(const std::string& json) const {
    std::ofstream(path()) << json;
    return OldReport::read(path());
  }
  std::filesystem::path path() const { return directory_.path() / "old.json"; }

  static constexpr const char* kOld = R"({"suite": "audience", "contacts": 1000, "machine": "abacus", "queries": [
      {"name": "a", "leaves": 2, "prepared": {"runs": 9, "minimum": 90, "p50": 100, "p90": 110, "p99": 120},
       "text": {"runs": 9, "minimum": 90, "p50": 200, "p90": 210, "p99": 220}},
      {"name": "gone", "prepared": {"runs": 9, "minimum": 90, "p50": 100, "p90": 110, "p99": 120}}]})";

  TemporaryDirectory directory_;
};

TEST_F(OldReportTest, HoldsWhatBothReportsHave) {
  const auto old = read(kOld);
  ASSERT_TRUE(old) << old.error().message;
  Report now;
  now.suite = "audience";
  now.contacts = 1000;
  now.lines.resize(2);
  now.lines[0].name = "new";
  now.lines[0].timings = {{"prepared", "prepared", timed(1, 1)}};
  now.lines[1].name = "a";
  now.lines[1].timings = {{"text", "from text", timed(100, 110)}, {"prepared", "prepared", timed(150, 160)}};
  const auto comparison = old->compare(now);
  ASSERT_TRUE(comparison) << comparison.error().message;
  EXPECT_EQ(comparison->machine, "abacus");
  ASSERT_EQ(comparison->timings.size(), 2U);
  EXPECT_EQ(comparison->timings[0].key, "text");
  EXPECT_EQ(comparison->timings[0].ratio, 0.5);
  EXPECT_EQ(comparison->timings[0].change, Change::faster);
  EXPECT_EQ(comparison->timings[1].before.p90, 110);
  EXPECT_EQ(comparison->timings[1].ratio, 1.5);
  EXPECT_EQ(comparison->timings[1].change, Change::slower);
  EXPECT_EQ(comparison->means(), (std::vector<std::pair<std::string, double>>{{"prepared", 1.5}, {"text", 0.5}}));
}

TEST_F(OldReportTest, RefusesAnotherSuiteAndAnotherNumberOfContacts) {
  const auto old = read(kOld);
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_TRUE(old->requireSame("audience", 1000));
  const auto suite = old->requireSame("import", 1000);
  ASSERT_FALSE(suite);
  EXPECT_EQ(suite.error().code, ErrorCode::invalidArgument);
  EXPECT_THAT(suite.error().message, HasSubstr("is of the suite audience, not import"));
  Report now;
  now.suite = "audience";
  now.contacts = 2000;
  const auto contacts = old->compare(now);
  ASSERT_FALSE(contacts);
  EXPECT_THAT(contacts.error().message, HasSubstr("is of 1000 contacts, not 2000"));
}

TEST_F(OldReportTest, RefusesWhatIsNoReport) {
  for (const char* text : {"", "[1, 2", "[]", "{}", R"({"suite": "audience", "contacts": 1, "queries": [1]})"}) {
    const auto refused = read(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, ErrorCode::invalidArgument) << text;
  }
  const auto missing = OldReport::read(directory_.path() / "none.json");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::notFound);
}

}  // namespace
}  // namespace roster::bench
