#include "index/engine/event_directory.h"

#include <functional>
#include <gtest/gtest.h>

#include "index/engine/field_directory.h"
#include "index/engine/piece_store.h"
#include "index/store/memory_store.h"

namespace roster {
namespace {

EventPart partOf(std::uint32_t number, Instant least, Instant greatest, PieceSource& pieces) {
  EventRows rows{{3, 4}, {least, greatest}, {}};
  EventPart part{number, 2, least, greatest, makeSlot(EventBlock::encode(rows, 0, 2))};
  part.block->markStored({PieceKind::eventBlock, 0, 7, eventPartOf(2, number), 9}, pieces);
  return part;
}

class EventDirectoryTest : public ::testing::Test {
 protected:
  // Two runs in the third chunk, as `change` has them.
  EventShard shard(const std::function<void(std::vector<EventChunk::Run>&)>& change = [](auto&) {}) {
    std::vector<EventChunk::Run> runs = {{partOf(0, 10, 20, pieces_), partOf(3, 20, 30, pieces_)},
                                         {partOf(4, 15, 16, pieces_)}};
    change(runs);
    EventShard events;
    events.chunks[2] = EventChunk(std::move(runs), nextNumber_);
    return events;
  }
  Result<EventShard> decoded(std::string_view bytes) { return decodeEventDirectory(bytes, 0, 7, pieces_); }

  std::unique_ptr<Store> store_ = makeMemoryStore();
  PieceCache cache_{std::size_t{1} << 20};
  PieceStore pieces_{*store_, cache_};
  std::uint32_t nextNumber_ = 5;
};

TEST_F(EventDirectoryTest, IsReadBackAsItWasWritten) {
  const EventShard events = shard();
  const auto read = decoded(encodeDirectory(events));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(encodeDirectory(*read), encodeDirectory(events));
  EXPECT_EQ(read->rows(), 6U);
  EXPECT_EQ(read->chunks[2].nextNumber(), 5U);
  const EventPart& part = read->chunks[2].runs().at(0).at(1);
  EXPECT_EQ(part.number, 3U);
  EXPECT_EQ(part.least, 20);
  EXPECT_EQ(part.greatest, 30);
  EXPECT_EQ(part.block->key(), (PieceKey{PieceKind::eventBlock, 0, 7, eventPartOf(2, 3), 9}));
}

TEST_F(EventDirectoryTest, WhatContradictsItselfIsRefused) {
  using Runs = std::vector<EventChunk::Run>;
  const std::pair<const char*, std::function<void(Runs&)>> damages[] = {
      {"a block that is missing", [](Runs& runs) { runs[0][0].block = nullptr; }},
      {"a number that was not given", [](Runs& runs) { runs[1][0].number = 5; }},
      {"no events", [](Runs& runs) { runs[0][1].rows = 0; }},
      {"too many events", [](Runs& runs) { runs[0][1].rows = EventBlock::kMaxRows + 1; }},
      {"a span that ends before it begins", [](Runs& runs) { runs[1][0].least = 17; }},
      {"a block that reaches into the next", [](Runs& runs) { runs[0][0].greatest = 21; }},
      {"a time before all calendars", [](Runs& runs) { runs[1][0].least = std::numeric_limits<Instant>::min(); }},
      {"a time after them", [](Runs& runs) { runs[1][0].greatest = std::numeric_limits<Instant>::max(); }},
      {"a run without blocks", [](Runs& runs) { runs[1].clear(); }},
  };
  for (const auto& [name, damage] : damages) {
    const auto read = decoded(encodeDirectory(shard(damage)));
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, ErrorCode::dataLoss) << name;
  }
  nextNumber_ = kMaxEventParts + 1;
  EXPECT_FALSE(decoded(encodeDirectory(shard())));
  nextNumber_ = 5;
  const std::string bytes = encodeDirectory(shard());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decoded(std::string_view(bytes).substr(0, length))) << length;
  }
}

}  // namespace
}  // namespace roster
