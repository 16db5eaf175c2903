// The households of Complete Journey, from four files of different shape, in one database: each count is compared with
// what plain lines of the files say.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "core/data/consistency.h"
#include "core/eval/query.h"
#include "index/engine/audience.h"
#include "index/io/byte_source.h"
#include "index/io/importer.h"
#include "index/store/memory_store.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/real_data.h"

namespace roster {
namespace {

using Households = std::set<std::string>;
using Cells = std::vector<std::string>;

// The cells of a line whose quoted cells hold no quotes.
Cells cellsOf(std::string_view line) {
  Cells cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) cells.emplace_back();
    else cells.back().push_back(c);
  }
  return cells;
}

// The rows of a file below its header.
std::vector<Cells> rowsOf(const std::string& path) {
  ByteSource source = ByteSource::open(path).value();
  std::string text;
  std::string piece(1 << 20, '\0');
  while (const std::size_t size = source.read(piece.data(), piece.size()).value()) text.append(piece, 0, size);
  std::vector<Cells> rows;
  for (std::size_t begin = text.find('\n') + 1; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    rows.push_back(cellsOf(std::string_view(text).substr(begin, end - begin)));
    begin = end + 1;
  }
  return rows;
}

class CompleteJourneyTest : public ::testing::Test {
 protected:
  CompleteJourneyTest() {
    auto store = makeMemoryStore();
    StoreBatch first;
    EXPECT_TRUE(Database::writeEmpty(TimeZone(), first));
    EXPECT_TRUE(store->write(first, Durability::synced));
    database_ = Database::openStore(std::move(store), Access::write, host_).value();
  }

  // Imports columns of a file and gives its rows, read plainly.
  std::vector<Cells> import(const std::string& path, const std::vector<std::string>& columns) {
    ImportOptions options;
    options.files = {path};
    options.keyColumn = "household_id";
    for (const std::string& column : columns) options.fields.push_back(parseColumnSpec(column).value());
    auto plan = planImport(options, *database_->snapshot(), 0);
    EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
    const auto summary = runImport(*database_, options, *std::move(plan));
    EXPECT_TRUE(summary) << (summary ? "" : summary.error().message);
    std::vector<Cells> rows = rowsOf(path);
    EXPECT_EQ(summary->rows, rows.size());
    // One of the transactions was sold for 4.440892e-16, which no decimal(2) holds.
    std::erase_if(rows, [](const Cells& row) { return row.size() > 5 && row[5].find("e-") != std::string::npos; });
    EXPECT_EQ(summary->rejected, summary->rows - rows.size());
    return rows;
  }

  std::uint64_t countOf(const std::string& predicate) {
    const auto query = Query::compile(predicate, database_->snapshot(), 0);
    EXPECT_TRUE(query) << predicate << ": " << (query ? "" : query.error().message);
    return query ? count(*query, host_.executor()).value() : 0;
  }

  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_, HostLimits()};
  std::unique_ptr<Database> database_;
};

// Who has each value of a column; an empty cell is no value.
std::map<std::string, Households> holdersOf(const std::vector<Cells>& rows, std::size_t household, std::size_t column) {
  std::map<std::string, Households> holders;
  for (const Cells& row : rows) {
    if (!row[column].empty()) holders[row[column]].insert(row[household]);
  }
  return holders;
}

Households householdsOf(const std::vector<Cells>& rows, std::size_t household) {
  Households households;
  for (const Cells& row : rows) households.insert(row[household]);
  return households;
}

Households both(const Households& a, const Households& b) {
  Households common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(common, common.end()));
  return common;
}

TEST_F(CompleteJourneyTest, FourFilesMakeOneDatabaseOfHouseholds) {
  const auto demographicsPath = realData("complete-journey/demographics.csv.zst");
  const auto campaignsPath = realData("complete-journey/campaigns.csv.zst");
  const auto redemptionsPath = realData("complete-journey/coupon_redemptions.csv.zst");
  const auto transactionsPath = realData("complete-journey/transactions_sample.csv.zst");
  if (!demographicsPath || !campaignsPath || !redemptionsPath || !transactionsPath) GTEST_SKIP() << "no real data";
  const auto demographics =
      import(*demographicsPath, {"age:category", "income:category", "home_ownership:category", "kids_count:category"});
  const auto campaigns = import(*campaignsPath, {"campaign_id:set:campaigns"});
  const auto redemptions = import(*redemptionsPath, {"coupon_upc:set:coupons", "redemption_date:set(date):redeemed"});
  const auto transactions =
      import(*transactionsPath, {"store_id:set:stores", "sales_value:decimal(2):last_value", "week:set(integer):weeks",
                                 "transaction_timestamp:timestamp:last_purchase"});
  EXPECT_EQ(demographics.size(), 801U);
  EXPECT_EQ(campaigns.size(), 6'589U);
  EXPECT_EQ(redemptions.size(), 2'102U);
  EXPECT_EQ(transactions.size(), 74'999U);
  ASSERT_TRUE(checkConsistency(*database_->snapshot()));

  const Households shoppers = householdsOf(transactions, 0);
  EXPECT_EQ(shoppers.size(), 2'377U);
  EXPECT_EQ(countOf("last_purchase is not null"), shoppers.size());
  Households all = shoppers;
  for (const auto& more : {householdsOf(demographics, 0), householdsOf(campaigns, 1), householdsOf(redemptions, 0)}) {
    all.insert(more.begin(), more.end());
  }
  EXPECT_EQ(countOf("true"), all.size());

  for (const auto& [age, holders] : holdersOf(demographics, 0, 1)) {
    EXPECT_EQ(countOf("age = '" + age + "'"), holders.size()) << age;
    EXPECT_EQ(countOf("age = '" + age + "' and last_purchase is not null"), both(holders, shoppers).size()) << age;
  }
  const auto owners = holdersOf(demographics, 0, 3);
  EXPECT_EQ(countOf("home_ownership = 'Homeowner'"), owners.at("Homeowner").size());
  EXPECT_EQ(countOf("home_ownership is null and age is not null"),
            demographics.size() - countOf("home_ownership is not null"));

  const auto reached = holdersOf(campaigns, 1, 0);
  const Households redeemers = householdsOf(redemptions, 0);
  EXPECT_EQ(reached.size(), 27U);
  for (const auto& [campaign, households] : reached) {
    EXPECT_EQ(countOf("campaigns has '" + campaign + "'"), households.size()) << campaign;
    EXPECT_EQ(countOf("campaigns has '" + campaign + "' and size(coupons) > 0"), both(households, redeemers).size());
  }
  EXPECT_EQ(countOf("size(coupons) > 0"), redeemers.size());
  EXPECT_EQ(countOf("campaigns has all ('18', '13')"), both(reached.at("18"), reached.at("13")).size());
}

TEST_F(CompleteJourneyTest, RowsOfAHouseholdAddToItsSetsAndTheLastOneSetsTheRest) {
  const auto path = realData("complete-journey/transactions_sample.csv.zst");
  if (!path) GTEST_SKIP() << "no real data";
  const auto rows =
      import(*path, {"store_id:set:stores", "quantity:integer:last_quantity", "sales_value:decimal(2):last_value",
                     "week:set(integer):weeks", "transaction_timestamp:timestamp:last_purchase"});
  std::map<std::string, const Cells*> last;
  std::map<std::string, Households> storesOf;
  for (const Cells& row : rows) {
    last[row[0]] = &row;
    storesOf[row[0]].insert(row[1]);
  }
  const auto households = [&](const auto& holds) {
    return static_cast<std::uint64_t>(
        std::count_if(last.begin(), last.end(), [&](const auto& entry) { return holds(*entry.second); }));
  };
  EXPECT_EQ(countOf("last_value >= 5"), households([](const Cells& row) { return std::stod(row[5]) >= 5; }));
  EXPECT_EQ(countOf("last_value = 1"), households([](const Cells& row) { return std::stod(row[5]) == 1; }));
  EXPECT_EQ(countOf("last_quantity > 1"), households([](const Cells& row) { return std::stoi(row[4]) > 1; }));
  EXPECT_EQ(countOf("last_purchase >= '2017-12-01'"),
            households([](const Cells& row) { return row[10] >= "2017-12-01"; }));
  EXPECT_EQ(countOf("last_purchase = '2017-07-04'"),
            households([](const Cells& row) { return row[10].starts_with("2017-07-04"); }));
  EXPECT_EQ(countOf("size(stores) >= 3"),
            static_cast<std::uint64_t>(std::count_if(storesOf.begin(), storesOf.end(),
                                                     [](const auto& entry) { return entry.second.size() >= 3; })));
  Households inSummer;
  for (const auto& [week, holders] : holdersOf(rows, 0, 9)) {
    EXPECT_EQ(countOf("weeks = " + week), holders.size()) << week;
    if (std::stoi(week) >= 26 && std::stoi(week) <= 35) inSummer.insert(holders.begin(), holders.end());
  }
  EXPECT_EQ(countOf("weeks between 26 and 35"), inSummer.size());
  const auto stores = holdersOf(rows, 0, 1);
  EXPECT_GT(stores.size(), 100U);
  for (const auto& [store, holders] : stores) EXPECT_EQ(countOf("stores has '" + store + "'"), holders.size()) << store;
}

}  // namespace
}  // namespace roster
