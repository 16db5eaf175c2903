// The contract's sentences about events, each against a contact's history. Times are local to a zone that is an hour
// east of UTC and two from 2026-03-29T01:00Z on.
#include "core/eval/naive_events.h"

#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "core/query/binder.h"

namespace roster {
namespace {

class NaiveEventsTest : public ::testing::Test {
 protected:
  NaiveEventsTest() {
    facts_.schema = EventSchema()
                        .withCatalog("products")
                        ->withAttribute("products", "department", {FieldKind::category})
                        ->withAttribute("products", "price", {FieldKind::decimal, 2})
                        ->withType("purchase")
                        ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
                        ->withProperty("purchase", "promo", {FieldKind::boolean})
                        ->withProperty("purchase", "store", {FieldKind::category})
                        ->withReference("purchase", "product", "products")
                        ->withType("cart")
                        .value();
    const FieldId department = 1;
    const FieldId price = 2;
    facts_.items[1]["milk"] = {{department, std::string("GROCERY")}, {price, std::int64_t{350}}};
    facts_.items[1]["ball"] = {{department, std::string("TOYS")}, {price, std::int64_t{2000}}};
  }

  static Instant at(const std::string& time) {
    const ParsedTime parsed = parseTime(time).value();
    return zone().toInstant(parsed.local);
  }
  static const TimeZone& zone() {
    static const TimeZone zone("test", {{0, kMillisecondsPerHour}, {1'774'746'000'000, 2 * kMillisecondsPerHour}});
    return zone;
  }

  // An event of a purchase: amount in hundredths, and the product.
  void purchase(const std::string& time, std::int64_t amount, const std::string& product = "",
                const std::string& store = "") {
    EventRecord event{1, at(time), {{FieldId{1}, amount}}};
    if (!product.empty()) event.values[4] = product;
    if (!store.empty()) event.values[3] = store;
    contact_.events.push_back(std::move(event));
  }
  void cart(const std::string& time) { contact_.events.push_back({2, at(time), {}}); }

  bool holds(const std::string& text, const std::string& now = "2026-04-01T12:00:00") {
    const auto bound = bindText(text, {schema_, segments_, zone(), at(now), &facts_.schema});
    EXPECT_TRUE(bound) << text << ": " << bound.error().message;
    return bound && matches(*bound, contact_, schema_, zone(), facts_);
  }

  EventFacts facts_;
  Schema schema_;
  SegmentCatalog segments_;
  ContactRecord contact_{1, "c1", {}, {}, {}};
};

TEST_F(NaiveEventsTest, OfNoEventTotalsAreZeroAndTheRestIsFalse) {
  for (const char* text :
       {"not did purchase", "count(purchase) = 0", "days(purchase) < 1", "distinct(store of purchase) = 0",
        "sum(amount of purchase) = 0", "not (avg(amount of purchase) < 1)", "not (min(amount of purchase) < 1)",
        "not (max(amount of purchase) < 1)", "not (first(purchase) <= now)", "not (last(purchase).store is null)",
        "not (did cart then not purchase within 1 day)"}) {
    EXPECT_TRUE(holds(text)) << text;
  }
}

TEST_F(NaiveEventsTest, AWindowEndsAtNowAndBeginsBehindItsEdge) {
  purchase("2026-03-02T12:00:00", 100);
  EXPECT_FALSE(holds("did purchase in last 30 days", "2026-04-01T13:00:00")) << "720 hours before, on the edge";
  EXPECT_TRUE(holds("did purchase in last 30 days", "2026-04-01T12:59:59.999"));
  EXPECT_TRUE(holds("did purchase", "2026-03-02T12:00:00")) << "at now it is seen";
  EXPECT_FALSE(holds("did purchase", "2026-03-02T11:59:59.999")) << "as of before it is not";
}

TEST_F(NaiveEventsTest, AggregatesAreExact) {
  purchase("2026-03-01T23:30:00", 100);
  purchase("2026-03-02T00:30:00", 201);
  purchase("2026-03-02T10:00:00", 201);
  EXPECT_TRUE(holds("count(purchase) = 3 and days(purchase) = 2"));
  EXPECT_TRUE(holds("sum(amount of purchase) = 5.02"));
  EXPECT_TRUE(holds("avg(amount of purchase) > 1.67 and avg(amount of purchase) < 1.68")) << "it is 1.67333…";
  EXPECT_FALSE(holds("avg(amount of purchase) = 1.67 or avg(amount of purchase) between 1.68 and 9"));
  EXPECT_TRUE(holds("avg(amount of purchase) between 1.67 and 1.68 and avg(amount of purchase) != 1.67"));
  EXPECT_TRUE(holds("min(amount of purchase) = 1 and max(amount of purchase) = 2.01"));
  EXPECT_TRUE(holds("distinct(amount of purchase) = 2"));
}

TEST_F(NaiveEventsTest, AveragesBelowZeroLieBetweenTheirNeighbours) {
  purchase("2026-03-01T10:00:00", -100);
  purchase("2026-03-01T11:00:00", -101);
  EXPECT_TRUE(holds("avg(amount of purchase) > -1.01 and avg(amount of purchase) < -1"));
  EXPECT_FALSE(holds("avg(amount of purchase) in (-1.01, -1)"));
}

TEST_F(NaiveEventsTest, AveragesAreFinerThanTheirProperty) {
  for (const std::int64_t amount : {200, 200, 201}) purchase("2026-03-01T10:00:00", amount);
  EXPECT_TRUE(holds("avg(amount of purchase) > 2.003 and avg(amount of purchase) < 2.0034"));
  EXPECT_TRUE(holds("avg(amount of purchase) between 2.00333333333333333333 and 2.00333333333333333334"));
  EXPECT_FALSE(holds("avg(amount of purchase) in (2.00333333333333333333, 2.00333333333333333334)"));
  purchase("2026-03-01T10:00:00", 201);
  EXPECT_TRUE(holds("avg(amount of purchase) = 2.005 and not (avg(amount of purchase) > 2.005)"));
}

TEST_F(NaiveEventsTest, SumsAndAveragesOutgrow64Bits) {
  for (int i = 0; i < 2; ++i) purchase("2026-03-01T10:00:00", std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(holds("sum(amount of purchase) = 184467440737095516.14"));
  EXPECT_TRUE(holds("sum(amount of purchase) > 92233720368547758.07"));
  EXPECT_FALSE(holds("sum(amount of purchase) > 184467440737095516.14"));
  EXPECT_FALSE(holds("sum(amount of purchase) = 92233720368547758.07"));
  EXPECT_TRUE(holds("sum(amount of purchase) < 1" + std::string(60, '0')));
  EXPECT_TRUE(
      holds("avg(amount of purchase) = 92233720368547758.07 and avg(amount of purchase) > 92233720368547758.069"));
  EXPECT_FALSE(holds("avg(amount of purchase) > 92233720368547758.07"));
  EXPECT_TRUE(holds("max(amount of purchase) < 92233720368547758.08"));
}

TEST_F(NaiveEventsTest, FiltersSeeTheTimeAndTheItem) {
  purchase("2026-03-01T18:30:00", 100, "milk");  // a Sunday
  EXPECT_TRUE(holds("did purchase where weekday = 'sun' and hour = 18 and day_of_month = 1 and month = 3"));
  EXPECT_TRUE(holds("did purchase where product.department = 'GROCERY' and product.price < 20"));
  EXPECT_TRUE(holds("did purchase where amount < product.price"));
  EXPECT_FALSE(holds("did purchase where product.department = 'TOYS' or store = 'x'"));
  EXPECT_TRUE(holds("did purchase where store is null and not (store = 'x')"));
  facts_.items.clear();
  EXPECT_FALSE(holds("did purchase where product.department = 'GROCERY'")) << "the item is missing";
  EXPECT_TRUE(holds("did purchase where product = 'milk' and product.department is null")) << "the reference is kept";
}

TEST_F(NaiveEventsTest, OfOneInstantTheOneRecordedLastIsFirstAndLast) {
  purchase("2026-03-01T10:00:00", 100, "", "a");
  purchase("2026-03-01T10:00:00", 100, "", "b");
  EXPECT_TRUE(holds("last(purchase).store = 'b' and first(purchase).store = 'b'"));
  purchase("2026-02-01T10:00:00", 100, "", "late");  // recorded last, and the first by time
  EXPECT_TRUE(holds("first(purchase).store = 'late' and last(purchase).store = 'b'"));
  EXPECT_TRUE(holds("first(purchase) < '2026-03-01' and last(purchase) = '2026-03-01'"));
  EXPECT_TRUE(holds("last(purchase where store = 'a').store = 'a'"));
}

TEST_F(NaiveEventsTest, SequencesFollowStrictlyAndWithinTheTime) {
  cart("2026-03-01T10:00:00");
  purchase("2026-03-01T10:00:00", 100);
  EXPECT_FALSE(holds("did cart then purchase within 3 days")) << "not strictly later";
  purchase("2026-03-04T10:00:00", 100);
  EXPECT_TRUE(holds("did cart then purchase within 3 days")) << "on the edge";
  EXPECT_FALSE(holds("did cart then purchase within 71 hours"));
  EXPECT_FALSE(holds("did cart then not purchase within 3 days"));
  EXPECT_TRUE(holds("did cart then not purchase within 71 hours"));
  EXPECT_FALSE(holds("did cart then not purchase within 71 hours", "2026-03-04T08:59:59.999")) << "not passed yet";
  EXPECT_TRUE(holds("did cart then not purchase within 71 hours", "2026-03-04T09:00:00"));
  cart("2026-03-05T10:00:00");
  EXPECT_TRUE(holds("did cart then not purchase within 3 days")) << "some cart is enough";
  EXPECT_TRUE(holds("did cart then purchase within 3 days then cart within 1 day"));
  EXPECT_FALSE(holds("did purchase then cart within 1 day then purchase within 1 year"));
}

TEST_F(NaiveEventsTest, MonthsStepTheCalendarThroughTheChangeOfTheClock) {
  cart("2026-02-28T10:00:00");
  purchase("2026-03-31T10:00:00", 100);
  EXPECT_FALSE(holds("did cart then purchase within 1 month"));
  cart("2026-03-01T11:00:00");
  purchase("2026-04-01T11:00:00", 100);
  EXPECT_TRUE(holds("did cart then purchase within 1 month")) << "11 by the clock on both days";
  EXPECT_TRUE(holds("did cart where day_of_month = 1 then purchase where month = 4 within 743 hours"));
  EXPECT_FALSE(holds("did cart where day_of_month = 1 then purchase where month = 4 within 742 hours"));
}

}  // namespace
}  // namespace roster
