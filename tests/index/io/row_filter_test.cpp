#include "index/io/row_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/query/diagnostic.h"
#include "tests/support/planned_rows.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::optionsOf;
using testing::planOf;
using testing::refusalOf;
using testing::rejectsOf;
using testing::rowsOf;

class RowFilterTest : public ::testing::Test {
 protected:
  // The lines of the rows that are taken, where all columns are, or those that are given.
  static std::vector<std::uint64_t> linesTaken(const std::string& text, const std::string& where,
                                               std::vector<std::pair<std::string, std::string>> given = {}) {
    given.emplace_back("where", where);
    const ImportOptions options = optionsOf(given);
    const auto plan = planOf(text, options);
    EXPECT_TRUE(plan) << plan.error().message;
    if (!plan) return {};
    const ConvertedRows rows = rowsOf(*plan, options);
    EXPECT_THAT(rejectsOf(rows), IsEmpty());
    EXPECT_EQ(rows.leftOut + rows.rowCount(), rows.records);
    return rows.lines;
  }

  static std::string parsing(const std::string& where) {
    const auto predicate = parseRowPredicate(where);
    return predicate ? std::string() : renderDiagnostic(predicate.error(), where);
  }

  const std::string shop_ =
      "id,city,age,signup,tags,vip\n"
      "C1,Łódź,34,2026-09-20,a|b,true\n"
      "2,Kraków,17,2026-01-31,,false\n"
      "3,,52,,b,true\n"
      "C4,Gdańsk,,2025-12-31,c|d,\n"
      "5,Łódź,18,2026-09-21,a|c,false\n";
};

TEST_F(RowFilterTest, TakesTheRowsForWhichItHolds) {
  EXPECT_THAT(linesTaken(shop_, "city = 'Łódź'"), ElementsAre(2, 6));
  EXPECT_THAT(linesTaken(shop_, "id not like 'C%' and age >= 18"), ElementsAre(4, 6));
  EXPECT_THAT(linesTaken(shop_, "city is null or age is null"), ElementsAre(4, 5));
  EXPECT_THAT(linesTaken(shop_, "tags has 'b' and not vip"), IsEmpty());
  EXPECT_THAT(linesTaken(shop_, "size(tags) = 0"), ElementsAre(3));
  EXPECT_THAT(linesTaken(shop_, "tags is null"), ElementsAre(3));
  EXPECT_THAT(linesTaken(shop_, "signup since '2026-01-01'"), ElementsAre(2, 3, 6));
  EXPECT_THAT(linesTaken(shop_, "at least 2 of (vip, age > 30, city ilike 'łÓDŹ')"), ElementsAre(2, 4));
  EXPECT_THAT(linesTaken(shop_, "true"), ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(linesTaken(shop_, "false"), IsEmpty());
}

TEST_F(RowFilterTest, ByNowItMeansTheTimeOfTheImport) {
  EXPECT_THAT(linesTaken(shop_, "signup = today"), ElementsAre(6));
  EXPECT_THAT(linesTaken(shop_, "signup in last 2 days"), ElementsAre(2, 6));
}

TEST_F(RowFilterTest, AsksAboutColumnsThatAreNotTaken) {
  EXPECT_THAT(linesTaken(shop_, "city = 'Łódź' and tags has 'c'", {{"field", "age:integer"}}), ElementsAre(6));
  EXPECT_THAT(linesTaken("{\"a\":1,\"b\":{\"c\":1}}\n{\"a\":2}\n", "a = 2", {{"field", "a:integer:n"}}),
              ElementsAre(2));
}

TEST_F(RowFilterTest, ReadsColumnsAsTheyAreTaken) {
  const std::string csv = "code,at\n007,31.12.2025\n7,1.1.2026\n";
  EXPECT_THAT(linesTaken(csv, "code = '7'"), ElementsAre(3)) << "a leading zero makes it a name";
  EXPECT_THAT(linesTaken(csv, "code = 7", {{"field", "code:integer:number"}}), ElementsAre(2, 3));
  EXPECT_THAT(linesTaken(csv, "at < '2026-01-01'", {{"date-format", "%d.%m.%Y"}}), ElementsAre(2));
  EXPECT_THAT(linesTaken("n\n-\n1\n", "n is null", {{"null", "-"}}), ElementsAre(2));
  EXPECT_THAT(linesTaken("t;u\na,-;1\n-;2\na,b;3\n", "t is not null and t has none ('b')",
                         {{"field", "t:set"}, {"set-separator", ","}, {"null", "-"}}),
              ElementsAre(2));
  EXPECT_THAT(linesTaken("d\n2025-12-24|2026-01-06\n2025-05-01\n", "d = '2026-01-06'", {{"field", "d:set(date)"}}),
              ElementsAre(2));
}

// The rows that tell what a column is may come late, or not on every day.
TEST_F(RowFilterTest, AColumnThatIsComparedWithStringsHoldsStrings) {
  const std::string csv = "invoice,on,flag\n17,2026-01-31,1\n18,2026-02-01,0\n";
  EXPECT_THAT(linesTaken(csv, "invoice not like 'C%'", {{"field", "flag"}}), ElementsAre(2, 3));
  EXPECT_THAT(linesTaken(csv, "true and not (invoice != '17')", {{"field", "flag"}}), ElementsAre(2));
  EXPECT_THAT(linesTaken(csv, "invoice in ('18')", {{"field", "flag"}}), ElementsAre(3));
  EXPECT_THAT(linesTaken(csv, "on ilike '2026-01%'", {{"field", "invoice"}}), ElementsAre(2));
  EXPECT_THAT(linesTaken(csv, "on >= '2026-02-01' and flag = '0'", {{"field", "invoice"}}), ElementsAre(3));
  EXPECT_THAT(linesTaken(csv, "invoice > 17 and not flag", {{"field", "on"}}), ElementsAre(3));
  EXPECT_THAT(refusalOf(csv, optionsOf({{"field", "invoice:integer"}, {"where", "invoice like '1%'"}})),
              HasSubstr("integer column 'invoice' does not take 'like'"))
      << "it is declared to be a number";
}

TEST_F(RowFilterTest, LeavesARowOutBeforeAnythingElseIsAskedOfIt) {
  ImportOptions options =
      optionsOf({{"key", "id"}, {"field", "age:integer"}, {"where", "id is not null and city != 'x'"}});
  options.generateKeys = false;
  const auto plan = planOf("id,city,age\n,a,1\n2,x,old\n3,b,old\n4,b,4\n", options);
  ASSERT_TRUE(plan) << plan.error().message;
  const ConvertedRows rows = rowsOf(*plan, options);
  EXPECT_EQ(rows.leftOut, 2U) << "a key that is missing and an age that cannot be read are no rejects there";
  EXPECT_THAT(rejectsOf(rows), ElementsAre("4 age: 'old' is not a whole number"));
  EXPECT_THAT(rows.lines, ElementsAre(5));
}

TEST_F(RowFilterTest, RejectsARowWhoseCellsItCannotRead) {
  const auto options = optionsOf({{"field", "n:integer"}, {"where", "n > 1 and \"d-s\" has '2026-01-01'"}});
  const auto plan = planOf(
      "{\"n\":1,\"s\":\"a\",\"d-s\":[\"2026-01-01\",\"2026-01-02\"]}\n"
      "{\"n\":[2],\"s\":\"b\"}\n"
      "{\"n\":2,\"s\":\"c\",\"d-s\":{\"x\":1}}\n"
      "{\"n\":2,\"s\":\"d\",\"d-s\":[\"2026-01-01\"]}\n",
      options);
  ASSERT_TRUE(plan) << plan.error().message;
  const ConvertedRows rows = rowsOf(*plan, options);
  EXPECT_EQ(rows.leftOut, 1U);
  EXPECT_THAT(rejectsOf(rows), ElementsAre(HasSubstr("2 n: an array"), HasSubstr("3 d-s: '{\"x\":1}' is nested JSON")));
  EXPECT_THAT(rows.lines, ElementsAre(4));
  const auto declared = optionsOf({{"field", "n:integer"}, {"where", "n > 1"}});
  const ConvertedRows declaredRows = rowsOf(*planOf("n\n1\nx\n3\n", declared), declared);
  EXPECT_THAT(rejectsOf(declaredRows), ElementsAre("3 n: 'x' is not a whole number"));
  EXPECT_EQ(declaredRows.leftOut, 1U);
}

TEST_F(RowFilterTest, PassesOverWhatAnEarlierRunDid) {
  const auto options = optionsOf({{"where", "n != 2"}});
  const auto plan = planOf("n\n2\n1\n2\n3\n", options);
  const PlannedFile& file = plan->files.front();
  const ConvertedRows rows = convertRows(file.sample.front(), file, 0, '|', 1, false);
  EXPECT_EQ(rows.records, 3U);
  EXPECT_EQ(rows.leftOut, 1U);
  EXPECT_THAT(rows.lines, ElementsAre(3, 5));
}

TEST_F(RowFilterTest, AColumnCalledKeyIsNamedInDoubleQuotes) {
  EXPECT_THAT(linesTaken("key,a\nx,1\ny,2\n", "\"key\" = 'y'", {{"field", "a"}}), ElementsAre(3));
  EXPECT_EQ(parsing("a = 1 or key = 'y'"),
            "1:10: rows are chosen by their columns, which a contact's key is not; a column of that name is written "
            "\"key\", in double quotes\n  a = 1 or key = 'y'\n           ^~~");
}

TEST_F(RowFilterTest, RefusesWhatRowsDoNotHave) {
  EXPECT_THAT(parsing("not (a = 1 and segment 'vip')"),
              HasSubstr("1:16: rows are chosen by their columns, which a segment is not\n"));
  EXPECT_THAT(parsing("at least 1 of (a = 1, bucket('x') < 10)"), HasSubstr("which a contact's bucket is not\n"));
  EXPECT_THAT(parsing("did purchase"), HasSubstr("which events are not\n"));
  EXPECT_THAT(parsing("count(purchase) > 1"), HasSubstr("which events are not\n"));
  EXPECT_THAT(parsing("first(purchase) before today"), HasSubstr("which events are not\n"));
  EXPECT_THAT(parsing("a = "), HasSubstr("1:5: found the end"));
}

TEST_F(RowFilterTest, NamesAnUnknownColumnWithTheNearestAndItsPlace) {
  const auto options = optionsOf({{"where", "age > 30 and ctiy = 'Łódź'"}});
  EXPECT_EQ(refusalOf(shop_, options),
            "memory: where: 1:14: unknown column 'ctiy'; did you mean 'city'?\n"
            "  age > 30 and ctiy = 'Łódź'\n"
            "               ^~~~");
  EXPECT_THAT(refusalOf(shop_, optionsOf({{"where", "age like '3%'"}})), HasSubstr("where: 1:5: integer column 'age'"));
  EXPECT_THAT(refusalOf("{\"a\":1}\n", optionsOf({{"field", "a:integer"}, {"where", "b = 1"}})),
              HasSubstr("unknown column 'b'"))
      << "what no row has is a mistyped one";
  EXPECT_THAT(refusalOf("a,d\n1,01/02/2025\n2,03/04/2025\n", optionsOf({{"field", "a"}, {"where", "d is null"}})),
              HasSubstr("--date-format"))
      << "an order that is open is asked about";
}

}  // namespace
}  // namespace roster
