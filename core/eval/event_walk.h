// The events of a set in one chunk in order of time, those of one instant in the order in which they were recorded.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>

#include "core/eval/event_selection.h"

namespace roster {

// Goes through the rows that a set has in one run. Reused from chunk to chunk; not thread-safe.
class EventCursor {
 public:
  // dataLoss where a block cannot be loaded.
  Result<void> begin(const EventChunk::Run& run, const EventSet& set, const TimeZone& zone, const FewPlaces* only);

  // Whether there is no row left.
  bool isDone() const { return row_ == end_; }
  // Of the row it is at.
  Instant time() const { return time_; }
  const RowSelection& selection() const { return selection_; }
  std::uint32_t row() const { return row_; }

  // Behind the last of the rows from here on, of the same block and stretch, that lie before an instant.
  std::uint32_t rowsBefore(Instant bound) const;
  // Goes on behind these.
  Result<void> advance(std::uint32_t row);

 private:
  Result<void> findBlock();
  void enterRange();

  const EventChunk::Run* run_ = nullptr;
  const EventSet* set_ = nullptr;
  const TimeZone* zone_ = nullptr;
  RowSelection selection_;
  std::shared_ptr<const EventBlock> block_;
  std::size_t part_ = 0;   // the next one
  std::size_t range_ = 0;  // of the selection's
  std::uint32_t row_ = 0;
  std::uint32_t end_ = 0;  // of the range
  Instant time_ = 0;
};

// Kept by a thread from chunk to chunk.
using EventCursors = std::deque<EventCursor>;

// Calls f(selection, begin, end) for stretches of rows of one block, of which those are meant that are selected. Where
// there is one run, as mostly, a stretch is as long as a block allows; what arrived late is a stretch in between.
template <class F>
Result<void> forEachStretch(const EventSet& set, const EventChunk& chunk, const TimeZone& zone, const FewPlaces* only,
                            EventCursors& cursors, F&& f) {
  const std::size_t runs = chunk.runs().size();
  while (cursors.size() < runs) cursors.emplace_back();
  for (std::size_t i = 0; i < runs; ++i) {
    if (auto begun = cursors[i].begin(chunk.runs()[i], set, zone, only); !begun) return begun;
  }
  for (;;) {
    std::size_t first = runs;
    for (std::size_t i = 0; i < runs; ++i) {
      if (!cursors[i].isDone() && (first == runs || cursors[i].time() < cursors[first].time())) first = i;
    }
    if (first == runs) return {};
    // Behind rows of the same instant where they were recorded before.
    constexpr Instant kEnd = std::numeric_limits<Instant>::max();
    Instant bound = kEnd;
    for (std::size_t i = 0; i < runs; ++i) {
      if (i == first || cursors[i].isDone()) continue;
      const Instant time = cursors[i].time();
      bound = std::min(bound, first < i && time != kEnd ? time + 1 : time);
    }
    EventCursor& cursor = cursors[first];
    const std::uint32_t begin = cursor.row();
    const std::uint32_t end = cursor.rowsBefore(bound);
    f(cursor.selection(), begin, end);
    if (auto advanced = cursor.advance(end); !advanced) return advanced;
  }
}

}  // namespace roster
