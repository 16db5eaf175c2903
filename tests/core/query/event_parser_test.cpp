// Predicates about events: how their text is read, printed and refused. What parser_test.cpp says of all predicates,
// its properties among it, holds for them too.
#include <gtest/gtest.h>
#include <string>

#include "core/query/parser.h"
#include "core/query/printer.h"
#include "core/query/rename.h"
#include "tests/core/query/canonical.h"

namespace roster {
namespace {

const ast::DidTest& didIn(const ast::Predicate& predicate) { return std::get<ast::DidTest>(predicate.node); }

TEST(EventParser, ReadsEveryForm) {
  for (const char* text :
       {"did purchase",
        "did \"open mail\"",
        "not did purchase",
        "did purchase in last 90 days",
        "did purchase since '2026-01-01'",
        "did purchase before now - 3 hours",
        "did purchase today",
        "did purchase in this month",
        "did purchase between '2026-01-01' and '2026-02-01'",
        "did purchase where category = 'shoes' and promo and price between 500 and 1000",
        "did purchase in last 90 days where category = 'shoes' or not promo",
        "did purchase where product.department = 'GROCERY' and product.price < 20",
        "did purchase where product.price > product.\"list price\"",
        "did purchase where hour >= 18 and weekday in ('sat', 'sun')",
        "did purchase where at least 2 of (promo, online, hour < 8)",
        "did purchase where anniversary(paid) today",
        "did purchase where anniversary(product.\"on sale since\") in next 3 days",
        "count(purchase) >= 3",
        "count(purchase in last 30 days where promo) between 1 and 3",
        "days(visit) >= 5",
        "distinct(product of purchase) >= 2",
        "distinct(product.brand of purchase where promo) in (2, 3)",
        "sum(amount of purchase) > 500",
        "avg(amount of purchase) <= 12.50",
        "min(amount of purchase) = 1",
        "max(product.price of purchase in last year) != 3",
        "first(purchase) in last 30 days",
        "last(purchase) <= now - 180 days",
        "last(purchase).store = 'Łódź'",
        "last(purchase).promo",
        "first(purchase where promo).product.brand is not null",
        "did cart then purchase within 3 days",
        "did cart where value > 100 then not purchase within 3 days",
        "did mail then visit in last 30 days within 1 hour then purchase where amount > 5 within 2 weeks"}) {
    EXPECT_EQ(canonical(text), text);
  }
  EXPECT_EQ(canonical("DID purchase WHERE promo"), "did purchase where promo");
  EXPECT_EQ(canonical("LAST ( purchase ) . store='x'"), "last(purchase).store = 'x'");
  EXPECT_EQ(canonical("did A then NOT B within 1 days"), "did A then not B within 1 day");
}

// A filter takes all that follows, until a parenthesis, `then`, `within`, a window behind it or the end.
TEST(EventParser, AFilterReachesAsFarAsItCan) {
  const auto all = parse("did purchase where promo and price > 5 or online");
  ASSERT_TRUE(all);
  EXPECT_TRUE(std::holds_alternative<ast::Or>(didIn(*all).events.filter.front().node));
  EXPECT_EQ(*all, *parse("did purchase where (promo and price > 5 or online)"));

  const auto closed = parse("(did purchase where promo) and city = 'Łódź'");
  ASSERT_TRUE(closed);
  const auto& both = std::get<ast::And>(closed->node).operands;
  ASSERT_EQ(both.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ast::FieldTest>(didIn(both[0]).events.filter.front().node));
  EXPECT_EQ(print(*closed), "(did purchase where promo) and city = 'Łódź'");
  EXPECT_EQ(canonical("city = 'Łódź' and (did purchase where promo)"), "city = 'Łódź' and (did purchase where promo)");
  EXPECT_EQ(canonical("not (did purchase where promo)"), "not (did purchase where promo)");
  EXPECT_EQ(canonical("not did purchase where promo"), "not (did purchase where promo)");
  // Without a filter, or with steps behind it, an `and` goes on about the contact.
  EXPECT_EQ(canonical("did purchase and age > 5"), "did purchase and age > 5");
  EXPECT_EQ(canonical("did A where x then B within 1 day and age > 5"),
            "did A where x then B within 1 day and age > 5");
  EXPECT_EQ(canonical("exactly 1 of (did A where x, age > 5)"), "exactly 1 of (did A where x, age > 5)");
  EXPECT_EQ(canonical("count(A where x and y) > 5 and age > 5"), "count(A where x and y) > 5 and age > 5");
}

TEST(EventParser, AWindowBehindTheFilterIsPrintedFirst) {
  EXPECT_EQ(*parse("did purchase where price > 5 in last 30 days"),
            *parse("did purchase in last 30 days where price > 5"));
  EXPECT_EQ(canonical("count(purchase where price > 5 and promo = true since '2026-01-01') > 2"),
            "count(purchase since '2026-01-01' where price > 5 and promo = true) > 2");
  EXPECT_EQ(canonical("did purchase where x = 1 between '2026-01-01' and '2026-02-01'"),
            "did purchase between '2026-01-01' and '2026-02-01' where x = 1");
  // Right after a property it is the property's, as far as the text alone tells.
  EXPECT_EQ(canonical("did purchase where delivered in last 30 days"), "did purchase where delivered in last 30 days");
  EXPECT_FALSE(didIn(*parse("did purchase where delivered in last 30 days")).events.window.has_value());
}

TEST(EventParser, WordsOfEventsAreNamesElsewhere) {
  for (const char* text :
       {"did", "did = true", "count > 5", "days in (1, 2)", "distinct is null", "sum < 5 and avg < 5", "first = 'x'",
        "last in last 5 days", "min between 1 and 2", "max != 5", "hour = 5"}) {
    EXPECT_EQ(canonical(text), text);
  }
  EXPECT_EQ(canonical("did \"since\" since '2026-01-01'"), "did \"since\" since '2026-01-01'");
}

TEST(EventParser, TellsWhatIsWrong) {
  const std::string outside =
      "is about the contact; to go on about the contact, put the predicate before it in parentheses: (did purchase "
      "where promo) and …";
  const std::pair<const char*, std::string> cases[] = {
      {"did purchase where promo and did open",
       "1:30+3 a filter asks for properties of the event, and 'did' " + outside},
      {"count(a where count(b) > 1) > 1", "1:15+5 a filter asks for properties of the event, and 'count' " + outside},
      {"did a where not segment 'x'", "1:17+7 a filter asks for properties of the event, and 'segment' " + outside},
      {"did a where x or KEY = 'x'", "1:18+3 a filter asks for properties of the event, and 'KEY' " + outside},
      {"did a where bucket('x') < 5", "1:13+6 a filter asks for properties of the event, and 'bucket' " + outside},
      {"did a in last 5 days where x = 1 since '2026-01-01'",
       "1:34+18 these events have a window already, before their filter"},
      {"did a then not b within 3 days then c within 1 day",
       "1:32+4 nothing can follow 'then not': there is no event to follow"},
      {"did a not in last 3 days",
       "1:7+18 a window of events is not negated; for no event in it, write not (did … in …)"},
      {"did a then b", "1:13+1 found the end, expected a window, 'where' or 'within'"},
      {"did a then b within days", "1:21+4 found 'days', expected a whole number"},
      {"did a then b within 3 dyas",
       "1:23+4 found 'dyas', expected a unit (minute, hour, day, week, month or year); did you mean 'days'?"},
      {"sum(purchase) > 5", "1:13+1 found ')', expected 'of'"},
      {"count() > 5", "1:7+1 found ')', expected an event"},
      {"count(purchase)", "1:16+1 found the end, expected a comparison"},
      {"cuont(purchase) > 1", "1:1+5 found 'cuont', expected a predicate; did you mean 'count'?"},
      {"did purchase where product. = 5", "1:29+1 found '=', expected an attribute"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(canonical(text), message) << text;
}

// "12+3 message" for a text that is no event set; empty for one.
std::string refusalOfSet(const std::string& text) {
  const auto set = parseEventSet(text);
  if (set) return "";
  const auto at = set.error().position.value_or(SourcePosition{0, 0, 0});
  return std::to_string(at.column) + "+" + std::to_string(at.length) + " " + set.error().message;
}

TEST(EventParser, ReadsAnEventSetThatStandsAlone) {
  for (const char* text :
       {"purchase", "purchase in last 90 days", "purchase where promo or price > 5",
        "purchase in last year where promo", " purchase where promo and price > 5 in last 30 days ", "\"open mail\""}) {
    const auto set = parseEventSet(text);
    ASSERT_TRUE(set) << text << ": " << set.error().message;
    EXPECT_EQ(*set, didIn(*parse(std::string("did ") + text)).events) << text;
  }
  EXPECT_EQ(refusalOfSet(""), "1+1 found the end, expected an event");
  EXPECT_EQ(refusalOfSet("purchase where"), "15+1 found the end, expected a predicate");
  EXPECT_EQ(refusalOfSet("purchase and visit"), "10+3 found 'and', expected a window, 'where' or the end");
  EXPECT_EQ(refusalOfSet("purchase then visit within 1 day"),
            "10+4 found 'then', expected a window, 'where' or the end");
  EXPECT_EQ(refusalOfSet("purchase where promo and did visit").substr(0, 20), "26+3 a filter asks f");
  EXPECT_EQ(refusalOfSet("purchase where x = '\xff'"), "21+1 the event set is not valid UTF-8 here");
}

TEST(EventParser, PropertiesAreNoFields) {
  const auto tree = parse("(did purchase where city = 'x') and age > 5 and sum(amount of purchase) > 5");
  ASSERT_TRUE(tree);
  EXPECT_EQ(fieldsOf(*tree), std::set<std::string>{"age"});
  EXPECT_EQ(withFieldRenamed(*tree, "city", "town"), *tree);
}

}  // namespace
}  // namespace roster
