#include "core/eval/event_history.h"

#include <gtest/gtest.h>

#include "core/data/apply.h"

namespace roster {
namespace {

constexpr FieldId kShop = 1;
constexpr FieldId kItem = 2;

// Two contacts, of whom the first was seen at three times, out of order and twice at one instant.
SnapshotPtr seenTwice() {
  ChangeBatch batch;
  batch.events = EventSchema()
                     .withCatalog("items")
                     ->withType("seen")
                     ->withProperty("seen", "shop", {FieldKind::category})
                     ->withReference("seen", "item", "items")
                     .value();
  batch.newKeys.append("a");
  batch.newKeys.append("b");
  EventChanges seen{1, {0, 0, 0}, {500, 100, 500}, {}, {{kShop, {0, 1, 2}, {0, 1, 1}, {}}, {kItem, {1}, {0}, {}}}};
  for (const char* shop : {"north", "south"}) seen.properties[0].strings.append(shop);
  seen.properties[1].strings.append("ball");
  batch.recorded.push_back(std::move(seen));
  return apply(Snapshot(), batch, 1).value();
}

// The snapshot with another number for a property of all of its events.
Snapshot withNumber(FieldId property, std::int64_t number) {
  Snapshot snapshot = *seenTwice();
  EventShard events = *snapshot.shards[0]->eventsOf(1);
  EventChunk::Run run = events.chunks[0].runs().at(0);
  EventRows rows;
  run.at(0).block->get().value()->appendTo(rows);
  for (std::int64_t& value : rows.columnOf(property).values) value = number;
  run[0].block = makeSlot(EventBlock::encode(rows, 0, rows.size()));
  events.chunks[0] = EventChunk({run}, events.chunks[0].nextNumber());
  auto shard = std::make_shared<Shard>(*snapshot.shards[0]);
  shard->events[1] = std::make_shared<const EventShard>(std::move(events));
  snapshot.shards[0] = std::move(shard);
  return snapshot;
}

TEST(EventHistory, IsInOrderOfTimeAndRecording) {
  const auto history = readHistory(*seenTwice(), 0);
  ASSERT_TRUE(history);
  EXPECT_EQ(history->count, 3U);
  const std::string north = "north";
  const std::string south = "south";
  EXPECT_EQ(history->events, (std::vector<EventRecord>{{1, 100, {{kShop, south}, {kItem, std::string("ball")}}},
                                                       {1, 500, {{kShop, north}}},
                                                       {1, 500, {{kShop, south}}}}));
  EXPECT_EQ(readHistory(*seenTwice(), 0, 1)->events.size(), 1U);
  EXPECT_EQ(readHistory(*seenTwice(), 0, 1)->count, 3U);
  EXPECT_EQ(readHistory(*seenTwice(), 1)->count, 0U);
  EXPECT_EQ(readHistory(*seenTwice(), kShardSize).error().code, ErrorCode::notFound);
}

// What a seal cannot tell, `roster check` names, and nothing else may come to grief of.
TEST(EventHistory, ValuesThatStandForNothingAreDamage) {
  for (const std::int64_t number : {std::int64_t{3}, std::int64_t{-1}, (std::int64_t{1} << 32) + 1}) {
    EXPECT_EQ(readHistory(withNumber(kShop, number), 0).error().code, ErrorCode::dataLoss) << number;
  }
  for (const std::int64_t number : {std::int64_t{-1}, std::int64_t{1} << 32}) {
    EXPECT_EQ(readHistory(withNumber(kItem, number), 0).error().code, ErrorCode::dataLoss) << number;
  }
  // An item that was erased has no key, and one that never was has none either.
  const auto unknown = readHistory(withNumber(kItem, kShardSize + 5), 0);
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->events[0].values.at(kItem), FieldValue(std::string()));
}

}  // namespace
}  // namespace roster
