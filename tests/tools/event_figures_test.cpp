// breakdown and stats over what contacts did, with the real program.
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;

// The fifth was at half past midnight in Warsaw, and still in January in UTC; the last has no amount.
constexpr std::string_view kPurchases =
    "customer,ordered,sku,amount\n"
    "anna@example.com,2026-01-10 10:00,b1,80.00\n"
    "anna@example.com,2026-02-20 18:30,m1,10.00\n"
    "bartek@example.com,2026-02-25 09:15,m1,5.00\n"
    "bartek@example.com,2026-02-26 09:15,m1,-5.00\n"
    "ewa@example.com,2026-02-01 00:30,unheard,7.50\n"
    "celina@example.com,2026-02-27 08:00,b1,\n";

class EventFigures : public SmallShop {
 protected:
  void SetUp() override {
    makeShop();
    write("goods.csv", "sku,department\nb1,SPORT\nm1,GROCERY\n");
    write("purchases.csv", kPurchases);
    const Ran goods =
        runRoster({"import", "catalog", shop(), path("goods.csv"), "--catalog", "products", "--key", "sku"});
    ASSERT_EQ(goods.exit, 0) << goods.notes;
    const Ran purchases =
        runRoster({"import", "events", shop(), path("purchases.csv"), "--event", "purchase", "--contact", "customer",
                   "--time", "ordered", "--property", "amount:decimal(2)", "--property", "sku:ref(products):product"});
    ASSERT_EQ(purchases.exit, 0) << purchases.notes;
  }

  Ran ask(const std::string& command, const std::string& predicate, std::vector<std::string> words) const {
    words.insert(words.begin(), {command, shop(), predicate});
    words.insert(words.end(), {"--as-of", "2026-03-01"});
    return runRoster(words);
  }
};

TEST_F(EventFigures, BreakdownTellsEventsContactsAndTheSum) {
  const Ran months = ask("breakdown", "true", {"--of", "purchase", "--by", "time:month", "--sum", "amount"});
  EXPECT_EQ(months.exit, 0) << months.notes;
  EXPECT_EQ(months.output,
            "time     events  contacts  amount  share\n"
            "2026-01       1         1   80.00  82.1%\n"
            "2026-02       5         4   17.50  17.9%\n");
  EXPECT_EQ(months.notes, "6 events of 4 contacts, of 8 in the audience; amount 97.50\n");

  const Ran departments = ask("breakdown", "true", {"--of", "purchase", "--by", "product.department"});
  EXPECT_EQ(departments.output,
            "product.department  events  contacts  share\n"
            "GROCERY                  3         2  50.0%\n"
            "SPORT                    2         2  33.3%\n"
            "(no value)               1         1  16.7%\n");
  EXPECT_EQ(departments.notes, "6 events of 4 contacts, of 8 in the audience\n");

  const Ran top =
      ask("breakdown", "city = 'Łódź' or city = 'Gdańsk'",
          {"--of", "purchase where amount > 0 in last 60 days", "--by", "product", "--sum", "amount", "--top", "2"});
  EXPECT_EQ(top.output,
            "product  events  contacts  amount  share\n"
            "b1            1         1   80.00  82.1%\n"
            "m1            1         1   10.00  10.3%\n");
  EXPECT_EQ(top.notes, "… and 1 more group\n3 events of 2 contacts, of 4 in the audience; amount 97.50\n");
}

TEST_F(EventFigures, BreakdownByTwoIsAGridOfTheSumOrTheEvents) {
  const Ran events = ask("breakdown", "true", {"--of", "purchase", "--by", "contact.city,time:month"});
  EXPECT_EQ(events.output,
            "contact.city \\ time  2026-01  2026-02\n"
            "Gdańsk                     ·        1\n"
            "Kraków                     ·        2\n"
            "Łódź                       1        2\n");
  const Ran sums =
      ask("breakdown", "true", {"--of", "purchase", "--by", "contact.city,weekday", "--sum", "amount", "--top", "2"});
  EXPECT_EQ(sums.output,
            "contact.city \\ weekday    sat    fri\n"
            "Łódź                    80.00  10.00\n"
            "Gdańsk                      ·      ·\n");
  EXPECT_THAT(sums.notes, HasSubstr("… and 1 more row and 3 more columns\n"));
}

TEST_F(EventFigures, BreakdownAsJsonHasTheTotals) {
  const std::string json =
      ask("breakdown", "true", {"--of", "purchase", "--by", "contact.tags", "--sum", "amount", "--json"}).output;
  EXPECT_EQ(numberAt(json, "/audience"), 8U);
  EXPECT_EQ(numberAt(json, "/events"), 6U);
  EXPECT_EQ(numberAt(json, "/contacts"), 4U);
  EXPECT_EQ(parsed(json).at_pointer("/sum").get_double().value(), 97.5);
  EXPECT_EQ(textAt(json, "/groups/0/values/contact.tags"), "vip");
  EXPECT_EQ(numberAt(json, "/groups/0/events"), 3U) << "an event counts under every tag of its contact";
  EXPECT_EQ(numberAt(json, "/groups/1/contacts"), 2U);
  EXPECT_NEAR(parsed(json).at_pointer("/groups/0/share").get_double().value(), 1.0, 1e-9);
  EXPECT_TRUE(parsed(json).at_pointer("/groups/2/values/contact.tags").is_null());
  EXPECT_EQ(numberAt(json, "/groupCount"), 3U);
}

TEST_F(EventFigures, StatsAreOfEventsOrOfContacts) {
  const Ran events = ask("stats", "true", {"amount", "--of", "purchase"});
  EXPECT_EQ(events.exit, 0) << events.notes;
  EXPECT_EQ(events.output,
            "count            5\n"
            "missing          1\n"
            "sum          97.50\n"
            "mean     19.500000\n"
            "min          -5.00\n"
            "1%           -5.00\n"
            "5%           -5.00\n"
            "25%           5.00\n"
            "50%           7.50\n"
            "75%          10.00\n"
            "95%          80.00\n"
            "99%          80.00\n"
            "max          80.00\n");
  const std::string contacts = ask("stats", "true", {"amount", "--of", "purchase", "--per-contact", "--json"}).output;
  EXPECT_EQ(textAt(contacts, "/field"), "amount");
  EXPECT_EQ(numberAt(contacts, "/audience"), 8U);
  EXPECT_EQ(numberAt(contacts, "/count"), 4U);
  EXPECT_EQ(numberAt(contacts, "/missing"), 4U);
  EXPECT_EQ(parsed(contacts).at_pointer("/max").get_double().value(), 90.0);
  EXPECT_EQ(parsed(contacts).at_pointer("/percentiles/50").get_double().value(), 0.0);
  const std::string times =
      ask("stats", "city = 'Łódź'", {"time", "--of", "purchase where product.department = 'SPORT'", "--json"}).output;
  EXPECT_EQ(textAt(times, "/min"), "2026-01-10T09:00:00Z");
  EXPECT_EQ(textAt(times, "/max"), "2026-02-27T07:00:00Z");
  EXPECT_TRUE(parsed(times).at_pointer("/sum").is_null());
}

TEST_F(EventFigures, WhatIsMistypedIsShownWhereItStands) {
  const auto refusal = [&](const std::string& command, std::vector<std::string> words) {
    const Ran ran = ask(command, "true", std::move(words));
    EXPECT_EQ(ran.exit, 2) << ran.notes;
    return ran.notes;
  };
  EXPECT_EQ(refusal("breakdown", {"--of", "purchase where amonut > 5", "--by", "hour"}),
            "1:16: unknown property 'amonut'; did you mean 'amount'?\n  purchase where amonut > 5\n"
            "                 ^~~~~~\n");
  EXPECT_THAT(refusal("breakdown", {"--of", "purchases", "--by", "hour"}), HasSubstr("did you mean 'purchase'?"));
  EXPECT_THAT(refusal("breakdown", {"--of", "purchase", "--by", "huor"}), HasSubstr("did you mean 'hour'?"));
  EXPECT_THAT(refusal("breakdown", {"--of", "purchase", "--by", "hour", "--sum", "product"}),
              HasSubstr("'product' is a category; sums are of integers and decimals"));
  EXPECT_THAT(refusal("breakdown", {"--by", "city", "--sum", "amount"}), HasSubstr("say which ones by --of"));
  EXPECT_THAT(refusal("stats", {"product", "--of", "purchase"}), HasSubstr("statistics are of numbers and times"));
  EXPECT_THAT(refusal("stats", {"amont", "--of", "purchase"}), HasSubstr("did you mean 'amount'?"));
  EXPECT_THAT(refusal("stats", {"amount", "--of", "purchase then purchase within 1 day"}),
              HasSubstr("1:10: found 'then', expected a window, 'where' or the end"));
  EXPECT_THAT(refusal("stats", {"--of", "ltv", "--per-contact"}), HasSubstr("name it before --of"));
}

}  // namespace
}  // namespace roster::testing
