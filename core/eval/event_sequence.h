// Sequences of events: one of a set that is followed by one of each step in time, or by none of the last.
#pragma once

#include "core/data/snapshot.h"
#include "core/eval/event_arrays.h"
#include "core/eval/event_plan.h"

namespace roster {

// Sets the places of a chunk for which the sequence holds, and no others.
Result<void> findSequences(const EventDid& did, const Shard& shard, ChunkIndex chunk, const TimeZone& zone,
                           EventArrays& arrays, ChunkWords& found);

// The events of a set in order of time and recording; flag(row) says what is kept of each beside its time.
template <class Flag>
Result<void> gatherPoints(const EventSet& set, const EventChunk& chunk, const TimeZone& zone, RowSelection& selection,
                          std::vector<EventPoint>& points, const Flag& flag) {
  points.clear();
  const EventValue time{EventField::Source::time, 0, nullptr, {FieldKind::timestamp}};
  const auto earlier = [](const EventPoint& a, const EventPoint& b) { return a.time < b.time; };
  return forEachSelection(set, chunk, zone, selection, [&](const RowSelection& rows) {
    const auto places = rows.block().places();
    const auto middle = static_cast<std::ptrdiff_t>(points.size());
    auto flagOf = flag(rows.block());
    rows.forEachValue(time, zone, [&](std::uint32_t row, Instant at) {
      points.push_back({at, places[row], flagOf(row)});
    });
    // Blocks of another run may lie between those that were there; of one instant, theirs were recorded later.
    const auto own = points.begin() + middle;
    if (middle == 0 || own == points.end() || !earlier(*own, *(own - 1))) return;
    std::inplace_merge(std::upper_bound(points.begin(), own, *own, earlier), own, points.end(), earlier);
  });
}

// The same with nothing kept beside the time.
inline Result<void> gatherPoints(const EventSet& set, const EventChunk& chunk, const TimeZone& zone,
                                 RowSelection& selection, std::vector<EventPoint>& points) {
  return gatherPoints(set, chunk, zone, selection, points,
                      [](const EventBlock&) { return [](std::uint32_t) { return false; }; });
}

}  // namespace roster
