// Working memory for what is gathered of each contact of a chunk from its events. Kept by a thread from chunk to chunk.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/wide_integer.h"
#include "core/data/container.h"
#include "core/eval/event_walk.h"

namespace roster {

// An array over the places of a chunk, made when it is first asked for; what is in it then is unspecified.
template <class T>
class PlaceArray {
 public:
  const T* values() const { return values_.get(); }
  T* get() {
    if (values_ == nullptr) values_ = std::make_unique<T[]>(kChunkSize);
    return values_.get();
  }

 private:
  std::unique_ptr<T[]> values_;
};

// One event of a contact.
struct EventPoint {
  Instant time = 0;
  std::uint16_t place = 0;
};

// What a sequence has reached of a step: the contacts, and when each reached it last.
struct ReachedStep {
  std::vector<EventPoint> room;  // of which the first `size` are the step's events, in order of time
  std::size_t size = 0;
  std::size_t next = 0;  // of them, the one to be looked at
  ChunkWords contacts;   // who has an event of the step, or while a sweep goes on, who has reached it
  PlaceArray<Instant> times;

  std::span<EventPoint> points() { return std::span(room).first(size); }
  std::span<const EventPoint> points() const { return std::span(room).first(size); }
};

// What a look at the events of all contacts leaves in the arrays, by which rows alone tell how an answer changes.
enum class Tally : std::uint8_t {
  none,
  count,  // fewCounts: how many events each has, which is what is asked for
  bound,  // fewCounts: how many events each has, where days or distinct values are asked for, which are no more
  sum,    // numbers: what each contact's values exceed SumTest::over by, altogether
};

// Not thread-safe.
struct EventArrays {
  RowSelection selection;
  EventCursors cursors;
  Tally tally = Tally::none;
  ChunkWords seen;  // places whose entries of the arrays hold something
  PlaceArray<std::uint8_t> fewCounts;
  PlaceArray<std::uint32_t> counts;
  PlaceArray<std::int64_t> numbers;
  PlaceArray<WideInteger> wide;
  std::vector<std::unique_ptr<ReachedStep>> steps;
  std::array<std::uint16_t, EventBlock::kMaxRows + 1> places;  // of some rows of a block, and room to write one more
  std::vector<std::pair<std::uint16_t, std::int64_t>> values;
  std::vector<std::int64_t> grouped;
  FewPlaces few;     // whose events are looked for alone
  ChunkWords found;  // of them, or working memory where all are looked at
};

}  // namespace roster
