// The generated contacts: the bytes of a seed stay what they are, the text is proper CSV, and what is drawn has the
// frequencies, the order and the correlations that predicates in the demo and the benchmark rely on.
#include "index/io/contact_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"
#include "core/base/hash.h"
#include "index/io/generator_calendar.h"
#include "index/io/generator_random.h"
#include "index/io/generator_words.h"
#include "tests/support/plain_csv.h"

namespace roster {
namespace {

std::string generated(std::uint64_t contacts, std::uint64_t seed) {
  std::string text;
  const auto done = generateContacts({.contacts = contacts, .seed = seed}, [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  });
  EXPECT_TRUE(done);
  return text;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool isUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : (lead >> 5) == 6 ? 2 : (lead >> 4) == 14 ? 3 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) >> 6) != 2) return false;
    }
    i += length;
  }
  return true;
}

// Two hundred thousand contacts, parsed once for all tests that count.
class GeneratedContacts : public ::testing::Test {
 protected:
  static constexpr std::size_t kRows = 200'000;

  static void SetUpTestSuite() {
    text_ = generated(kRows, 7);
    rows_ = parseCsv(text_);
  }
  static void TearDownTestSuite() {
    text_ = {};
    rows_ = {};
  }

  static std::size_t column(std::string_view name) {
    const auto& header = rows_.front();
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  }

  static const std::string& at(std::size_t row, std::string_view name) { return rows_[row + 1][column(name)]; }

  // How often each value occurs; each part of it where a separator is given.
  static std::map<std::string, std::size_t> count(std::string_view name, char separator = '\0') {
    const std::size_t index = column(name);
    std::map<std::string, std::size_t> counts;
    for (std::size_t row = 1; row <= kRows; ++row) {
      const std::string& value = rows_[row][index];
      if (separator == '\0') {
        ++counts[value];
      } else {
        for (const std::string& part : split(value, separator)) ++counts[part];
      }
    }
    return counts;
  }

  static inline std::string text_;
  static inline std::vector<std::vector<std::string>> rows_;
};

TEST(ContactGenerator, SameSeedSameBytesForever) {
  // Recorded. A change of these numbers is a change of every published benchmark: say so in the change log.
  EXPECT_EQ(hashBytes(generated(1000, 1)), 4626216918961823218ULL);
  EXPECT_EQ(hashBytes(generated(1000, 2)), 16304405717403950613ULL);
}

TEST(ContactGenerator, OtherSeedOtherContacts) {
  const auto one = parseCsv(generated(100, 1));
  const auto two = parseCsv(generated(100, 2));
  EXPECT_EQ(one[0], two[0]);
  std::size_t same = 0;
  for (std::size_t row = 1; row <= 100; ++row) same += one[row][1] == two[row][1] ? 1 : 0;
  EXPECT_LT(same, 10U);
}

TEST(ContactGenerator, NoContactsIsTheHeaderAlone) {
  EXPECT_EQ(generated(0, 1), std::string(kGeneratedColumns) + "\n");
}

TEST(ContactGenerator, FewContactsAreComplete) {
  for (const std::uint64_t contacts : {1, 2, 3, 63, 64, 65}) {
    const auto rows = parseCsv(generated(contacts, 3));
    ASSERT_EQ(rows.size(), contacts + 1);
    for (const auto& row : rows) EXPECT_EQ(row.size(), 23U);
  }
}

TEST(ContactGenerator, RefusesMoreThanThereAreIds) {
  const auto done = generateContacts({.contacts = kMaxGeneratedContacts + 1}, [](std::string_view) -> Result<void> {
    ADD_FAILURE() << "nothing is written";
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalidArgument);
}

TEST(ContactGenerator, AFullDiskEndsTheRun) {
  int pieces = 0;
  const auto done = generateContacts({.contacts = 100'000}, [&](std::string_view) -> Result<void> {
    if (++pieces == 2) return fail(ErrorCode::resourceExhausted, "no space left");
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::resourceExhausted);
  EXPECT_EQ(pieces, 2);
}

TEST_F(GeneratedContacts, AreValidCsvInUtf8) {
  ASSERT_EQ(rows_.size(), kRows + 1);
  for (const auto& row : rows_) ASSERT_EQ(row.size(), 23U);
  EXPECT_TRUE(isUtf8(text_));
}

TEST_F(GeneratedContacts, HaveAscendingKeys) {
  EXPECT_EQ(at(0, "key"), "c00000001");
  EXPECT_EQ(at(9'999, "key"), "c00010000");
  EXPECT_EQ(count("key").size(), kRows);
}

TEST_F(GeneratedContacts, HaveNearlyUniqueEmails) {
  auto emails = count("email");
  const std::size_t missing = emails[""];
  EXPECT_NEAR(static_cast<double>(missing), 0.015 * kRows, 0.002 * kRows);
  const std::size_t distinct = emails.size() - 1;
  EXPECT_GT(distinct, kRows * 97 / 100);
  EXPECT_LT(distinct, kRows - missing) << "some are shared, as they are in life";
}

TEST_F(GeneratedContacts, HaveTagsFromOneInTwoToOneInAHundredThousand) {
  const auto counts = count("tags", '|');
  const auto tags = generator::tags();
  ASSERT_EQ(tags.size(), 224U);
  EXPECT_EQ(std::set<std::string>(tags.begin(), tags.end()).size(), tags.size());
  for (std::size_t rank : {1U, 2U, 3U, 8U, 9U, 20U, 50U}) {
    const auto found = counts.find(tags[rank - 1]);
    ASSERT_NE(found, counts.end()) << tags[rank - 1];
    const double expected = kRows / (2.0 * static_cast<double>(rank * rank));
    EXPECT_NEAR(static_cast<double>(found->second), expected, 5 * std::sqrt(expected)) << tags[rank - 1];
  }
}

TEST_F(GeneratedContacts, LiveInCitiesByZipfsLaw) {
  const auto counts = count("city");
  EXPECT_GT(counts.size(), 200U);
  const double warsaw = static_cast<double>(counts.at("Warszawa"));
  EXPECT_NEAR(warsaw / static_cast<double>(counts.at("Kraków")), 2.0, 0.15);
  EXPECT_NEAR(warsaw / static_cast<double>(counts.at("Wrocław")), 4.0, 0.4);
  EXPECT_GT(counts.at("Москва"), kRows / 50);
}

TEST_F(GeneratedContacts, GoToSixtyFourStoresByZipfsLaw) {
  auto counts = count("store");
  EXPECT_NEAR(static_cast<double>(counts[""]), 0.04 * kRows, 0.003 * kRows);
  EXPECT_EQ(counts.size(), 65U);
  const double first = static_cast<double>(counts.at("store-01"));
  EXPECT_NEAR(first / static_cast<double>(counts.at("store-02")), 2.0, 0.1);
  EXPECT_NEAR(first / static_cast<double>(counts.at("store-64")), 64.0, 12.0);
}

TEST_F(GeneratedContacts, SpeakTheLanguageOfTheirCountry) {
  std::size_t poles = 0;
  std::size_t speakPolish = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    if (at(row, "country") != "PL") continue;
    ++poles;
    speakPolish += at(row, "language") == "pl" ? 1 : 0;
    EXPECT_NE(at(row, "language"), "ru");
  }
  EXPECT_NEAR(static_cast<double>(poles), 0.445 * kRows, 0.01 * kRows);
  EXPECT_GT(speakPolish, poles * 9 / 10);
}

TEST_F(GeneratedContacts, DoThingsInOrderWithinTheirTime) {
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::string& signup = at(row, "signup");
    const std::string& visit = at(row, "last_visit");
    const std::string& order = at(row, "last_order");
    ASSERT_TRUE(parseTime(signup)) << signup;
    ASSERT_GE(signup, "2016-01-01");
    ASSERT_LT(std::max(signup, visit), "2026-11-01");
    if (!visit.empty()) {
      ASSERT_LE(signup, visit) << row;
    }
    if (order.empty()) continue;
    ASSERT_TRUE(parseDay(order)) << order;
    ASSERT_LE(signup.substr(0, 10), order) << row;
    if (!visit.empty()) {
      ASSERT_LE(order, visit.substr(0, 10)) << row;
    }
  }
}

TEST_F(GeneratedContacts, OnlyBuyersHaveOrdersMoneyAndALastOrder) {
  std::size_t buyers = 0;
  std::vector<std::int64_t> money;
  for (std::size_t row = 0; row < kRows; ++row) {
    const bool buyer = at(row, "orders") != "0";
    ASSERT_EQ(buyer, !at(row, "ltv").empty());
    ASSERT_EQ(buyer, !at(row, "last_order").empty());
    if (!buyer) continue;
    ++buyers;
    const auto cents = parseDecimal(at(row, "ltv"), 2);
    ASSERT_TRUE(cents) << at(row, "ltv");
    money.push_back(*cents);
  }
  EXPECT_NEAR(static_cast<double>(buyers), 0.45 * kRows, 0.01 * kRows);

  // Log-normal: the upper tail is much longer than the lower.
  std::sort(money.begin(), money.end());
  const double median = static_cast<double>(money[money.size() / 2]);
  const double mean = static_cast<double>(std::accumulate(money.begin(), money.end(), std::int64_t{0})) /
                      static_cast<double>(money.size());
  EXPECT_GT(mean, 1.3 * median);
  EXPECT_GT(static_cast<double>(money.back()), 20 * median);
}

TEST_F(GeneratedContacts, BuyMoreInDecemberThanInJuly) {
  std::array<std::size_t, 13> months{};
  // Up to 2025, for the last year is not whole.
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::string& order = at(row, "last_order");
    if (!order.empty() && order < "2026") ++months[static_cast<std::size_t>(std::stoi(order.substr(5, 2)))];
  }
  EXPECT_GT(months[12], months[7] * 3 / 2);
}

TEST_F(GeneratedContacts, ComeInWavesThatShareSourceAndDay) {
  std::size_t imported = 0;
  std::size_t sameAsBefore = 0;
  for (std::size_t row = 1; row < kRows; ++row) {
    if (at(row, "source").rfind("import-", 0) != 0) continue;
    ++imported;
    EXPECT_EQ(at(row, "source").substr(7), at(row, "signup").substr(0, 7));
    if (at(row, "source") == at(row - 1, "source") &&
        at(row, "signup").substr(0, 10) == at(row - 1, "signup").substr(0, 10)) {
      ++sameAsBefore;
    }
  }
  EXPECT_GT(imported, kRows / 10);
  EXPECT_GT(sameAsBefore + 100, imported);
}

TEST_F(GeneratedContacts, HaveNotesThatTestAReader) {
  const auto notes = count("note");
  bool comma = false;
  bool quote = false;
  bool lineEnd = false;
  for (const auto& [note, times] : notes) {
    comma = comma || note.find(',') != std::string::npos;
    quote = quote || note.find('"') != std::string::npos;
    lineEnd = lineEnd || note.find('\n') != std::string::npos;
  }
  EXPECT_TRUE(comma && quote && lineEnd);
  EXPECT_GT(notes.at(""), kRows * 9 / 10);
}

TEST(GeneratorWords, GiveAddressesInAscii) {
  EXPECT_EQ(generator::toAscii("Łukasz"), "lukasz");
  EXPECT_EQ(generator::toAscii("Юлия"), "yuliya");
  EXPECT_EQ(generator::toAscii("Ní Shúilleabháin"), "nishuilleabhain");
  for (const auto language :
       {generator::Language::polish, generator::Language::russian, generator::Language::english}) {
    for (const auto& family : generator::familyNames(language)) {
      // Not one letter is lost on the way: each gives at least one, but for the soft sign.
      const auto letters = static_cast<std::size_t>(
          std::count_if(family.male.begin(), family.male.end(), [](char c) { return (c & 0xC0) != 0x80; }));
      EXPECT_GE(generator::toAscii(family.male).size() + 1, letters) << family.male;
    }
  }
}

TEST(GeneratorRandom, AliasTableKeepsTheWeights) {
  const std::array<std::uint64_t, 5> weights = {1, 0, 1000, 30, 969};
  const generator::WeightedTable table(weights);
  generator::RandomStream random(1, 1);
  std::array<double, 5> drawn{};
  constexpr int kDraws = 1'000'000;
  for (int i = 0; i < kDraws; ++i) ++drawn[table.draw(random)];
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double expected = static_cast<double>(weights[i]) / 2000 * kDraws;
    EXPECT_NEAR(drawn[i], expected, 5 * std::sqrt(expected)) << i;
  }
}

TEST(GeneratorRandom, NormalHasItsMomentsAndPowersTheirValues) {
  generator::RandomStream random(3, 0);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) {
    const double z = random.normal() / 65536.0;
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
  for (int exponent = -9; exponent <= 9; ++exponent) {
    const double expected = 100'000 * std::exp2(exponent + 0.3);
    const auto scaled = generator::scaleByPowerOfTwo(100'000, exponent * 65536 + 19661);
    EXPECT_NEAR(static_cast<double>(scaled), expected, expected / 4000 + 1);
  }
}

TEST(GeneratorCalendar, CoversItsDaysInOrder) {
  const generator::Calendar calendar;
  EXPECT_EQ(calendar.dayAt(0), generator::firstDay());
  EXPECT_EQ(calendar.dayAt(0xFFFF'FFFF), generator::lastDay());
  for (std::uint64_t fraction = 0x10000; fraction < 0x1'0000'0000; fraction += 0x10000) {
    const Day day = calendar.dayAt(static_cast<generator::Fraction>(fraction));
    const Day before = calendar.dayAt(static_cast<generator::Fraction>(fraction - 0x10000));
    ASSERT_TRUE(day == before || day == before + 1) << fraction;
  }
}

}  // namespace
}  // namespace roster
