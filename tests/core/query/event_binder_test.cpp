// What predicates about events are bound to, and how they are refused.
#include <gtest/gtest.h>
#include <string>

#include "core/query/bind_event.h"
#include "core/query/binder.h"
#include "core/query/bound_text.h"
#include "core/query/parser.h"
#include "core/query/rewrite/rewrite.h"

namespace roster {
namespace {

class EventBinder : public ::testing::Test {
 protected:
  EventBinder() {
    events_ = EventSchema()
                  .withCatalog("products")
                  ->withAttribute("products", "department", {FieldKind::category})
                  ->withAttribute("products", "price", {FieldKind::decimal, 2})
                  ->withType("purchase")
                  ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
                  ->withProperty("purchase", "promo", {FieldKind::boolean})
                  ->withProperty("purchase", "paid", {FieldKind::timestamp})
                  ->withReference("purchase", "product", "products")
                  ->withType("visit")
                  .value();
    schema_ = Schema().withField("city", {FieldKind::category}).value();
  }

  Result<Bound> bind(const std::string& text) { return bindText(text, {schema_, segments_, zone_, kNow, &events_}); }
  std::string bound(const std::string& text) {
    const auto bound = bind(text);
    return bound ? boundText(*bound, schema_, &events_) : bound.error().message;
  }
  std::string refusal(const std::string& text) {
    const auto bound = bind(text);
    if (bound) return "bound: " + boundText(*bound, schema_, &events_);
    return bound.error().position ? std::to_string(bound.error().position->column) + " " + bound.error().message
                                  : bound.error().message;
  }

  static constexpr Instant kNow = 1'772'366'400'000;                 // 2026-03-01T12:00Z
  TimeZone zone_ = TimeZone("winter", {{0, kMillisecondsPerHour}});  // an hour east
  EventSchema events_;
  Schema schema_;
  SegmentCatalog segments_;
};

TEST_F(EventBinder, SetsHaveTimesAndAFilter) {
  EXPECT_EQ(bound("did visit"), "did(visit in {..2026-03-01T12:00:00Z})");
  EXPECT_EQ(bound("did visit in last 2 days"), "did(visit in {2026-02-27T12:00:00.001Z..2026-03-01T12:00:00Z})");
  EXPECT_EQ(bound("did visit since '2026-02-01'"), "did(visit in {2026-01-31T23:00:00Z..2026-03-01T12:00:00Z})");
  EXPECT_EQ(bound("did visit today"), "did(visit in {2026-02-28T23:00:00Z..2026-03-01T12:00:00Z})");
  EXPECT_EQ(bound("did purchase where amount > 5 and not promo and hour >= 18"),
            "did(purchase in {..2026-03-01T12:00:00Z} where and(amount in {5.01..}, not(promo in {'true'}), "
            "hour in {18..}))");
  EXPECT_EQ(bound("did purchase where product.department = 'TOYS' and product.price < 20"),
            "did(purchase in {..2026-03-01T12:00:00Z} where and(product.department in {'TOYS'}, "
            "product.price in {..19.99}))");
}

TEST_F(EventBinder, AWindowBehindAPropertyThatIsNoTimeIsTheSets) {
  EXPECT_EQ(bound("did purchase where amount > 5 and promo in last 1 day"),
            bound("did purchase in last 1 day where amount > 5 and promo"));
  EXPECT_EQ(bound("did purchase where promo since '2026-02-01'"), bound("did purchase since '2026-02-01' where promo"));
  EXPECT_EQ(bound("did purchase where paid in last 1 day"),
            "did(purchase in {..2026-03-01T12:00:00Z} where paid in "
            "{2026-02-28T12:00:00.001Z..2026-03-01T12:00:00Z})");
  EXPECT_EQ(bound("did purchase where amount between 5 and 6"),
            "did(purchase in {..2026-03-01T12:00:00Z} where amount in {5.00..6.00})");
}

// The window belongs to the set, so that a `not` before the property does not reach it.
TEST_F(EventBinder, AWindowOfTheSetEndsTheFilterOutsideOfParentheses) {
  EXPECT_EQ(bound("did purchase where not promo in last 1 day"), bound("did purchase in last 1 day where not promo"));
  EXPECT_EQ(bound("did purchase where (amount > 5 or hour = 3) and not not promo in last 1 day"),
            bound("did purchase in last 1 day where (amount > 5 or hour = 3) and not not promo"));
  EXPECT_EQ(bound("did purchase where (promo) in last 1 day"), bound("did purchase in last 1 day where promo"));
  EXPECT_EQ(bound("count(purchase where amount > 5 or promo in last 1 day) > 1"),
            bound("count(purchase in last 1 day where amount > 5 or promo) > 1"));

  const std::string notHere =
      " bool property 'promo' does not take a window of time; a window of the events stands before 'where', or ends "
      "the "
      "filter outside of parentheses";
  EXPECT_EQ(refusal("did purchase where promo in last 1 day and amount > 5"), "26" + notHere);
  EXPECT_EQ(refusal("did purchase where (amount > 5 or promo in last 1 day)"), "41" + notHere);
  EXPECT_EQ(refusal("did purchase where amount > 5 and (hour = 3 and promo in last 1 day)"), "55" + notHere);
  EXPECT_EQ(refusal("did purchase where not (promo in last 1 day)"), "31" + notHere);
  EXPECT_EQ(refusal("did purchase where at least 1 of (promo in last 1 day)"), "41" + notHere);
  EXPECT_EQ(refusal("did purchase where promo between '2026-01-01' and '2026-02-01' and hour = 3").substr(0, 90),
            "26 bool property 'promo' does not take 'between'; a window of the events stands before 'wh");
  EXPECT_EQ(refusal("last(purchase).promo in last 1 day"),
            "22 bool property 'promo' does not take a window of time; it stands alone or takes =, != and is null");
  EXPECT_EQ(bound("did purchase where (hour = 3 or paid in last 1 day) and paid today and promo").substr(0, 4), "did(");

  EXPECT_EQ(
      refusal("did purchase where promo not in last 1 day"),
      "26 'promo' is no time, and a window of events is not negated; for no event in it, write not (did purchase in "
      "…)");
  EXPECT_EQ(refusal("did purchase where promo not between '2026-01-01' and '2026-02-01'").substr(0, 22),
            "26 'promo' is no time,");
  EXPECT_EQ(bound("did purchase where paid not in last 1 day").substr(0, 4), "did(");
}

TEST_F(EventBinder, ANameInQuotesIsOneName) {
  EXPECT_EQ(bound("did purchase where \"product\".\"price\" > 1"), bound("did purchase where product.price > 1"));
  EXPECT_EQ(
      refusal("did purchase where \"product.price\" > 1"),
      "20 unknown property 'product.price'; what is in quotes is one name: quote a property and its attribute apart");
  EXPECT_EQ(refusal("sum(\"product.price\" of purchase) > 1").substr(0, 36), "5 unknown property 'product.price'; ");
  EXPECT_EQ(refusal("did purchase where amount < \"product.price\"").substr(0, 37),
            "29 unknown property 'product.price'; ");
}

TEST_F(EventBinder, AggregatesAreIntervals) {
  EXPECT_EQ(bound("count(visit) >= 3"), "count(visit in {..2026-03-01T12:00:00Z}) in {3..}");
  EXPECT_EQ(bound("count(visit) != 3"), "count(visit in {..2026-03-01T12:00:00Z}) in {0..2, 4..}");
  EXPECT_EQ(bound("days(visit) between 1 and 3"), "days(visit in {..2026-03-01T12:00:00Z}) in {1..3}");
  EXPECT_EQ(bound("distinct(product.department of purchase) in (2, 5)"),
            "distinct(product.department of purchase in {..2026-03-01T12:00:00Z}) in {2, 5}");
  EXPECT_EQ(bound("sum(amount of purchase) > 500"),
            "sum(amount of purchase in {..2026-03-01T12:00:00Z}) in {500.01..}");
  EXPECT_EQ(bound("avg(amount of purchase) > 12.50"),
            "avg(amount of purchase in {..2026-03-01T12:00:00Z}) in {>12.5..}");
  EXPECT_EQ(bound("avg(amount of purchase) not in (12.50, -1)"),
            "avg(amount of purchase in {..2026-03-01T12:00:00Z}) in {..<-1, >-1..<12.5, >12.5..}");
  EXPECT_EQ(bound("avg(amount of purchase) between 2 and 12.505 "),
            "avg(amount of purchase in {..2026-03-01T12:00:00Z}) in {2..12.505}");
  EXPECT_EQ(bound("avg(amount of purchase) = 12.50"), "avg(amount of purchase in {..2026-03-01T12:00:00Z}) in {12.5}");
}

// What no number of the property reaches is compared with like any other.
TEST_F(EventBinder, AmountsBeyond64BitsAreCompared) {
  const std::string beyond = "1" + std::string(60, '0');
  EXPECT_EQ(bound("sum(amount of purchase) > 184467440737095516.15"),
            "sum(amount of purchase in {..2026-03-01T12:00:00Z}) in {184467440737095516.16..}");
  EXPECT_EQ(bound("max(amount of purchase) < " + beyond),
            "max(amount of purchase in {..2026-03-01T12:00:00Z}) in {..}");
  EXPECT_EQ(bound("max(amount of purchase) != " + beyond), bound("max(amount of purchase) < " + beyond));
  EXPECT_EQ(bound("min(amount of purchase) > " + beyond), "min(amount of purchase in {..2026-03-01T12:00:00Z}) in {}");
  EXPECT_EQ(bound("min(amount of purchase) in (5, -" + beyond + ")"), bound("min(amount of purchase) = 5"));
  EXPECT_EQ(bound("min(amount of purchase) not between 5 and " + beyond), bound("min(amount of purchase) < 5"));
  EXPECT_TRUE(bind("avg(amount of purchase) > " + beyond));
  EXPECT_EQ(refusal("sum(amount of purchase) > '1'"),
            "27 cannot compare sum(amount of purchase), a number, with string '1'");
  EXPECT_EQ(refusal("sum(amount of purchase) > 1.234"),
            "27 1.234 has 3 fraction digits; sum(amount of purchase) has 2");
  EXPECT_EQ(refusal("avg(hour of purchase) > 1.0000000000000000000"),
            "25 1.0000000000000000000 has 19 fraction digits; avg(hour of purchase) has 18");
}

TEST_F(EventBinder, EndsAndSequences) {
  EXPECT_EQ(bound("last(visit) <= now - 1 day"),
            "last(visit in {..2026-03-01T12:00:00Z}, time in {..2026-02-28T12:00:00Z})");
  EXPECT_EQ(bound("first(purchase).promo"), "first(purchase in {..2026-03-01T12:00:00Z}, promo in {'true'})");
  EXPECT_EQ(bound("last(purchase).product.price is null"),
            "last(purchase in {..2026-03-01T12:00:00Z}, not(present(product.price)))");
  EXPECT_EQ(bound("did visit then purchase within 3 days then not visit within 2 months"),
            "did(visit in {..2026-03-01T12:00:00Z} then purchase in {..2026-03-01T12:00:00Z} within 259200000 ms then "
            "not visit in {..2026-03-01T12:00:00Z} within 2 months)");
}

TEST_F(EventBinder, RefusesWithThePlaceAndAWayOut) {
  EXPECT_EQ(refusal("did purchse"), "5 unknown event 'purchse'; did you mean 'purchase'?");
  EXPECT_EQ(refusal("did purchase where amont > 5"), "20 unknown property 'amont'; did you mean 'amount'?");
  EXPECT_EQ(refusal("did purchase where product.pric > 5"),
            "20 unknown property 'product.pric'; did you mean 'product.price'?");
  EXPECT_EQ(refusal("did visit in next 7 days"), "11 events lie in the past; a window of what is to come has none");
  EXPECT_EQ(refusal("first(visit) in next week"), "14 events lie in the past; a window of what is to come has none");
  EXPECT_EQ(refusal("did purchase in last 1 day where promo in last 2 days").substr(0, 31),
            "40 'purchase' has two windows; ");
  EXPECT_EQ(refusal("sum(promo of purchase) > 1"), "5 bool property 'promo' has no sum; integers and decimals have");
  EXPECT_EQ(refusal("count(visit) > 1.5"), "16 1.5 is not a whole number, which count(visit) is");
}

TEST_F(EventBinder, MessagesCallThingsByWhatTheyAre) {
  EXPECT_EQ(refusal("did purchase where amount = 'x'"),
            "29 cannot compare decimal(2) property 'amount' with string 'x'");
  EXPECT_EQ(refusal("did purchase where size(promo) > 1"), "25 bool property 'promo' has no size; only a set has");
  EXPECT_EQ(
      refusal("did purchase where hour = promo"),
      "27 cannot compare integer property 'hour' with bool property 'promo'; two numeric or two time properties can "
      "be");
  EXPECT_EQ(refusal("distinct(product.department of purchase) > 'x'"),
            "44 cannot compare distinct(product.department of purchase), a whole number, with string 'x'");
  // The time of events has no name: neither `time` nor a property is one for it.
  for (const char* name : {"time", "paid", "visit", "\".time\""}) {
    EXPECT_EQ(refusal(std::string("last(visit) > ") + name),
              "15 last(visit) is compared with times only, such as '2026-01-31' or now - 3 days");
  }
  EXPECT_EQ(refusal("first(visit) is null"),
            "14 first(visit) does not take 'is null'; whether there is an event, did … and not (did …) ask");
  EXPECT_EQ(refusal("first(visit) is not null").substr(0, 30), "14 first(visit) does not take ");
  EXPECT_EQ(refusal("last(visit) > 5"), "15 cannot compare last(visit) with number 5");
  EXPECT_EQ(refusal("last(visit) like 'x'"),
            "13 last(visit) does not take 'like'; it takes =, !=, <, <=, >, >=, between, in and windows");
  EXPECT_EQ(refusal("did purchase since 5"), "20 cannot compare the time of 'purchase' with number 5");
  EXPECT_EQ(refusal("did purchase where promo between 1 and 3"),
            "34 cannot compare the time of 'purchase' with number 1");
  EXPECT_EQ(refusal("did purchase since 'x'"),
            "20 'x' is neither a day nor a time, as the time of 'purchase' needs; write it as '2026-01-31' or "
            "'2026-01-31T12:30:00'");
}

TEST_F(EventBinder, AFilterThatAsksForAFieldIsToldToEndBefore) {
  EXPECT_EQ(
      refusal("did purchase where promo and city = 'x'"),
      "30 unknown property 'city'; 'city' is a field of the contact, and a filter asks for properties of the event: "
      "to go on about the contact, put the predicate before it in parentheses: (did purchase where promo) and city …");
  EXPECT_EQ(refusal("last(purchase).city = 'x'"), "16 unknown property 'city'");
}

TEST_F(EventBinder, AStepTakesTenThousandYearsInAnyUnit) {
  const std::pair<const char*, const char*> most[] = {{"10000", "years"},    {"120000", "months"},
                                                      {"521775", "weeks"},   {"3652425", "days"},
                                                      {"87658200", "hours"}, {"5259492000", "minutes"}};
  for (const auto& [amount, unit] : most) {
    const std::string refused = std::string("29 a step takes at most ") + amount + " " + unit;
    const std::string more = std::to_string(std::stoll(amount) + 1);
    EXPECT_TRUE(bind(std::string("did visit then visit within ") + amount + " " + unit)) << unit;
    EXPECT_EQ(refusal("did visit then visit within " + more + " " + unit), refused);
    EXPECT_EQ(refusal(std::string("did visit then visit within 9223372036854775807 ") + unit), refused);
  }
}

// The parts of filters, and the steps of sequences, are parts of the predicate, wherever a segment has them.
TEST_F(EventBinder, PartsOfFiltersCountTogether) {
  std::string leaves = "promo";
  for (int i = 0; i < 60'000; ++i) leaves += ",promo";
  std::string steps = "did visit";
  for (int i = 0; i < 20'000; ++i) steps += " then visit within 1 day";
  segments_["filter"] = {"did purchase where at least 1 of (" + leaves + ")", 0, 0, ""};
  segments_["steps"] = {steps, 0, 0, ""};
  const std::string filters = "segment 'filter' and segment 'filter' and segment 'filter' and segment 'steps'";
  EXPECT_TRUE(bind(filters + " and segment 'steps' and segment 'steps'"));
  const auto bound = bind(filters + " and segment 'steps' and segment 'steps' and segment 'steps'");
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::resourceExhausted);
}

// Rules that meet many operands know them by their texts, in which events have no names.
TEST_F(EventBinder, WhatHasNoNameIsShownByItsNumber) {
  const auto nameless = [&](const std::string& text) { return boundText(bind(text).value(), schema_); };
  EXPECT_EQ(nameless("did visit"), "did(#2 in {..2026-03-01T12:00:00Z})");
  EXPECT_EQ(nameless("sum(amount of purchase where promo) > 0"),
            "sum(#1 of #1 in {..2026-03-01T12:00:00Z} where #2 in {'true'}) in {1..}");
  EXPECT_NE(nameless("max(product.price of purchase) > 0"), nameless("max(amount of purchase) > 0"));
  EXPECT_NE(nameless("distinct(hour of purchase) > 1"), nameless("distinct(month of purchase) > 1"));

  std::string many = "distinct(promo of purchase) > 1 or distinct(paid of purchase) > 1";
  for (int i = 0; i < 20; ++i) many += " or count(visit) > " + std::to_string(i + 1);
  EXPECT_EQ(std::get<BoundOr>(rewrite(bind(many).value(), schema_).node).operands.size(), 22U);
}

TEST_F(EventBinder, AnEventSetStandsAlone) {
  const BindContext context{schema_, segments_, zone_, kNow, &events_};
  for (const char* text : {"visit", "purchase in last 2 days where promo",
                           "purchase where amount > 5 since '2026-01-01'", "purchase where promo in last 1 day"}) {
    const auto set = bindEventSet(parseEventSet(text).value(), context);
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_EQ(*set, std::get<BoundDid>(bind(std::string("did ") + text)->node).events) << text;
  }
  const auto unknown = bindEventSet(parseEventSet("purchase where prmo").value(), context);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "unknown property 'prmo'; did you mean 'promo'?");
  EXPECT_EQ(unknown.error().position->column, 16U);
}

TEST_F(EventBinder, WithoutEventsEveryNameIsUnknown) {
  const auto bound = bindText("did purchase", {schema_, segments_, zone_, 0});
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, ErrorCode::notFound);
  EXPECT_EQ(bound.error().message, "unknown event 'purchase'");
}

}  // namespace
}  // namespace roster
