#include "core/data/event_shard.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "tests/support/random_source.h"

namespace roster {
namespace {

constexpr FieldId kNumber = 3;

struct ModelEvent {
  std::uint16_t place = 0;
  Instant time = 0;
  std::int64_t number = 0;  // in the order of recording

  friend bool operator==(const ModelEvent&, const ModelEvent&) = default;
};
using Model = std::vector<ModelEvent>;  // in the order of recording

// All events in order of time and recording, as the chunk has them.
Model readAll(const EventChunk& chunk) {
  Model events;
  for (const EventChunk::Run& run : chunk.runs()) {
    Instant before = run.front().least;
    for (const EventPart& part : run) {
      EventRows rows;
      (*part.block->get())->appendTo(rows);
      EXPECT_EQ(rows.size(), part.rows);
      EXPECT_EQ(rows.times.front(), part.least);
      EXPECT_EQ(rows.times.back(), part.greatest);
      EXPECT_LE(before, part.least);
      EXPECT_TRUE(std::is_sorted(rows.times.begin(), rows.times.end()));
      before = part.greatest;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        events.push_back({rows.places[i], rows.times[i], rows.columns.front().values[i]});
      }
    }
  }
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return events;
}

Model inOrderOfTime(Model model) {
  std::stable_sort(model.begin(), model.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  return model;
}

void record(EventChunk& chunk, Model& model, const std::vector<std::pair<std::uint16_t, Instant>>& events) {
  EventRows rows;
  for (const auto& [place, time] : events) {
    rows.places.push_back(place);
    rows.times.push_back(time);
  }
  EventColumn& numbers = rows.columnOf(kNumber);
  for (std::size_t i = 0; i < events.size(); ++i) {
    numbers.values[i] = static_cast<std::int64_t>(model.size());
    numbers.present[i] = true;
    model.push_back({events[i].first, events[i].second, numbers.values[i]});
  }
  auto recorded = chunk.withRecorded(rows);
  ASSERT_TRUE(recorded);
  chunk = *std::move(recorded);
}

std::size_t partsOf(const EventChunk& chunk) {
  std::size_t parts = 0;
  chunk.forEachPart([&](const EventPart&) { ++parts; });
  return parts;
}

TEST(EventChunk, HoldsWhatAModelHoldsWhateverComesLateIsRetainedOrErased) {
  RandomSource random(20261125);
  EventChunk chunk;
  Model model;
  std::vector<KeyEntry> forgotten;
  Instant now = 0;
  for (int batch = 0; batch < 300; ++batch) {
    std::vector<std::pair<std::uint16_t, Instant>> events(1 + random.below(random.oneOf({1U, 5U, 400U, 3000U})));
    const std::int64_t late = random.oneOf<std::int64_t>({0, 0, 10, 1000, 100'000});
    for (auto& [place, time] : events) {
      place = static_cast<std::uint16_t>(random.below(50));
      time = now - (random.chance(50) ? 0 : random.between(0, late));
      now += random.chance(40) ? random.between(0, 20) : 0;
    }
    ASSERT_NO_FATAL_FAILURE(record(chunk, model, events));
    if (random.chance(5)) {
      const Instant from = now - random.between(1000, 60'000);
      chunk = *chunk.without([&](const EventPart& part) { return part.least < from; },
                             [&](std::uint16_t, Instant time) { return time < from; }, forgotten);
      std::erase_if(model, [&](const ModelEvent& event) { return event.time < from; });
    }
    if (random.chance(5)) {
      const auto erased = static_cast<std::uint16_t>(random.below(50));
      chunk = *chunk.without([](const EventPart&) { return true; },
                             [&](std::uint16_t place, Instant) { return place == erased; }, forgotten);
      std::erase_if(model, [&](const ModelEvent& event) { return event.place == erased; });
    }
    ASSERT_EQ(chunk.rows(), model.size());
    // A tree that is merged as it grows has few runs.
    ASSERT_LE(chunk.runs().size(), 20U);
    if (batch % 10 != 0) continue;
    ASSERT_EQ(readAll(chunk), inOrderOfTime(model)) << batch;
  }
  EXPECT_EQ(readAll(chunk), inOrderOfTime(model));
}

TEST(EventChunk, StaysOneRunOfLargeBlocksWhereEventsComeInOrder) {
  EventChunk chunk;
  Model model;
  for (int batch = 0; batch < 500; ++batch) {
    std::vector<std::pair<std::uint16_t, Instant>> events;
    for (int i = 0; i < 200; ++i) events.emplace_back(i, batch * 1000 + i / 2);
    ASSERT_NO_FATAL_FAILURE(record(chunk, model, events));
    ASSERT_EQ(chunk.runs().size(), 1U);
  }
  EXPECT_EQ(readAll(chunk), inOrderOfTime(model));
  EXPECT_LE(partsOf(chunk), 100'000 / EventBlock::kMaxRows * 2 + 8);
}

TEST(EventChunk, KeepsFewLateEventsApartFromManyThatWereThere) {
  EventChunk chunk;
  Model model;
  std::vector<std::pair<std::uint16_t, Instant>> events;
  for (int i = 0; i < 60'000; ++i) events.emplace_back(i, i * 100);
  ASSERT_NO_FATAL_FAILURE(record(chunk, model, events));
  std::set<const void*> before;
  chunk.forEachPart([&](const EventPart& part) { before.insert(part.block.get()); });
  for (int i = 0; i < 60; ++i) ASSERT_NO_FATAL_FAILURE(record(chunk, model, {{i, i * 90'001}}));
  std::size_t kept = 0;
  chunk.forEachPart([&](const EventPart& part) { kept += before.contains(part.block.get()) ? 1 : 0; });
  EXPECT_EQ(kept, before.size());
  EXPECT_LE(chunk.runs().size(), 8U);
  EXPECT_EQ(readAll(chunk), inOrderOfTime(model));
}

TEST(EventChunk, OrdersTiesByRecordingWhateverIsMerged) {
  EventChunk chunk;
  Model model;
  ASSERT_NO_FATAL_FAILURE(record(chunk, model, {{1, 50}, {1, 50}, {1, 70}}));
  ASSERT_NO_FATAL_FAILURE(record(chunk, model, {{1, 70}, {1, 10}}));
  ASSERT_NO_FATAL_FAILURE(record(chunk, model, {{1, 50}, {1, 70}}));
  std::vector<std::int64_t> numbers;
  for (const ModelEvent& event : readAll(chunk)) numbers.push_back(event.number);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{4, 0, 1, 5, 2, 3, 6}));
}

// The directory under one seal, the block under another: what merges and drops must not count on both.
TEST(EventChunk, ABlockOfAnotherSizeThanItsDirectorySaysIsDamage) {
  EventChunk chunk;
  Model model;
  ASSERT_NO_FATAL_FAILURE(record(chunk, model, {{1, 50}, {2, 60}}));
  std::vector<EventChunk::Run> runs = chunk.runs();
  runs[0][0].rows = 3;
  const EventChunk damaged(runs, chunk.nextNumber());
  std::vector<KeyEntry> forgotten;
  const auto dropped = damaged.without([](const EventPart&) { return true; },
                                       [](std::uint16_t place, Instant) { return place == 1; }, forgotten);
  ASSERT_FALSE(dropped);
  EXPECT_EQ(dropped.error().code, ErrorCode::dataLoss);
  EventRows rows{{1}, {55}, {}};
  EXPECT_EQ(damaged.withRecorded(rows).error().code, ErrorCode::dataLoss);
}

}  // namespace
}  // namespace roster
