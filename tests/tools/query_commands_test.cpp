// The commands that ask: schema show, count, breakdown, stats, overlap, explain, contact show.
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class QueryCommandsTest : public SmallShop {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(makeShop()); }

  Ran ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--as-of", "2026-03-01"});
    return runRoster(words);
  }
};

TEST_F(QueryCommandsTest, CountPrintsTheNumberAlone) {
  const Ran ran = ask({"count", shop(), "city = 'Łódź'", "newsletter", "signup in last 30 days", "city = 'nowhere'"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.output, "3\n5\n3\n0\n");
  EXPECT_EQ(ran.notes, "");
}

TEST_F(QueryCommandsTest, CountAsJsonSaysWhatItRead) {
  const Ran ran = ask({"count", shop(), "city = 'Łódź'", "newsletter", "--json"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(numberAt(ran.output, "/counts/0/count"), 3U);
  EXPECT_EQ(textAt(ran.output, "/counts/1/predicate"), "newsletter");
  EXPECT_EQ(textAt(ran.output, "/asOf"), "2026-02-28T23:00:00Z") << "a day starts in the database's time zone";
  EXPECT_GT(numberAt(ran.output, "/scannedBytes"), 0U);
  EXPECT_GT(numberAt(ran.output, "/snapshot"), 0U);
  EXPECT_TRUE(parsed(ran.output).at_pointer("/milliseconds").is_number());
}

TEST_F(QueryCommandsTest, AsOfMovesTheClock) {
  const auto born = [&](const std::string& asOf) {
    return runRoster({"count", shop(), "signup = today", "--as-of", asOf}).output;
  };
  EXPECT_EQ(born("2026-02-14"), "1\n");
  EXPECT_EQ(born("2026-02-14T23:30"), "1\n");
  EXPECT_EQ(born("2026-02-14T23:30Z"), "0\n") << "half past midnight of the next day in Warsaw";
  EXPECT_EQ(born("2026-02-14T01:00+02:00"), "1\n");
}

TEST_F(QueryCommandsTest, SchemaShowsTheFields) {
  const Ran table = runRoster({"schema", "show", shop()});
  EXPECT_EQ(table.exit, 0);
  EXPECT_THAT(table.output, HasSubstr("field       kind        values  contacts"));
  EXPECT_THAT(table.output, ::testing::ContainsRegex("city +category +4 +7"));
  EXPECT_THAT(table.output, ::testing::ContainsRegex("tags +set +3 +5"));
  EXPECT_THAT(table.notes, HasSubstr("8 contacts"));
  const Ran json = runRoster({"schema", "show", shop(), "--json"});
  EXPECT_EQ(numberAt(json.output, "/contacts"), 8U);
  EXPECT_EQ(textAt(json.output, "/timezone"), "Europe/Warsaw");
  EXPECT_EQ(textAt(json.output, "/fields/2/kind"), "decimal(2)");
}

TEST_F(QueryCommandsTest, BreakdownCountsByValue) {
  const Ran table = ask({"breakdown", shop(), "true", "--by", "city"});
  EXPECT_EQ(table.exit, 0) << table.notes;
  EXPECT_EQ(table.output,
            "city        contacts  share\n"
            "Łódź               3  37.5%\n"
            "Kraków             2  25.0%\n"
            "Gdańsk             1  12.5%\n"
            "Москва             1  12.5%\n"
            "(no value)         1  12.5%\n");
  const Ran top = ask({"breakdown", shop(), "true", "--by", "city", "--top", "2"});
  EXPECT_EQ(top.output, "city    contacts  share\nŁódź           3  37.5%\nKraków         2  25.0%\n");
  EXPECT_THAT(top.notes, HasSubstr("3 more groups"));
  const Ran ages = ask({"breakdown", shop(), "true", "--by", "age:10", "--json"});
  EXPECT_EQ(textAt(ages.output, "/groups/0/values/age"), "10..19");
  EXPECT_EQ(numberAt(ages.output, "/audience"), 8U);
}

TEST_F(QueryCommandsTest, BreakdownByTwoFieldsIsAGrid) {
  const Ran grid = ask({"breakdown", shop(), "city in ('Łódź', 'Kraków')", "--by", "city,newsletter"});
  EXPECT_EQ(grid.exit, 0) << grid.notes;
  EXPECT_EQ(grid.output,
            "city \\ newsletter  false  true\n"
            "Kraków                 1     1\n"
            "Łódź                   1     2\n");
  EXPECT_EQ(grid.notes, "");
  const Ran cut = ask({"breakdown", shop(), "city in ('Łódź', 'Kraków')", "--by", "city,newsletter", "--top", "1"});
  EXPECT_EQ(cut.output, "city \\ newsletter  true\nŁódź                  2\n");
  EXPECT_THAT(cut.notes, HasSubstr("… and 1 more row and 1 more column"));
  const Ran months = ask({"breakdown", shop(), "true", "--by", "signup:month,city", "--json"});
  EXPECT_EQ(months.exit, 0) << months.notes;
  EXPECT_EQ(textAt(months.output, "/groups/0/values/signup"), "2024-08");
  EXPECT_EQ(ask({"breakdown", shop(), "true", "--by", "ctiy"}).exit, 2);
}

TEST_F(QueryCommandsTest, StatsAreExact) {
  const Ran table = ask({"stats", shop(), "true", "--of", "ltv"});
  EXPECT_EQ(table.exit, 0) << table.notes;
  EXPECT_THAT(table.output, ::testing::ContainsRegex("count +7\n"));
  EXPECT_THAT(table.output, ::testing::ContainsRegex("missing +1\n"));
  EXPECT_THAT(table.output, ::testing::ContainsRegex("sum +2295.55\n"));
  EXPECT_THAT(table.output, ::testing::ContainsRegex("50% +87.30\n"));
  const Ran json = ask({"stats", shop(), "true", "--of", "signup", "--json"});
  EXPECT_EQ(textAt(json.output, "/min"), "2024-08-09");
  EXPECT_EQ(textAt(json.output, "/percentiles/99"), "2026-02-14");
  EXPECT_TRUE(parsed(json.output).at_pointer("/sum").is_null());
  const Ran nobody = ask({"stats", shop(), "false", "--of", "age", "--json"});
  EXPECT_EQ(numberAt(nobody.output, "/count"), 0U);
  EXPECT_TRUE(parsed(nobody.output).at_pointer("/mean").is_null());
  EXPECT_EQ(ask({"stats", shop(), "true", "--of", "city"}).exit, 2);
  EXPECT_THAT(ask({"stats", shop(), "true", "--of", "agee"}).notes, HasSubstr("did you mean 'age'?"));
}

TEST_F(QueryCommandsTest, OverlapShowsEveryRegion) {
  const Ran table = ask({"overlap", shop(), "newsletter", "city = 'Łódź'"});
  EXPECT_EQ(table.exit, 0) << table.notes;
  EXPECT_THAT(table.output, HasSubstr("AB             2  33.3%"));
  EXPECT_THAT(table.output, HasSubstr("0.3333"));
  const Ran json = ask({"overlap", shop(), "newsletter", "city = 'Łódź'", "--json"});
  EXPECT_EQ(numberAt(json.output, "/any"), 6U);
  EXPECT_EQ(numberAt(json.output, "/pairs/0/both"), 2U);
  EXPECT_EQ(numberAt(json.output, "/regions/0/count"), 3U);
  const std::vector<std::string> nine = {"overlap", shop(), "true", "true", "true", "true",
                                         "true",    "true", "true", "true", "true"};
  EXPECT_EQ(ask(nine).exit, 2);
}

TEST_F(QueryCommandsTest, ExplainShowsThePlanAndWhatEachClauseRemoves) {
  const Ran plan = ask({"explain", shop(), "newsletter and city = 'Łódź'"});
  EXPECT_EQ(plan.exit, 0) << plan.notes;
  EXPECT_THAT(plan.output, HasSubstr("Łódź"));
  const Ran json = ask({"explain", shop(), "newsletter and city = 'Łódź'", "--analyze", "--json"});
  EXPECT_EQ(numberAt(json.output, "/plan/count"), 2U);
  EXPECT_GT(parsed(json.output).at_pointer("/queryMilliseconds").get_double().value(), 0);
  EXPECT_GT(parsed(json.output).at_pointer("/plan/ownMilliseconds").get_double().value(), 0);
  EXPECT_EQ(numberAt(json.output, "/waterfall/0/removes"), 1U);
  EXPECT_EQ(numberAt(json.output, "/waterfall/1/removes"), 3U);
  const Ran wrong = ask({"explain", shop(), "ctiy = 'x'"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.notes, HasSubstr("^~~~"));
}

TEST_F(QueryCommandsTest, ContactShowsValuesAndSegments) {
  ASSERT_EQ(runRoster({"segment", "save", shop(), "golden", "tags has 'gold'"}).exit, 0);
  ASSERT_EQ(runRoster({"segment", "save", shop(), "young", "age < 30"}).exit, 0);
  ASSERT_EQ(runRoster({"segment", "freeze", shop(), "list", "city = 'Łódź'"}).exit, 0);
  const Ran table = runRoster({"contact", "show", shop(), "anna@example.com"});
  EXPECT_EQ(table.exit, 0) << table.notes;
  EXPECT_THAT(table.output, HasSubstr("ltv         1200.50\n"));
  EXPECT_THAT(table.output, HasSubstr("segments    golden, list\n"));
  EXPECT_THAT(table.output, Not(HasSubstr("note"))) << "no value, no line";
  const Ran json = runRoster({"contact", "show", shop(), "anna@example.com", "--json"});
  EXPECT_EQ(textAt(json.output, "/values/tags/0"), "gold");
  EXPECT_EQ(numberAt(json.output, "/values/age"), 34U);
  EXPECT_EQ(textAt(json.output, "/segments/1"), "list");
  const Ran nobody = runRoster({"contact", "show", shop(), "nobody@example.com"});
  EXPECT_EQ(nobody.exit, 1);
  EXPECT_THAT(nobody.notes, HasSubstr("nobody@example.com"));
}

}  // namespace
}  // namespace roster::testing
