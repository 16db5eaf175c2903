#include "core/data/event_consistency.h"

#include <cstring>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/civil_time.h"
#include "core/data/apply.h"
#include "core/data/consistency.h"
#include "tests/support/shop_events.h"

namespace roster {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr ContactId kBuyers = 200;
constexpr ContactId kErasedBuyer = 17;
constexpr std::uint32_t kPurchases = 1500;  // so many that the block knows its contacts
constexpr FieldId kAmountId = 1;
constexpr FieldId kPromoId = 2;
constexpr FieldId kPaidId = 3;
constexpr FieldId kStoreId = 4;
constexpr FieldId kProductId = 5;

EventChanges somePurchases() {
  EventChanges changes{1, {}, {}, {}, {}};
  for (const FieldId property : {kAmountId, kPromoId, kPaidId, kStoreId, kProductId}) {
    changes.properties.push_back({property, {}, {}, {}});
  }
  for (const char* store : {"Gdynia", "Łódź", "Radom"}) changes.properties[kStoreId - 1].strings.append(store);
  for (const char* product : {"milk", "bread"}) changes.properties[kProductId - 1].strings.append(product);
  for (std::uint32_t row = 0; row < kPurchases; ++row) {
    changes.contacts.push_back(row % kBuyers);
    changes.times.push_back(row * kMillisecondsPerHour);
    changes.identities.push_back(identityOf(fmt::format("p{}", row)));
    const std::int64_t values[] = {row * 7, row % 2, row * kMillisecondsPerDay, row % 3, row % 2};
    for (std::size_t i = 0; i < changes.properties.size(); ++i) {
      changes.properties[i].rows.push_back(row);
      changes.properties[i].values.push_back(values[i]);
    }
  }
  return changes;
}

// A database with one block of events, whose parts a test then makes contradict each other.
class DamagedEvents {
 public:
  DamagedEvents() {
    ChangeBatch batch;
    batch.events = shopEvents();
    for (ContactId contact = 0; contact < kBuyers; ++contact) batch.newKeys.append(fmt::format("k{}", contact));
    batch.recorded.push_back(somePurchases());
    batch.erased = {kErasedBuyer};
    snapshot = *apply(Snapshot(), batch, 1).value();
    run = chunk().runs().at(0);
    nextNumber = chunk().nextNumber();
    EXPECT_EQ(run.size(), 1U);
  }

  const EventChunk& chunk() const { return snapshot.shards[0]->eventsOf(1)->chunks[0]; }
  EventRows rows() const {
    EventRows rows;
    run[0].block->get().value()->appendTo(rows);
    return rows;
  }

  // Puts a block of these rows in the place of the one that is there, with a directory that agrees.
  void setRows(const EventRows& rows) {
    run[0].rows = static_cast<std::uint32_t>(rows.size());
    run[0].least = rows.times.front();
    run[0].greatest = rows.times.back();
    run[0].block = makeSlot(EventBlock::encode(rows, 0, rows.size()));
  }
  // Gives the first event another value.
  void setValue(FieldId property, std::int64_t value) {
    EventRows changed = rows();
    changed.columnOf(property).values[0] = value;
    changed.columnOf(property).present[0] = true;
    setRows(changed);
  }
  // Changes the stored bytes of the block.
  template <class T>
  void patch(std::size_t offset, T value) {
    std::string bytes(run[0].block->get().value()->encoded());
    std::memcpy(bytes.data() + offset, &value, sizeof value);
    auto block = EventBlock::decode(Buffer::copyOf(bytes));
    ASSERT_TRUE(block);
    run[0].block = makeSlot(*std::move(block));
  }

  void setEvents(EventId event, EventShard events) {
    auto shard = std::make_shared<Shard>(*snapshot.shards[0]);
    shard->events[event] = std::make_shared<const EventShard>(std::move(events));
    snapshot.shards[0] = std::move(shard);
  }

  // What the check says once the run is as the test has made it.
  std::string found() {
    EventShard events;
    events.chunks[0] = EventChunk({run}, nextNumber);
    setEvents(1, std::move(events));
    return said();
  }
  // What it says of the snapshot as it is.
  std::string said() const {
    const auto sound = checkConsistency(snapshot);
    if (sound) return "";
    EXPECT_EQ(sound.error().code, ErrorCode::dataLoss);
    return sound.error().message;
  }

  Snapshot snapshot;
  EventChunk::Run run;
  std::uint32_t nextNumber = 0;
};

constexpr const char* kBlock = "shard 0, event 'purchase', chunk 0: block 1: ";

TEST(EventConsistency, SoundEventsAreSound) {
  DamagedEvents sound;
  EXPECT_EQ(sound.found(), "");
  sound.setRows(sound.rows());
  EXPECT_EQ(sound.found(), "");
}

TEST(EventConsistency, NamesWhatTheDirectoryGetsWrong) {
  DamagedEvents count;
  ++count.run[0].rows;
  EXPECT_EQ(count.found(),
            fmt::format("{}it has {} events, its directory says {}", kBlock, count.run[0].rows - 1, count.run[0].rows));

  for (Instant EventPart::*end : {&EventPart::least, &EventPart::greatest}) {
    DamagedEvents times;
    ++(times.run[0].*end);
    EXPECT_EQ(times.found(), kBlock + std::string("its times are not those its directory says"));
  }
  DamagedEvents inside;
  inside.patch(16, Instant{7});  // the greatest time as the block itself has it
  EXPECT_EQ(inside.found(), kBlock + std::string("its times are not those its directory says"));

  DamagedEvents number;
  number.nextNumber = number.run[0].number;
  EXPECT_EQ(number.found(), kBlock + std::string("its number is not its own"));
  DamagedEvents twice;
  twice.run.push_back(twice.run[0]);
  EXPECT_EQ(twice.found(), kBlock + std::string("its number is not its own"));

  DamagedEvents none;
  none.setEvents(1, EventShard());
  EXPECT_EQ(none.said(), "shard 0, event 'purchase': there is none, and yet the type is kept");
}

TEST(EventConsistency, NamesTimesThatAreOutOfOrder) {
  DamagedEvents order;
  EventRows rows = order.rows();
  std::swap(rows.times[5], rows.times[6]);
  order.setRows(rows);
  EXPECT_EQ(order.found(), kBlock + std::string("its times do not ascend"));

  DamagedEvents late;
  rows = late.rows();
  rows.times.back() = 10'000 * 366 * kMillisecondsPerDay;
  late.setRows(rows);
  EXPECT_EQ(late.found(), kBlock + std::string("it holds a time outside the years 0 to 9999"));

  // The second block begins a millisecond before the first one ends.
  DamagedEvents overlap;
  rows = overlap.rows();
  overlap.setRows(rows);
  overlap.run.push_back(overlap.run[0]);
  overlap.run[1].number = overlap.nextNumber++;
  overlap.run[1].least = overlap.run[0].greatest - 1;
  EXPECT_THAT(overlap.found(), EndsWith("block 2: it begins before the one in front of it ends"));
}

TEST(EventConsistency, NamesContactsThatAreNotThere) {
  for (const ContactId contact : {kErasedBuyer, kBuyers}) {
    DamagedEvents gone;
    EventRows rows = gone.rows();
    rows.places[3] = static_cast<std::uint16_t>(contact);
    gone.setRows(rows);
    EXPECT_EQ(gone.found(), fmt::format("{}contact {} is not live", kBlock, contact));
  }
  // The places in front of the rows: the first of them is contact 0.
  DamagedEvents front;
  const std::size_t columns = front.run[0].block->get().value()->columns().size();
  front.patch(24 + 32 * columns + 2 * kErasedBuyer, std::uint16_t{kErasedBuyer});
  EXPECT_EQ(front.found(), kBlock + std::string("the contacts in front are not those of its events"));
}

TEST(EventConsistency, NamesFiguresThatAreNotThoseOfTheValues) {
  // An entry of a column: property, values, distinct values, length; least, greatest.
  for (const std::size_t offset : {16U, 24U}) {
    DamagedEvents figures;
    figures.patch(24 + offset, std::int64_t{5});
    EXPECT_EQ(figures.found(), kBlock + std::string("the figures of property 'amount' are not those of its values"));
  }
  DamagedEvents distinct;
  const EventBlock& block = *distinct.run[0].block->get().value();
  const auto* values = reinterpret_cast<const char*>(block.column(kPromoId)->distinct.data());
  distinct.patch(static_cast<std::size_t>(values - block.encoded().data()), std::int64_t{1});
  EXPECT_EQ(distinct.found(), kBlock + std::string("the figures of property 'promo' are not those of its values"));
}

TEST(EventConsistency, NamesValuesThatStandForNothing) {
  const std::tuple<FieldId, std::int64_t, const char*> wrong[] = {
      {kPromoId, 2, "promo"},
      {kPromoId, -1, "promo"},
      {kStoreId, 0, "store"},
      {kStoreId, 4, "store"},
      {kStoreId, -1, "store"},
      {kStoreId, (std::int64_t{1} << 32) + 1, "store"},
      {kProductId, 2, "product"},
      {kProductId, -1, "product"},
      {kProductId, std::int64_t{1} << 32, "product"},
      {kPaidId, std::int64_t{1} << 60, "paid"},
  };
  for (const auto& [property, value, name] : wrong) {
    DamagedEvents damaged;
    damaged.setValue(property, value);
    EXPECT_EQ(damaged.found(),
              fmt::format("{}property '{}' has value {}, which stands for nothing", kBlock, name, value));
  }
  DamagedEvents unknown;
  unknown.setValue(9, 1);
  EXPECT_EQ(unknown.found(), kBlock + std::string("property 9 is not there"));

  DamagedEvents erased;  // a string that was erased from the dictionary, and an item that was erased from the catalog
  auto& stores = erased.snapshot.dictionaries[dictionaryOf(1, kStoreId)];
  stores = std::make_shared<const Dictionary>(stores->withErased(std::vector<Code>{2}).value());
  EXPECT_THAT(erased.found(), EndsWith("property 'store' has value 2, which stands for nothing"));
  DamagedEvents items;
  ChangeBatch batch;
  batch.erased = {1};
  items.snapshot.catalogs[1] = apply(*items.snapshot.catalogs[1], batch, 2).value();
  EXPECT_THAT(items.found(), EndsWith("property 'product' has value 1, which stands for nothing"));
}

TEST(EventConsistency, NamesIdsThatAreNotThoseOfTheEvents) {
  const std::string where = "ids of event 'purchase': ";
  DamagedEvents missing;
  missing.snapshot.identities.erase(1);
  EXPECT_THAT(missing.found(), StartsWith(where + "0 are known"));

  DamagedEvents spare;
  auto& known = spare.snapshot.identities[1];
  const EventIdentity identity = identityOf("nobody's");
  known = std::make_shared<const KeyIndex>(known->withAppended({{identity.hash, identity.more}}).value());
  EXPECT_THAT(spare.found(), StartsWith(where));

  DamagedEvents other;
  other.setValue(kIdentityHash, 5);
  EXPECT_THAT(other.found(), StartsWith(where));

  DamagedEvents half;
  EventRows rows = half.rows();
  rows.columnOf(kIdentityHash).present[0] = false;
  half.setRows(rows);
  EXPECT_EQ(half.found(), kBlock + std::string("it holds halves of ids"));

  DamagedEvents stray;
  const auto listed = stray.snapshot.identities[1];
  stray.snapshot.identities[7] = listed;
  EXPECT_EQ(stray.found(), "there are ids of events of type 7, which is not there");

  DamagedEvents part;
  std::vector<KeyIndex::Run> runs = part.snapshot.identities[1]->runs();
  ++runs[0][0].size;
  part.snapshot.identities[1] = std::make_shared<const KeyIndex>(runs);
  EXPECT_THAT(part.found(), StartsWith(where + "a part has "));
  --runs[0][0].size;
  runs[0][0].firstHash = ~std::uint64_t{0};
  part.snapshot.identities[1] = std::make_shared<const KeyIndex>(runs);
  EXPECT_EQ(part.found(), where + "one lies in a part in which it is not looked for");
}

TEST(EventConsistency, NamesTypesAndPropertiesThatAreNotThere) {
  DamagedEvents type;
  type.setEvents(7, *type.snapshot.shards[0]->events.find(1)->second);
  EXPECT_EQ(type.said(), "shard 0: it has events of type 7, which is not there");

  const std::pair<FieldId, const char*> wrong[] = {
      {dictionaryOf(7, kStoreId), "there is a dictionary of property 4 of events 7, which is not there"},
      {dictionaryOf(1, 9), "there is a dictionary of property 9 of events 1, which is not there"},
      {dictionaryOf(1, kAmountId),
       "event 'purchase', property 'amount': there is a dictionary of it, and yet it is no "
       "category"},
      {dictionaryOf(1, kProductId),
       "event 'purchase', property 'product': there is a dictionary of it, and yet it is no "
       "category"},
  };
  for (const auto& [dictionary, message] : wrong) {
    DamagedEvents damaged;
    damaged.snapshot.dictionaries[dictionary] = std::make_shared<const Dictionary>();
    EXPECT_EQ(damaged.found(), message);
  }
}

TEST(EventConsistency, NamesWhatIsWrongWithCatalogs) {
  DamagedEvents missing;
  missing.snapshot.catalogs.clear();
  EXPECT_THAT(missing.found(), HasSubstr("property 'product' has value"));
  missing.setEvents(1, EventShard());
  missing.snapshot.shards.clear();
  missing.snapshot.keyIndex = std::make_shared<const KeyIndex>();
  missing.snapshot.identities.erase(1);
  EXPECT_EQ(missing.said(), "catalog 'products': its items are not there");

  DamagedEvents stray;
  stray.snapshot.catalogs[5] = std::make_shared<const Snapshot>();
  EXPECT_EQ(stray.found(), "there are items of catalog 5, which is not there");

  const auto changed = [](const std::function<void(Snapshot&)>& change) {
    DamagedEvents damaged;
    auto items = std::make_shared<Snapshot>(*damaged.snapshot.catalogs[1]);
    change(*items);
    damaged.snapshot.catalogs[1] = std::move(items);
    return damaged.found();
  };
  EXPECT_EQ(changed([](Snapshot& items) { items.schema = std::make_shared<const Schema>(); }),
            "catalog 'products': its items have other attributes than it declares");
  EXPECT_EQ(changed([](Snapshot& items) { items.lists[1]; }),
            "catalog 'products': its items have what only a database has");
  EXPECT_EQ(changed([](Snapshot& items) { items.events = std::make_shared<const EventSchema>(shopEvents()); }),
            "catalog 'products': its items have what only a database has");
  EXPECT_EQ(changed([](Snapshot& items) { items.keyIndex = std::make_shared<const KeyIndex>(); }),
            "catalog 'products': shard 0, keys of chunk 0: the index of keys does not know that of contact 0");
}

}  // namespace
}  // namespace roster
