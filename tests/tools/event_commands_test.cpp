// Importing, asking about, listing, retaining and dropping events with the real program.
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kProducts =
    "sku,department,price\n"
    "b1,SPORT,80.00\n"
    "m1,GROCERY,2.50\n";

constexpr std::string_view kOrders =
    "order,customer,ordered,sku,quantity,unit_price,promo\n"
    "1,anna@example.com,2026-01-10 10:00,b1,1,80.00,true\n"
    "2,anna@example.com,2026-02-20 18:30,m1,4,2.50,false\n"
    "3,bartek@example.com,2026-02-25 09:15,m1,2,2.50,\n"
    "C4,bartek@example.com,2026-02-26 09:15,m1,-2,2.50,\n"
    "5,nobody@example.com,2026-02-26 12:00,b1,1,80.00,true\n"
    "6,celina@example.com,,b1,1,80.00,true\n"
    "7,ewa@example.com,2026-02-27 08:00,unheard,1,5.00,false\n";

class EventCommands : public SmallShop {
 protected:
  void SetUp() override {
    makeShop();
    write("products.csv", kProducts);
    write("orders.csv", kOrders);
  }

  Ran importProducts() const {
    return runRoster({"import", "catalog", shop(), path("products.csv"), "--catalog", "products", "--key", "sku"});
  }
  std::vector<std::string> importingOrders() const {
    return {"import",     "events",
            shop(),       path("orders.csv"),
            "--event",    "purchase",
            "--contact",  "customer",
            "--time",     "ordered",
            "--id",       "order",
            "--property", "quantity",
            "--property", "promo:bool",
            "--property", "sku:ref(products):product",
            "--property", "amount:decimal(2)=quantity*unit_price",
            "--where",    "order not like 'C%'"};
  }
  void makeEvents() const {
    const Ran products = importProducts();
    ASSERT_EQ(products.exit, 0) << products.notes;
    const Ran orders = runRoster(importingOrders());
    ASSERT_EQ(orders.exit, 0) << orders.notes;
  }
};

TEST_F(EventCommands, AreCountedOnceImported) {
  makeEvents();
  EXPECT_EQ(count("did purchase"), "3\n");
  EXPECT_EQ(count("count(purchase) >= 2"), "1\n");
  EXPECT_EQ(count("did purchase in last 30 days"), "3\n");
  EXPECT_EQ(count("sum(amount of purchase) > 80"), "1\n");
  EXPECT_EQ(count("did purchase where product.department = 'SPORT'"), "1\n");
  EXPECT_EQ(count("did purchase where product.price < 20 and promo = false"), "1\n");
  EXPECT_EQ(count("did purchase where product.price < 20 and not promo"), "2\n");  // one has no value
  EXPECT_EQ(count("(did purchase where promo) and city = 'Łódź'"), "1\n");
  EXPECT_EQ(count("not did purchase"), "5\n");
  EXPECT_EQ(count("last(purchase).product = 'm1'"), "2\n");
}

TEST_F(EventCommands, TellWhatBecameOfTheRows) {
  ASSERT_EQ(importProducts().exit, 0);
  const Ran imported = runRoster(importingOrders());
  EXPECT_EQ(imported.exit, 0);
  EXPECT_THAT(imported.notes, HasSubstr("7 rows read, 4 events recorded, 0 taken before, 2 rejected, 1 left out"));
  EXPECT_THAT(imported.notes, HasSubstr("line 6, column customer: no contact has the key 'nobody@example.com'"));
  EXPECT_THAT(imported.notes, HasSubstr("line 7, column ordered: the time is missing"));
}

TEST_F(EventCommands, ShowInADryRunWhatPropertiesReferTo) {
  ASSERT_EQ(importProducts().exit, 0);
  std::vector<std::string> words = importingOrders();
  words.emplace_back("--dry-run");
  EXPECT_THAT(runRoster(words).output, HasSubstr("product   ref(products)"));
  words.emplace_back("--json");
  EXPECT_THAT(runRoster(words).output, HasSubstr("\"ref(products)\""));
}

TEST_F(EventCommands, AreTakenOncePerIdAcrossFiles) {
  makeEvents();
  write("more.csv",
        "order,customer,ordered,sku,quantity,unit_price,promo\n"
        "2,anna@example.com,2026-02-20 18:30,m1,4,2.50,false\n"
        "8,anna@example.com,2026-02-28 18:30,m1,1,2.50,false\n"
        "8,anna@example.com,2026-02-28 18:30,m1,1,2.50,false\n");
  std::vector<std::string> words = importingOrders();
  words[3] = path("more.csv");
  const Ran imported = runRoster(words);
  EXPECT_EQ(imported.exit, 0);
  EXPECT_THAT(imported.notes, HasSubstr("3 rows read, 1 event recorded, 2 taken before"));
  EXPECT_EQ(count("count(purchase) = 3"), "1\n");
  EXPECT_THAT(runRoster(importingOrders()).notes, HasSubstr("this was imported already"));
}

TEST_F(EventCommands, FollowTheCatalogWhenItIsImportedAgain) {
  makeEvents();
  EXPECT_EQ(count("did purchase where product.department = 'GROCERY'"), "2\n");
  write("products.csv", "sku,department,price\nb1,GROCERY,80.00\nunheard,GROCERY,1.00\n");
  const Ran again = importProducts();
  EXPECT_THAT(again.notes, HasSubstr("2 rows read, 0 items created, 2 updated"));
  EXPECT_EQ(count("did purchase where product.department = 'GROCERY'"), "3\n");
}

TEST_F(EventCommands, AreExplainedWithWhatFiltersPassOver) {
  makeEvents();
  const std::vector<std::string> words = {"explain", shop(), "did purchase where amount > 99999"};
  EXPECT_THAT(runRoster(words).output, HasSubstr("events: 1 of 1 blocks lie within the time\n"));
  std::vector<std::string> analyzed = words;
  analyzed.emplace_back("--analyze");
  EXPECT_THAT(runRoster(analyzed).output,
              HasSubstr("events: 1 of 1 blocks lie within the time, and the filter passes over 1 of these\n"));
}

TEST_F(EventCommands, CreateContactsWhereThatIsSaid) {
  ASSERT_EQ(importProducts().exit, 0);
  std::vector<std::string> words = importingOrders();
  words.emplace_back("--create-contacts");
  const Ran imported = runRoster(words);
  EXPECT_THAT(imported.notes, HasSubstr("5 events recorded, 0 taken before, 1 contact created, 1 rejected"));
  EXPECT_EQ(count("key = 'nobody@example.com' and did purchase"), "1\n");
}

TEST_F(EventCommands, AreListedRetainedAndDropped) {
  makeEvents();
  const std::string listed = runRoster({"events", "list", shop(), "--json"}).output;
  EXPECT_EQ(textAt(listed, "/events/0/event"), "purchase");
  EXPECT_EQ(numberAt(listed, "/events/0/count"), 4U);
  EXPECT_EQ(numberAt(listed, "/events/0/withIds"), 4U);
  EXPECT_EQ(textAt(listed, "/events/0/first"), "2026-01-10T09:00:00Z");
  EXPECT_EQ(numberAt(listed, "/catalogs/0/items"), 3U);
  EXPECT_THAT(runRoster({"events", "list", shop()}).output, HasSubstr("product ref(products)"));

  const std::vector<std::string> retain = {"events", "retain", shop(),    "purchase",
                                           "9",      "days",   "--as-of", "2026-03-01"};
  std::vector<std::string> dry = retain;
  dry.emplace_back("--dry-run");
  EXPECT_THAT(runRoster(dry).notes,
              HasSubstr("would remove 1 event of 'purchase', those before 2026-02-20; 3 from that day on stay"));
  EXPECT_EQ(count("count(purchase) >= 2"), "1\n");
  const Ran retained = runRoster(retain);
  EXPECT_EQ(retained.exit, 0);
  EXPECT_EQ(count("count(purchase) >= 2"), "0\n");
  // An id may come again once its event is gone.
  std::vector<std::string> words = importingOrders();
  words.emplace_back("--again");
  EXPECT_THAT(runRoster(words).notes, HasSubstr("1 event recorded, 3 taken before"));

  ASSERT_EQ(runRoster({"segment", "save", shop(), "buyers", "did purchase"}).exit, 0);
  EXPECT_THAT(runRoster({"events", "drop", shop(), "purchase"}).notes, HasSubstr("used by the segment 'buyers'"));
  ASSERT_EQ(runRoster({"segment", "delete", shop(), "buyers"}).exit, 0);
  EXPECT_EQ(runRoster({"events", "drop", shop(), "purchase"}).exit, 0);
  EXPECT_THAT(runRoster({"count", shop(), "did purchase"}).notes, HasSubstr("unknown event 'purchase'"));
}

TEST_F(EventCommands, AreShownWithTheirContactNewestFirst) {
  makeEvents();
  const std::string json = runRoster({"contact", "show", shop(), "anna@example.com", "--json"}).output;
  EXPECT_EQ(numberAt(json, "/eventCount"), 2U);
  EXPECT_EQ(textAt(json, "/events/0/time"), "2026-02-20T17:30:00Z");
  EXPECT_EQ(textAt(json, "/events/0/properties/product"), "m1");
  EXPECT_EQ(textAt(json, "/events/1/event"), "purchase");
  const Ran one = runRoster({"contact", "show", shop(), "anna@example.com", "--events", "1"});
  EXPECT_THAT(one.output, HasSubstr("2026-02-20T17:30:00Z  purchase"));
  EXPECT_THAT(one.output, HasSubstr("amount=10.00"));
  EXPECT_THAT(one.notes, HasSubstr("the latest 1 of 2 events"));

  write("keys.txt", "anna@example.com\n");
  ASSERT_EQ(runRoster({"contacts", "erase", shop(), "--keys", path("keys.txt")}).exit, 0);
  EXPECT_EQ(count("did purchase"), "2\n");
  EXPECT_EQ(numberAt(runRoster({"events", "list", shop(), "--json"}).output, "/events/0/count"), 2U);
}

TEST_F(EventCommands, SayWhatIsMissingOrMistyped) {
  const auto notes = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"import", "events", shop(), path("orders.csv")});
    const Ran ran = runRoster(words);
    EXPECT_EQ(ran.exit, 2) << ran.notes;
    return ran.notes;
  };
  EXPECT_THAT(notes({}), HasSubstr("say which event the rows are with --event"));
  EXPECT_THAT(notes({"--event", "e"}), HasSubstr("name the column that holds the contact's key with --contact"));
  EXPECT_THAT(notes({"--event", "e", "--contact", "customer"}), HasSubstr("name the column that holds the time"));
  EXPECT_THAT(notes({"--event", "e", "--contact", "customer", "--time", "orderedd"}),
              HasSubstr("there is no column 'orderedd'; did you mean 'ordered'?"));
  EXPECT_THAT(notes({"--event", "e", "--contact", "customer", "--time", "ordered", "--property", "sku:ref(goods)"}),
              HasSubstr("unknown catalog 'goods'; import a catalog first"));
}

}  // namespace
}  // namespace roster::testing
