#include "core/query/binder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/query/bound_text.h"
#include "core/query/printer.h"
#include "tests/support/ast_generator.h"
#include "tests/support/sample_database.h"

namespace roster {
namespace {

using testing::SampleDatabase;
using testing::utc;

// What a predicate is bound to, or the error as "line:column message".
std::string bound(std::string_view text, const SampleDatabase& database = {}) {
  const auto result = bindText(text, database.context());
  if (result) return boundText(*result, database.schema);
  const SourcePosition at = result.error().position.value_or(SourcePosition{0, 0, 0});
  return std::to_string(at.line) + ":" + std::to_string(at.column) + " " + result.error().message;
}

struct Case {
  const char* text;
  const char* expected;
};

template <std::size_t N>
void check(const Case (&cases)[N]) {
  for (const Case& c : cases) EXPECT_EQ(bound(c.text), c.expected) << c.text;
}

TEST(Binder, Strings) {
  check({{"city = 'Łódź'", "city in {'Łódź'}"},
         {"city != 'Łódź'", "and(present(city), not(city in {'Łódź'}))"},
         {"not (city = 'Łódź')", "not(city in {'Łódź'})"},
         {"city in ('b', 'a', 'b')", "city in {'a', 'b'}"},
         {"city not in ('b')", "and(present(city), not(city in {'b'}))"},
         {"city in ()", "false"},
         {"city not in ()", "and(present(city), not(false))"},
         {"city like 'a%'", "city like 'a%'"},
         {"city not like 'a%'", "and(present(city), not(city like 'a%'))"},
         {"city ilike 'ŁÓ%'", "city ilike 'łó%'"},
         {"city is null", "not(present(city))"},
         {"city is not null", "present(city)"},
         {"note = 'x' or note in ('z','y') or note not ilike '%A'",
          "or(note in {'x'}, note in {'y', 'z'}, and(present(note), not(note ilike '%a')))"}});
}

TEST(Binder, TheEmptyStringIsNoValue) {
  check({{"city = ''", "false"},
         {"city != ''", "and(present(city), not(false))"},
         {"city in ('', 'a')", "city in {'a'}"},
         {"city like ''", "false"},
         {"note = ''", "false"},
         {"tags has ''", "false"},
         {"tags has all ('', 'a')", "and(false, tags in {'a'})"},
         {"tags has none ('')", "not(false)"}});
}

TEST(Binder, Bools) {
  check({{"newsletter", "newsletter in {'true'}"},
         {"not newsletter", "not(newsletter in {'true'})"},
         {"newsletter = true", "newsletter in {'true'}"},
         {"newsletter != true", "newsletter in {'false'}"},
         {"newsletter = false", "newsletter in {'false'}"},
         {"newsletter is null", "not(present(newsletter))"}});
}

TEST(Binder, Sets) {
  check({{"tags has 'vip'", "tags in {'vip'}"},
         {"tags has any ('b', 'a')", "tags in {'a', 'b'}"},
         {"tags has all ('b', 'a')", "and(tags in {'b'}, tags in {'a'})"},
         {"tags has none ('b', 'a')", "not(tags in {'a', 'b'})"},
         {"tags has any ()", "false"},
         {"tags has all ()", "present(tags)"},
         {"tags has none ()", "not(false)"},
         {"tags has like 'promo-%'", "tags like 'promo-%'"},
         {"tags is null", "not(present(tags))"},
         {"size(tags) >= 3", "size(tags) in {3..}"},
         {"size(tags) = 0", "size(tags) in {0}"},
         {"size(tags) != 2", "size(tags) in {0..1, 3..}"},
         {"size(tags) < 0", "size(tags) in {}"},
         {"size(tags) not in (0, 2)", "size(tags) in {1, 3..}"},
         {"size(tags) between 1 and 3", "size(tags) in {1..3}"}});
}

// "Takes the comparisons of its element, true if any element is."
TEST(Binder, SetsOfNumbersAndDates) {
  check({{"scores = 3", "scores in {3}"},
         {"scores != 3", "scores in {..2, 4..}"},
         {"scores has any (3, 4, 9)", "scores in {3..4, 9}"},
         {"scores has all (3, 9)", "and(scores in {3}, scores in {9})"},
         {"scores has none (3)", "not(scores in {3})"},
         {"scores between 1 and 5", "scores in {1..5}"},
         {"children >= '2020-01-01'", "children in {2020-01-01..}"},
         {"children in last 1 year", "children in {2025-03-31..2026-03-30}"},
         {"children has '2020-01-01'", "children in {2020-01-01}"},
         {"anniversary(children) today", "anniversary(children) in {03-30}"},
         {"size(children) = 2", "size(children) in {2}"},
         {"children is not null", "present(children)"}});
}

TEST(Binder, Numbers) {
  check({{"age = 5", "age in {5}"},
         {"age != 5", "age in {..4, 6..}"},
         {"age < -5", "age in {..-6}"},
         {"age between 5 and 3", "age in {}"},
         {"age not between 3 and 5", "age in {..2, 6..}"},
         {"age in (3, 1, 2, 9)", "age in {1..3, 9}"},
         {"age not in ()", "age in {..}"},
         {"age in ()", "age in {}"},
         {"age >= 9223372036854775807", "age in {9223372036854775807}"},
         {"age > 9223372036854775807", "age in {}"},
         {"price >= 12.5", "price in {12.50..}"},
         {"price = -0.05 or price < 7", "or(price in {-0.05}, price in {..6.99})"},
         {"price > weight", "price > weight"},
         {"age != price", "age != price"}});
}

TEST(Binder, DatesAndDays) {
  check({{"signup = '2026-01-31'", "signup in {2026-01-31}"},
         {"signup > today - 3 months", "signup in {2025-12-31..}"},  // 30 December is the day itself
         {"signup = today - 1 month", "signup in {2026-02-28}"},
         {"signup = today - 1 month + 1 month", "signup in {2026-03-28}"},
         {"signup >= yesterday - 1 week", "signup in {2026-03-22..}"},
         {"signup = today + 2 years", "signup in {2028-03-30}"},
         {"signup in last 90 days", "signup in {2025-12-31..2026-03-30}"},
         {"signup in last 1 month", "signup in {2026-03-01..2026-03-30}"},
         {"signup in next 7 days", "signup in {2026-03-30..2026-04-05}"},
         {"signup in last 0 days", "signup in {}"},
         {"signup not in last 1 day", "signup in {..2026-03-29, 2026-03-31..}"},
         {"signup since '2026-01-01'", "signup in {2026-01-01..}"},
         {"signup before today", "signup in {..2026-03-29}"},
         {"signup between '2026-01-01' and today", "signup in {2026-01-01..2026-03-30}"},
         {"signup today", "signup in {2026-03-30}"},
         {"signup yesterday", "signup in {2026-03-29}"},
         {"signup in this week", "signup in {2026-03-30..2026-04-05}"},
         {"signup in last week", "signup in {2026-03-23..2026-03-29}"},
         {"signup in this month", "signup in {2026-03-01..2026-03-31}"},
         {"signup in next month", "signup in {2026-04-01..2026-04-30}"},
         {"signup in last quarter", "signup in {2025-10-01..2025-12-31}"},
         {"signup in this quarter", "signup in {2026-01-01..2026-03-31}"},
         {"signup in last year", "signup in {2025-01-01..2025-12-31}"},
         {"signup in last day", "signup in {2026-03-29}"},
         {"signup > birthday", "signup > birthday"},
         {"signup > last_visit", "signup > last_visit"}});
}

// Now is Monday 30 March 2026, 12:00 in Warsaw; on Sunday the clock went forward, so that Sunday has 23 hours.
TEST(Binder, Instants) {
  check({{"last_visit >= now - 1 day", "last_visit in {2026-03-29T10:00:00Z..}"},
         {"last_visit >= now - 1 week", "last_visit in {2026-03-23T10:00:00Z..}"},
         {"last_visit > now - 1 month", "last_visit in {2026-02-28T11:00:00.001Z..}"},  // 12:00 in winter
         {"last_visit = now - 90 minutes", "last_visit in {2026-03-30T08:30:00Z}"},
         {"last_visit in last 90 days", "last_visit in {2025-12-30T10:00:00.001Z..2026-03-30T10:00:00Z}"},
         {"last_visit in next 2 hours", "last_visit in {2026-03-30T10:00:00.001Z..2026-03-30T12:00:00Z}"},
         {"last_visit in last 0 days", "last_visit in {}"},
         {"last_visit today", "last_visit in {2026-03-29T22:00:00Z..2026-03-30T21:59:59.999Z}"},
         {"last_visit yesterday", "last_visit in {2026-03-28T23:00:00Z..2026-03-29T21:59:59.999Z}"},
         {"last_visit in last week", "last_visit in {2026-03-22T23:00:00Z..2026-03-29T21:59:59.999Z}"},
         {"last_visit in this month", "last_visit in {2026-02-28T23:00:00Z..2026-03-31T21:59:59.999Z}"},
         {"last_visit in last year", "last_visit in {2024-12-31T23:00:00Z..2025-12-31T22:59:59.999Z}"},
         {"last_visit > '2026-01-31T12:30'", "last_visit in {2026-01-31T11:30:00.001Z..}"},
         {"last_visit = '2026-01-31 12:30:00.250Z'", "last_visit in {2026-01-31T12:30:00.250Z}"},
         {"last_visit = '2026-01-31T12:30:00-05:00'", "last_visit in {2026-01-31T17:30:00Z}"},
         {"last_visit = '2026-03-29T02:30'", "last_visit in {2026-03-29T01:00:00Z}"},    // skipped
         {"last_visit = '2025-10-26T02:30'", "last_visit in {2025-10-26T00:30:00Z}"}});  // shown twice
}

TEST(Binder, BareDaysAgainstInstantsAreLocalIntervals) {
  check({{"last_visit = '2026-03-29'", "last_visit in {2026-03-28T23:00:00Z..2026-03-29T21:59:59.999Z}"},
         {"last_visit != '2026-03-29'", "last_visit in {..2026-03-28T22:59:59.999Z, 2026-03-29T22:00:00Z..}"},
         {"last_visit < '2026-03-29'", "last_visit in {..2026-03-28T22:59:59.999Z}"},
         {"last_visit <= '2026-03-29'", "last_visit in {..2026-03-29T21:59:59.999Z}"},
         {"last_visit > '2026-03-29'", "last_visit in {2026-03-29T22:00:00Z..}"},
         {"last_visit >= '2026-03-29'", "last_visit in {2026-03-28T23:00:00Z..}"},
         {"last_visit between '2026-03-28' and '2026-03-29'",
          "last_visit in {2026-03-27T23:00:00Z..2026-03-29T21:59:59.999Z}"},
         {"last_visit since today - 1 month", "last_visit in {2026-02-27T23:00:00Z..}"},
         {"last_visit before yesterday", "last_visit in {..2026-03-28T22:59:59.999Z}"},
         {"last_visit in ('2026-01-01', '2026-01-02')",
          "last_visit in {2025-12-31T23:00:00Z..2026-01-02T22:59:59.999Z}"}});
}

TEST(Binder, Anniversaries) {
  check({{"anniversary(birthday) today", "anniversary(birthday) in {03-30}"},
         {"anniversary(birthday) in next 3 days", "anniversary(birthday) in {03-30, 03-31, 04-01}"},
         {"anniversary(birthday) in last 2 days", "anniversary(birthday) in {03-29, 03-30}"},
         {"anniversary(birthday) in next 0 days", "anniversary(birthday) in {}"},
         {"anniversary(last_visit) today", "anniversary(last_visit) in {03-30}"}});
  SampleDatabase database;
  database.now = utc("2026-12-31T11:00");
  EXPECT_EQ(bound("anniversary(birthday) in next 2 days", database), "anniversary(birthday) in {01-01, 12-31}");
  database.now = utc("2026-02-28T11:00");  // not a leap year: 29 February is kept on 1 March
  EXPECT_EQ(bound("anniversary(birthday) in next 2 days", database), "anniversary(birthday) in {02-28, 02-29, 03-01}");
  EXPECT_EQ(bound("anniversary(birthday) today", database), "anniversary(birthday) in {02-28}");
  database.now = utc("2028-02-28T11:00");
  EXPECT_EQ(bound("anniversary(birthday) in next 2 days", database), "anniversary(birthday) in {02-28, 02-29}");
  database.now = utc("2028-03-01T11:00");
  EXPECT_EQ(bound("anniversary(birthday) today", database), "anniversary(birthday) in {03-01}");
  const auto all = bindText("anniversary(birthday) in next 3000 days", database.context());
  EXPECT_EQ(std::get<BoundDayOfYearIn>(all->node).days.count(), 366U);
}

TEST(Binder, KeysBucketsAndCounts) {
  check({{"key = 'b'", "key in {'b'}"},
         {"key != 'b'", "not(key in {'b'})"},
         {"key in ('b', 'a', 'b')", "key in {'a', 'b'}"},
         {"key not in ('b')", "not(key in {'b'})"},
         {"key like 'shop1-%'", "key like 'shop1-%'"},
         {"key = 'e\xCC\x81'", "key in {'e\xCC\x81'}"},
         {"city = 'e\xCC\x81'", "city in {'é'}"},
         {"bucket('spring-test') < 1000", "bucket('spring-test') in {0..999}"},
         {"bucket('x') != 5", "bucket('x') in {0..4, 6..9999}"},
         {"bucket('x') between 9000 and 20000", "bucket('x') in {9000..9999}"},
         {"at least 2 of (promo, newsletter, true)", "count[2..3](promo in {'true'}, newsletter in {'true'}, true)"},
         {"at most 1 of (promo, newsletter)", "count[0..1](promo in {'true'}, newsletter in {'true'})"},
         {"exactly 1 of (promo, newsletter)", "count[1..1](promo in {'true'}, newsletter in {'true'})"},
         {"at least 5 of (promo)", "count[5..5](promo in {'true'})"},
         {"true and false", "and(true, false)"}});
}

TEST(Binder, Segments) {
  check(
      {{"segment 'vip'", "tags in {'vip'}"},
       {"promo and segment 'lapsed'",
        "and(promo in {'true'}, and(tags in {'vip'}, last_visit in {..2025-12-30T09:59:59.999Z}))"},
       {"segment 'spring'", "list(7)"},
       {"segment 'vpi'", "1:9 unknown segment 'vpi'; did you mean 'vip'?"},
       {"segment 'zzz'", "1:9 unknown segment 'zzz'"},
       {"promo or segment 'loop_a'", "1:18 segments refer to each other in a circle: 'loop_a' -> 'loop_b' -> 'loop_a'"},
       {"segment 'broken'", "1:9 in segment 'broken': 1:13: unknown field 'ctiy'; did you mean 'city'?"}});
}

TEST(Binder, SegmentsThatGrowWithoutBoundAreRefused) {
  SampleDatabase database;
  database.segments["s0"] = {"promo", 0, 0, ""};
  for (int i = 1; i < 60; ++i) {
    const std::string inner = "segment 's" + std::to_string(i - 1) + "'";
    database.segments["s" + std::to_string(i)] = {inner + " or " + inner, 0, 0, ""};
  }
  const auto result = bindText("segment 's59'", database.context());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::resourceExhausted);
}

TEST(Binder, RefusesUnknownNames) {
  check({{"age > 30 and ctiy = 'x'", "1:14 unknown field 'ctiy'; did you mean 'city'?"},
         {"size(tgas) = 1", "1:6 unknown field 'tgas'; did you mean 'tags'?"},
         {"anniversary(birthdya) today", "1:13 unknown field 'birthdya'; did you mean 'birthday'?"},
         {"last_visit > last_ordr", "1:14 unknown field 'last_ordr'; did you mean 'last_order'?"},
         {"city = \"Łódź\"", "1:8 unknown field 'Łódź'; a string is written in single quotes"},
         {"City = 'x'", "1:1 unknown field 'City'; did you mean 'city'?"}});
  EXPECT_EQ(bindText("ctiy", SampleDatabase{}.context()).error().code, ErrorCode::notFound);
}

TEST(Binder, RefusesUnlikeKinds) {
  check({{"age = 'x'", "1:7 cannot compare integer field 'age' with string 'x'"},
         {"age = true", "1:7 cannot compare integer field 'age' with bool true"},
         {"age = today", "1:7 cannot compare integer field 'age' with day today"},
         {"city = 5", "1:8 cannot compare category field 'city' with number 5; a string is written in single quotes"},
         {"newsletter = 'true'", "1:14 cannot compare bool field 'newsletter' with string 'true'"},
         {"signup = 5", "1:10 cannot compare date field 'signup' with number 5"},
         {"signup > now", "1:10 cannot compare date field 'signup' with instant now; use today"},
         {"signup > '2026-01-31T12:00'", "1:10 date field 'signup' holds days; write the day alone"},
         {"signup > 'x'", "1:10 'x' is not a day, as date field 'signup' needs; write it as '2026-01-31'"},
         {"last_visit > 'x'",
          "1:14 'x' is neither a day nor a time, as timestamp field 'last_visit' needs; write it as '2026-01-31' or "
          "'2026-01-31T12:30:00'"},
         {"age > signup",
          "1:7 cannot compare integer field 'age' with date field 'signup'; two numeric or two time "
          "fields can be"},
         {"city = home",
          "1:8 cannot compare category field 'city' with category field 'home'; two numeric or two time "
          "fields can be"},
         {"scores = age",
          "1:10 cannot compare set(integer) field 'scores' with integer field 'age'; two numeric or two "
          "time fields can be"},
         {"size(tags) = 'x'", "1:14 cannot compare size(tags), a whole number, with string 'x'"},
         {"size(tags) > age", "1:14 size(tags) is compared with whole numbers only"},
         {"bucket('x') < 1.5", "1:15 1.5 is not a whole number, which bucket('x') is"},
         {"key = 5", "1:7 a key is compared with a string"},
         {"key = city", "1:7 a key is compared with a string"},
         {"key in (5)", "1:9 a key is compared with strings"},
         {"key < 'a'", "1:5 key takes =, !=, in and like"}});
}

TEST(Binder, RefusesFractionDigitsAndRange) {
  check({{"age = 1.5", "1:7 1.5 is not a whole number, which integer field 'age' is"},
         {"age = 1.0", "1:7 1.0 is not a whole number, which integer field 'age' is"},
         {"price = 1.505", "1:9 1.505 has 3 fraction digits; decimal(2) field 'price' has 2"},
         {"price = 1.500", "1:9 1.500 has 3 fraction digits; decimal(2) field 'price' has 2"},
         {"age = 9223372036854775808", "1:7 9223372036854775808 is out of the range of integer field 'age'"},
         {"scores has 1.5", "1:12 1.5 is not a whole number, which set(integer) field 'scores' is"}});
}

TEST(Binder, RefusesTestsOfOtherKinds) {
  const std::string numeric = "; it takes =, !=, <, <=, >, >=, between, in and is null";
  EXPECT_EQ(bound("age like '3%'"), "1:5 integer field 'age' does not take 'like'" + numeric);
  EXPECT_EQ(bound("age has 3"), "1:5 integer field 'age' does not take 'has'" + numeric);
  EXPECT_EQ(bound("age in last 3 days"), "1:5 integer field 'age' does not take a window of time" + numeric);
  EXPECT_EQ(bound("city < 'x'"),
            "1:6 category field 'city' does not take an order; it takes =, !=, in, like, ilike and is null");
  EXPECT_EQ(bound("city between 'a' and 'b'"),
            "1:6 category field 'city' does not take 'between'; it takes =, !=, in, like, ilike and is null");
  EXPECT_EQ(bound("tags = 'vip'"),
            "1:6 set field 'tags' does not take a comparison; it takes has, has any, has all, has "
            "none, has like and is null");
  for (const char* text : {"tags in ('vip')", "tags like 'v%'", "scores has like '1%'", "scores like '1%'",
                           "newsletter like 't%'", "newsletter > true", "newsletter in (true)", "city", "tags", "age",
                           "signup", "size(city) = 1", "anniversary(city) today", "anniversary(scores) today"}) {
    EXPECT_FALSE(bindText(text, SampleDatabase{}.context())) << text;
  }
}

TEST(Binder, RefusesTimesThatMakeNoSense) {
  check(
      {{"signup in last 5 minutes", "1:8 a day is not counted in minutes or hours; use days or more"},
       {"signup > today - 2 hours", "1:18 a day is not counted in minutes or hours; use days or more"},
       {"last_visit > today + 2 hours", "1:22 a day is not counted in minutes or hours; use days or more"},
       {"children in last 5 hours", "1:10 a day is not counted in minutes or hours; use days or more"},
       {"signup in last 9000 years", "1:8 this leads out of the years 0000 to 9999"},
       {"last_visit > now - 9223372036854775807 weeks", "1:20 this leads out of the years 0000 to 9999"},
       // The sum has a place in 64 bits, and its day has none.
       {"last_visit > now - 153722896861992 minutes", "1:20 this leads out of the years 0000 to 9999"},
       {"last_visit > now + 9223372036854775807 months", "1:20 this leads out of the years 0000 to 9999"},
       {"signup > today + 9223372036854775807 days", "1:18 this leads out of the years 0000 to 9999"},
       {"anniversary(birthday) in next 2 months",
        "1:23 an anniversary takes 'today', 'in next n days' or 'in last n days'"},
       {"anniversary(birthday) yesterday", "1:23 an anniversary takes 'today', 'in next n days' or 'in last n days'"}});
}

TEST(Binder, RefusesPatternsThatEscapeNothing) {
  EXPECT_EQ(bound("city like 'a\\'"),
            "1:11 the \\ at the end of this pattern escapes nothing; write \\\\ for the character itself");
  EXPECT_EQ(bound("city like 'a\\\\'"), "city like 'a\\\\'");
}

// The clock moves and the windows with it; nothing else does.
TEST(Binder, NowIsTheContexts) {
  SampleDatabase database;
  database.now = utc("2026-03-31T22:30");  // 1 April, 00:30 in Warsaw
  EXPECT_EQ(bound("signup = today", database), "signup in {2026-04-01}");
  EXPECT_EQ(bound("last_visit in this month", database),
            "last_visit in {2026-03-31T22:00:00Z..2026-04-30T21:59:59.999Z}");
  database.zone = TimeZone();
  EXPECT_EQ(bound("signup = today", database), "signup in {2026-03-31}");
}

RC_GTEST_PROP(Binder, BindsWhatTheGeneratorMakes, ()) {
  const auto vocabulary = testing::everyKindOfField();
  const auto tree = *testing::arbitraryPredicate(vocabulary, 4);
  const SampleDatabase database;
  const auto result = bind(tree, {vocabulary.schema, database.segments, database.zone, database.now});
  if (!result) RC_FAIL(print(tree) + ": " + result.error().message);
}

}  // namespace
}  // namespace roster
