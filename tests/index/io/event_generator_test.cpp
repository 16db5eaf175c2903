// The generated events and their catalog: the bytes of a seed stay what they are, the events are of the generated
// contacts and products, and what happens has the frequencies, the order and the couplings that predicates rely on.
#include "index/io/event_generator.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"
#include "core/base/hash.h"
#include "index/io/generator_random.h"
#include "tests/support/plain_csv.h"

namespace roster {
namespace {

std::string generatedEvents(const EventGeneratorOptions& options) {
  std::string text;
  EXPECT_TRUE(generateEvents(options, [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  }));
  return text;
}

std::string generatedProducts(std::uint64_t seed) {
  std::string text;
  EXPECT_TRUE(generateProducts(seed, [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  }));
  return text;
}

// A line of the file, its cells as they are written. Nothing in it needs quotes.
struct EventLine {
  std::string_view key, type, time, product, price, quantity, amount, promo, channel, campaign;

  // Without milliseconds, which only the app tells.
  std::string_view second() const { return time.substr(0, 19); }
};

EventLine parseEventLine(std::string_view line) {
  EventLine event;
  std::string_view* const cells[] = {&event.key,      &event.type,   &event.time,  &event.product, &event.price,
                                     &event.quantity, &event.amount, &event.promo, &event.channel, &event.campaign};
  for (std::string_view* cell : cells) {
    const std::size_t end = std::min(line.find(','), line.size());
    *cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  EXPECT_EQ(line, "") << "ten cells";
  return event;
}

std::vector<EventLine> parseEventLines(std::string_view text) {
  std::vector<EventLine> events;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    EXPECT_NE(end, std::string_view::npos) << "the last line ends";
    events.push_back(parseEventLine(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return events;
}

Instant instantOf(std::string_view time) {
  const auto parsed = parseTime(time);
  EXPECT_TRUE(parsed) << time;
  return parsed->local;
}

std::size_t rowOf(const EventLine& event) { return std::stoul(std::string(event.key.substr(1))) - 1; }

// Half a million events of fifty thousand contacts, ten each as in the benchmark, parsed once for all tests that count.
class GeneratedEvents : public ::testing::Test {
 protected:
  static constexpr std::size_t kEvents = 500'000;
  static constexpr std::size_t kContacts = 50'000;
  static constexpr std::uint64_t kSeed = 7;

  static void SetUpTestSuite() {
    text_ = generatedEvents({.events = kEvents, .contacts = kContacts, .seed = kSeed});
    const std::string_view text = text_;
    events_ = parseEventLines(text.substr(text.find('\n') + 1));
  }
  static void TearDownTestSuite() {
    text_ = {};
    events_ = {};
  }

  static std::size_t countOf(std::string_view type) {
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(), [&](const EventLine& event) { return event.type == type; }));
  }

  static double shareOf(std::string_view type) { return static_cast<double>(countOf(type)) / kEvents; }

  // How many events of a type, or of all, each contact has; the most active one first.
  static std::vector<std::size_t> eventsOfContacts(std::string_view type = "") {
    std::vector<std::size_t> counts(kContacts);
    for (const EventLine& event : events_) counts[rowOf(event)] += type.empty() || event.type == type ? 1 : 0;
    std::sort(counts.rbegin(), counts.rend());
    return counts;
  }

  static inline std::string text_;
  static inline std::vector<EventLine> events_;
};

TEST(EventGenerator, SameSeedSameBytesForever) {
  // Recorded. A change of these numbers is a change of every published benchmark: say so in the change log.
  EXPECT_EQ(hashBytes(generatedEvents({.events = 10'000, .contacts = 1'000, .seed = 1})), 10626112858956220854ULL);
  EXPECT_EQ(hashBytes(generatedEvents({.events = 10'000, .contacts = 1'000, .seed = 2})), 13713234712199728896ULL);
  EXPECT_EQ(hashBytes(generatedProducts(1)), 10424360566452665568ULL);
  EXPECT_EQ(hashBytes(generatedProducts(2)), 1491116241248246888ULL);
}

TEST(EventGenerator, NoEventsIsTheHeaderAlone) {
  EXPECT_EQ(generatedEvents({.events = 0, .contacts = 1}), std::string(kGeneratedEventColumns) + "\n");
}

TEST(EventGenerator, FewEventsOfFewContactsAreComplete) {
  for (const std::uint64_t events : {1, 2, 3, 100, 9'000}) {
    for (const std::uint64_t contacts : {1, 2, 3, 5, 8, 13}) {
      const auto rows = parseCsv(generatedEvents({.events = events, .contacts = contacts, .seed = 3}));
      ASSERT_EQ(rows.size(), events + 1);
      for (const auto& row : rows) ASSERT_EQ(row.size(), 10U);
    }
  }
}

TEST(EventGenerator, RefusesWhatCannotBe) {
  const EventGeneratorOptions refused[] = {
      {.events = kMaxGeneratedEvents + 1}, {.contacts = kMaxGeneratedContacts + 1}, {.events = 5, .contacts = 0}};
  for (const EventGeneratorOptions& options : refused) {
    const auto done = generateEvents(options, [](std::string_view) -> Result<void> {
      ADD_FAILURE() << "nothing is written";
      return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::invalidArgument);
  }
}

TEST(EventGenerator, AFullDiskEndsTheRun) {
  int pieces = 0;
  const auto full = [&](std::string_view) -> Result<void> {
    if (++pieces == 2) return fail(ErrorCode::resourceExhausted, "no space left");
    return {};
  };
  EXPECT_FALSE(generateEvents({.events = 100'000}, full));
  EXPECT_EQ(pieces, 2);
  pieces = 1;
  EXPECT_FALSE(generateProducts(1, full));
}

TEST_F(GeneratedEvents, AreOfSixTypesInTheirShares) {
  EXPECT_EQ(events_.size(), kEvents);
  EXPECT_NEAR(shareOf("visit"), 0.35, 0.01);
  EXPECT_NEAR(shareOf("open"), 0.30, 0.01);
  EXPECT_NEAR(shareOf("click"), 0.10, 0.005);
  EXPECT_NEAR(shareOf("basket"), 0.13, 0.005);
  EXPECT_NEAR(shareOf("purchase"), 0.10, 0.001);
  EXPECT_NEAR(shareOf("consent"), 0.02, 0.001);
}

TEST_F(GeneratedEvents, FillTheCellsThatMakeSense) {
  std::size_t productVisits = 0;
  for (const EventLine& event : events_) {
    const bool isAboutGoods = event.type == "basket" || event.type == "purchase";
    const bool isMail = event.type == "open" || event.type == "click";
    if (event.type == "visit" && !event.product.empty()) {
      ++productVisits;
    } else {
      ASSERT_EQ(!event.product.empty(), isAboutGoods);
    }
    ASSERT_EQ(!event.price.empty(), isAboutGoods);
    ASSERT_EQ(!event.quantity.empty(), isAboutGoods);
    ASSERT_EQ(event.promo == "true" || event.promo == "false", isAboutGoods) << event.promo;
    ASSERT_EQ(!event.amount.empty(), event.type == "purchase");
    ASSERT_EQ(!event.campaign.empty(), isMail);
    ASSERT_FALSE(event.channel.empty());
  }
  EXPECT_NEAR(static_cast<double>(productVisits) / static_cast<double>(countOf("visit")), 0.75, 0.01);
}

TEST_F(GeneratedEvents, ComeThroughChannelsOfTheirTypes) {
  std::map<std::string_view, std::set<std::string_view>> channels;
  for (const EventLine& event : events_) channels[event.type].insert(event.channel);
  const std::set<std::string_view> online = {"web", "app"};
  const std::set<std::string_view> mail = {"email", "push"};
  EXPECT_EQ(channels["visit"], online);
  EXPECT_EQ(channels["basket"], online);
  EXPECT_EQ(channels["purchase"], (std::set<std::string_view>{"web", "app", "store"}));
  EXPECT_EQ(channels["open"], mail);
  EXPECT_EQ(channels["click"], mail);
  EXPECT_EQ(channels["consent"], (std::set<std::string_view>{"email-given", "email-withdrawn", "sms-given",
                                                             "sms-withdrawn", "push-given", "push-withdrawn"}));
}

TEST_F(GeneratedEvents, AreInTheOrderOfTimeButForLateOnes) {
  std::string_view latest;
  std::size_t late = 0;
  Instant latestBy = 0;
  for (const EventLine& event : events_) {
    ASSERT_GE(event.time, "2025-11-01T00:00:00");
    ASSERT_LT(event.time, "2026-11-01");
    if (event.second() >= latest) {
      latest = event.second();
      continue;
    }
    ++late;
    latestBy = std::max(latestBy, instantOf(std::string(latest) + "Z") - instantOf(std::string(event.second()) + "Z"));
  }
  EXPECT_NEAR(static_cast<double>(late) / kEvents, 0.01, 0.001);
  EXPECT_LE(latestBy, 2 * kMillisecondsPerDay);
  EXPECT_GT(latestBy, 47 * kMillisecondsPerHour);
}

TEST_F(GeneratedEvents, TellMillisecondsInTheAppOnly) {
  std::size_t whole = 0;
  for (const EventLine& event : events_) {
    ASSERT_EQ(event.time.size(), event.channel == "app" ? 24U : 20U) << event.time;
    ASSERT_TRUE(parseTime(event.time)) << event.time;
    whole += event.channel == "app" ? 0 : 1;
  }
  EXPECT_GT(whole, kEvents * 3 / 4);
}

TEST_F(GeneratedEvents, AreOfContactsThatHaveSignedUp) {
  std::string contacts;
  ASSERT_TRUE(generateContacts({.contacts = kContacts, .seed = kSeed}, [&](std::string_view piece) -> Result<void> {
    contacts += piece;
    return {};
  }));
  const auto rows = parseCsv(contacts);
  constexpr std::size_t kSignup = 9;
  ASSERT_EQ(rows[0][kSignup], "signup");
  std::size_t newcomers = 0;
  for (const EventLine& event : events_) {
    const std::size_t row = rowOf(event);
    ASSERT_LT(row, kContacts) << event.key;
    ASSERT_EQ(rows[row + 1][0], event.key);
    ASSERT_LT(rows[row + 1][kSignup], event.time) << event.key;
    newcomers += rows[row + 1][kSignup] > "2025-11-01" ? 1 : 0;
  }
  EXPECT_GT(newcomers, kEvents / 100) << "who signs up within the time does things, too";
}

TEST_F(GeneratedEvents, AreManyForFewContactsAndFewForMost) {
  const auto counts = eventsOfContacts();
  constexpr std::size_t kMean = kEvents / kContacts;
  EXPECT_LE(counts[kContacts / 2], kMean / 2);
  EXPECT_GE(counts[kContacts / 100], 10 * kMean);
  EXPECT_GE(counts[kContacts / 2000], 20 * kMean) << "hundreds";
  EXPECT_LT(counts.front(), 50 * kMean) << "and not thousands";
}

TEST_F(GeneratedEvents, AreSpreadOverAllRowsOfContacts) {
  const auto ofTheFirstTenth = std::count_if(events_.begin(), events_.end(),
                                             [](const EventLine& event) { return rowOf(event) < kContacts / 10; });
  EXPECT_NEAR(static_cast<double>(ofTheFirstTenth) / kEvents, 0.105, 0.015) << "the last rows sign up late";
}

TEST_F(GeneratedEvents, AreNoPurchasesForAThirdOfTheContacts) {
  const auto counts = eventsOfContacts("purchase");
  const auto without = std::count(counts.begin(), counts.end(), std::size_t{0});
  EXPECT_GT(without, kContacts * 30 / 100);
  EXPECT_LT(without, kContacts * 40 / 100);
  EXPECT_GE(counts.front(), 10U) << "some buy often";
}

TEST(EventGenerator, AFifthNeverBuysHoweverManyEventsThereAre) {
  std::set<std::string> buyers;
  const auto rows = parseCsv(generatedEvents({.events = 100'000, .contacts = 500, .seed = 5}));
  for (const auto& row : rows) {
    if (row[1] == "purchase") buyers.insert(row[0]);
  }
  EXPECT_LE(buyers.size(), 400U);
  EXPECT_GE(buyers.size(), 390U) << "all others, but for those who signed up in the last days";
}

TEST_F(GeneratedEvents, LeadFromAThirdOfTheBasketsToAPurchase) {
  using Goods = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
  const auto goodsOf = [](const EventLine& event) {
    return Goods(event.key, event.product, event.price, event.quantity);
  };
  std::map<Goods, std::set<Instant>> baskets;
  for (const EventLine& event : events_) {
    if (event.type == "basket") baskets[goodsOf(event)].insert(instantOf(event.time));
  }
  std::vector<Instant> delays;
  for (const EventLine& event : events_) {
    const auto found = event.type == "purchase" ? baskets.find(goodsOf(event)) : baskets.end();
    if (found == baskets.end()) continue;
    const Instant bought = instantOf(event.time);
    const auto after = found->second.lower_bound(bought);
    if (after != found->second.begin()) delays.push_back(bought - *std::prev(after));
  }
  std::sort(delays.begin(), delays.end());
  // Whoever happens to buy the same once more, weeks later, is no part of it.
  const auto longest = std::upper_bound(delays.begin(), delays.end(), 4 * kMillisecondsPerDay);
  const auto bought = static_cast<std::size_t>(longest - delays.begin());
  EXPECT_NEAR(static_cast<double>(bought) / static_cast<double>(countOf("basket")), 1.0 / 3, 0.01);
  EXPECT_GT(delays[0], 0) << "strictly later";
  EXPECT_GT(delays[bought / 50], 5 * kMillisecondsPerMinute);
  EXPECT_LT(delays[bought / 4], kMillisecondsPerHour);
  EXPECT_GT(delays[bought * 9 / 10], kMillisecondsPerDay);
  EXPECT_GT(countOf("purchase") - bought, countOf("purchase") / 2) << "the others come on their own";
}

TEST_F(GeneratedEvents, BuyAllOfABasketAtOneInstant) {
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> lines;
  for (const EventLine& event : events_) {
    if (event.type == "purchase") ++lines[{event.key, event.time}];
  }
  const auto several = std::count_if(lines.begin(), lines.end(), [](const auto& order) { return order.second > 1; });
  EXPECT_GT(static_cast<std::size_t>(several), countOf("purchase") / 20);
}

TEST_F(GeneratedEvents, ClickOnWhatWasOpened) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::string_view> opened;
  // Late ones are in the file after what came of them.
  for (const EventLine& event : events_) {
    if (event.type != "open") continue;
    const auto [first, isNew] = opened.try_emplace({event.key, event.campaign, event.channel}, event.time);
    if (!isNew) first->second = std::min(first->second, event.time);
  }
  for (const EventLine& event : events_) {
    if (event.type != "click") continue;
    const auto found = opened.find({event.key, event.campaign, event.channel});
    ASSERT_NE(found, opened.end()) << event.key << ' ' << event.time;
    ASSERT_LT(found->second, event.time);
  }
}

TEST_F(GeneratedEvents, OpenSomeTwoHundredCampaignsOnceTheyWereSent) {
  std::set<std::string_view> campaigns;
  for (const EventLine& event : events_) {
    if (event.campaign.empty()) continue;
    campaigns.insert(event.campaign);
    const std::string_view sent = event.campaign.substr(event.campaign.size() - 10);
    ASSERT_LE(sent, event.time.substr(0, 10));
  }
  EXPECT_GE(campaigns.size(), 200U);
  EXPECT_LE(campaigns.size(), 220U);
}

TEST_F(GeneratedEvents, HaveAmountsOfPriceAndQuantity) {
  std::vector<std::int64_t> amounts;
  for (const EventLine& event : events_) {
    if (event.type != "purchase") continue;
    const auto price = parseDecimal(event.price, 2);
    const auto amount = parseDecimal(event.amount, 2);
    ASSERT_TRUE(price && amount);
    ASSERT_EQ(*price * std::stoi(std::string(event.quantity)), *amount);
    amounts.push_back(*amount);
  }
  // Log-normal: half of them between a third and three times the median, and a long upper tail.
  std::sort(amounts.begin(), amounts.end());
  const double median = static_cast<double>(amounts[amounts.size() / 2]);
  EXPECT_GT(static_cast<double>(amounts[amounts.size() / 4]), median / 3.5);
  EXPECT_LT(static_cast<double>(amounts[amounts.size() * 3 / 4]), median * 3.5);
  EXPECT_GT(static_cast<double>(amounts.back()), 20 * median);
}

TEST_F(GeneratedEvents, AreMoreInEveningsAndInDecember) {
  std::array<std::size_t, 24> hours{};
  std::map<std::string_view, std::size_t> months;
  std::array<std::size_t, 7> weekdays{};
  for (const EventLine& event : events_) {
    ++hours[std::stoul(std::string(event.time.substr(11, 2)))];
    ++months[event.time.substr(0, 7)];
    ++weekdays[static_cast<std::size_t>(weekdayOf(dayOfLocal(instantOf(event.time))))];
  }
  EXPECT_GT(hours[20], hours[3] * 10);
  EXPECT_GT(hours[20], hours[13] * 3 / 2);
  EXPECT_EQ(months.size(), 12U);
  EXPECT_GT(months["2025-12"], months["2026-07"] * 2);
  EXPECT_GT(weekdays[5], weekdays[6] * 4 / 3) << "Saturdays beside Sundays";
}

TEST_F(GeneratedEvents, AreAboutProductsByZipfsLaw) {
  std::map<std::string_view, std::size_t> counts;
  for (const EventLine& event : events_) {
    if (!event.product.empty()) ++counts[event.product];
  }
  std::vector<double> ranks;
  for (const auto& [product, count] : counts) ranks.push_back(static_cast<double>(count));
  std::sort(ranks.rbegin(), ranks.rend());
  EXPECT_GT(ranks.size(), 4'900U);
  // Some products come to the market within the time, so that ranks waver.
  EXPECT_NEAR(ranks[0] / ranks[9], 10.0, 2.0);
  EXPECT_NEAR(ranks[0] / ranks[99], 100.0, 15.0);
}

TEST_F(GeneratedEvents, NameProductsOfTheCatalogAfterTheirLaunch) {
  const auto listed = parseCsv(generatedProducts(kSeed));
  std::map<std::string_view, std::string_view> launched;
  for (std::size_t row = 1; row < listed.size(); ++row) launched[listed[row][0]] = listed[row][6];
  std::set<std::string_view> missing;
  std::size_t ofMissing = 0;
  for (const EventLine& event : events_) {
    if (event.product.empty()) continue;
    const auto product = launched.find(event.product);
    if (product == launched.end()) {
      missing.insert(event.product);
      ++ofMissing;
    } else {
      ASSERT_LE(product->second, event.time.substr(0, 10)) << event.product;
    }
  }
  EXPECT_LE(missing.size(), 25U) << "half a per cent of all";
  EXPECT_GE(missing.size(), 20U);
  EXPECT_GT(ofMissing, 100U);
}

TEST(ProductGenerator, ListsFiveThousandProducts) {
  const auto rows = parseCsv(generatedProducts(1));
  ASSERT_EQ(rows.size(), kGeneratedProducts + 1);
  std::map<std::string, std::size_t> departments;
  std::set<std::string> brands;
  std::set<std::pair<std::string, std::string>> categories;
  bool hasComma = false;
  bool hasQuote = false;
  for (std::size_t row = 1; row < rows.size(); ++row) {
    ASSERT_EQ(rows[row].size(), 7U);
    ASSERT_TRUE(row == 1 || rows[row - 1][0] < rows[row][0]) << "in the order of ids, each once";
    ++departments[rows[row][2]];
    categories.emplace(rows[row][2], rows[row][3]);
    brands.insert(rows[row][4]);
    const auto price = parseDecimal(rows[row][5], 2);
    ASSERT_TRUE(price && *price > 0) << rows[row][5];
    ASSERT_TRUE(parseDay(rows[row][6])) << rows[row][6];
    hasComma = hasComma || rows[row][1].find(',') != std::string::npos;
    hasQuote = hasQuote || rows[row][1].find('"') != std::string::npos;
  }
  EXPECT_EQ(departments.size(), 12U);
  EXPECT_GT(departments["GROCERY"], departments["GARDEN"] * 8);
  EXPECT_EQ(categories.size(), 60U);
  EXPECT_EQ(brands.size(), 30U);
  EXPECT_TRUE(hasComma && hasQuote) << "names test a reader";
}

TEST(GeneratorRandom, PermutationsMeetEverybodyOnce) {
  for (const std::uint32_t size : {1U, 2U, 3U, 12U, 1'024U, 5'025U}) {
    const generator::Permutation permutation(size, generator::RandomStream(9, size));
    std::set<std::uint32_t> met;
    for (std::uint32_t place = 0; place < size; ++place) met.insert(permutation.at(place));
    EXPECT_EQ(met.size(), size);
    EXPECT_EQ(*met.rbegin(), size - 1);
  }
}

}  // namespace
}  // namespace roster
