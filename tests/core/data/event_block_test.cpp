#include "core/data/event_block.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "tests/support/random_source.h"

namespace roster {
namespace {

constexpr FieldId kAmount = 1;
constexpr FieldId kStore = 4;
constexpr FieldId kNever = 7;

// Rows that ascend by time, many of them at one instant; every third has no amount.
EventRows someRows(std::size_t count, std::uint64_t places, std::uint64_t seed) {
  RandomSource random(seed);
  EventRows rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.places.push_back(static_cast<std::uint16_t>(random.below(places)));
    rows.times.push_back((rows.times.empty() ? -5000 : rows.times.back()) + random.between(0, 2));
  }
  EventColumn& amount = rows.columnOf(kAmount);
  for (std::size_t i = 0; i < count; ++i) {
    amount.present[i] = i % 3 != 0;
    amount.values[i] = amount.present[i] ? random.between(-1'000'000, 1'000'000) : 0;
  }
  EventColumn& store = rows.columnOf(kStore);
  for (std::size_t i = 0; i < count; ++i) {
    store.present[i] = true;
    store.values[i] = 1 + random.between(0, 4) * 100;
  }
  (void)rows.columnOf(kNever);
  return rows;
}

EventRows readBack(const EventBlock& block) {
  EventRows rows;
  block.appendTo(rows);
  return rows;
}

TEST(EventBlock, HoldsWhatItWasMadeOf) {
  for (const std::size_t count : {1U, 2U, 63U, 64U, 65U, 1023U, 1024U, 5000U, EventBlock::kMaxRows}) {
    EventRows rows = someRows(count, 65536, count);
    const EventBlock block = EventBlock::encode(rows, 0, count);
    ASSERT_EQ(block.size(), count);
    ASSERT_EQ(block.times()[0], rows.times.front());
    ASSERT_EQ(block.greatestTime(), rows.times.back());
    ASSERT_EQ(block.column(kNever), nullptr);
    rows.columns.pop_back();                                   // of which no row has a value
    if (count == 1) rows.columns.erase(rows.columns.begin());  // the first row has no amount
    ASSERT_EQ(readBack(block), rows) << count;
    const auto decoded = EventBlock::decode(Buffer::copyOf(block.encoded()));
    ASSERT_TRUE(decoded) << decoded.error().message;
    ASSERT_EQ(readBack(*decoded), rows) << count;
  }
}

TEST(EventBlock, IsMadeOfAStretchOfRows) {
  const EventRows rows = someRows(500, 100, 1);
  const EventBlock block = EventBlock::encode(rows, 123, 321);
  ASSERT_EQ(block.size(), 198U);
  for (std::uint32_t row = 0; row < block.size(); ++row) {
    ASSERT_EQ(block.places()[row], rows.places[123 + row]);
    ASSERT_EQ(block.column(kAmount)->has(row), rows.columns[0].present[123 + row]);
  }
}

TEST(EventBlock, TellsWhatItsPropertiesHold) {
  const EventRows rows = someRows(2000, 65536, 2);
  const EventBlock block = EventBlock::encode(rows, 0, rows.size());
  const EventBlock::Column& store = *block.column(kStore);
  EXPECT_EQ(std::vector(store.distinct.begin(), store.distinct.end()),
            (std::vector<std::int64_t>{1, 101, 201, 301, 401}));
  EXPECT_EQ(store.values, 2000U);
  EXPECT_EQ(store.present, nullptr);
  const EventBlock::Column& amount = *block.column(kAmount);
  EXPECT_TRUE(amount.distinct.empty());
  EXPECT_EQ(amount.values, 2000U - 667U);
  std::set<std::int64_t> amounts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.columns[0].present[i]) amounts.insert(rows.columns[0].values[i]);
  }
  EXPECT_EQ(amount.least, *amounts.begin());
  EXPECT_EQ(amount.greatest, *amounts.rbegin());
}

TEST(EventBlock, KnowsItsContactsWhereThatSavesReadingRows) {
  EXPECT_FALSE(EventBlock::encode(someRows(1023, 65536, 3), 0, 1023).contacts());
  for (const std::uint64_t places : {300U, 65536U}) {
    const EventRows rows = someRows(4000, places, places);
    const EventBlock block = EventBlock::encode(rows, 0, rows.size());
    std::vector<std::uint16_t> held;
    ASSERT_TRUE(block.contacts());
    forEachValue(*block.contacts(), [&](std::uint16_t place) { held.push_back(place); });
    const std::set<std::uint16_t> expected(rows.places.begin(), rows.places.end());
    EXPECT_EQ(held, std::vector(expected.begin(), expected.end()));
    EXPECT_EQ(block.contacts()->cardinality, expected.size());
  }
}

TEST(EventBlock, HalvesOfAnIdentityAreNone) {
  for (const FieldId half : {kIdentityHash, kIdentityMore}) {
    EventRows rows{{7}, {5}, {}};
    rows.columnOf(half).present[0] = true;
    EXPECT_FALSE(readBack(EventBlock::encode(rows, 0, 1)).identity(0));
  }
}

TEST(EventBlock, RefusesBytesThatAreCutOrChanged) {
  const EventRows rows = someRows(1500, 400, 4);
  const std::string bytes(EventBlock::encode(rows, 0, rows.size()).encoded());
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    ASSERT_FALSE(EventBlock::decode(Buffer::copyOf(std::string_view(bytes).substr(0, length)))) << length;
  }
  ASSERT_FALSE(EventBlock::decode(Buffer::copyOf(bytes + std::string(8, '\0'))));
  // Whatever bytes change, it is refused or can be read without harm.
  RandomSource random(5);
  for (int i = 0; i < 3000; ++i) {
    std::string changed = bytes;
    const std::size_t within = i % 2 == 0 ? 100 : changed.size();
    changed[random.below(within)] ^= static_cast<char>(1U << random.below(8));
    if (const auto decoded = EventBlock::decode(Buffer::copyOf(changed))) (void)readBack(*decoded);
  }
}

}  // namespace
}  // namespace roster
