#include "core/eval/event_scan.h"

#include <algorithm>
#include <optional>

#include "core/eval/event_arrays.h"
#include "core/eval/event_ends.h"
#include "core/eval/event_numbers.h"
#include "core/eval/event_sequence.h"

namespace roster {

namespace {

// What one leaf asks of the events of one chunk.
class EventScan {
 public:
  EventScan(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, EventArrays& arrays, ChunkWords& found)
      : zone_(*leaf.zone), shard_(shard), chunk_(chunk), arrays_(arrays), found_(found) {}

  Result<void> operator()(const EventDid& did) {
    if (!did.steps.empty()) return findSequences(did, shard_, chunk_, zone_, arrays_, found_);
    found_.clear();
    return addContacts(did.events, chunkOf(did.events), zone_, arrays_.selection, found_);
  }
  Result<void> operator()(const EventNumber& number) {
    return findNumbers(number, chunkOf(number.events), zone_, arrays_, found_);
  }
  Result<void> operator()(const EventEnd& end) { return findEnds(end, chunkOf(end.events), zone_, arrays_, found_); }

 private:
  const EventChunk& chunkOf(const EventSet& set) const { return eventsOf(shard_, set.event, chunk_); }

  const TimeZone& zone_;
  const Shard& shard_;
  const ChunkIndex chunk_;
  EventArrays& arrays_;
  ChunkWords& found_;
};

}  // namespace

const EventChunk& eventsOf(const Shard& shard, EventId event, ChunkIndex chunk) {
  static const EventChunk none;
  const EventShard* events = shard.eventsOf(event);
  return events == nullptr ? none : events->chunks[chunk];
}

Result<void> findEvents(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, EventArrays& arrays,
                        ChunkWords& found) {
  arrays.tally = Tally::none;
  return std::visit(EventScan(leaf, shard, chunk, arrays, found), leaf.asked);
}

bool looksAtRows(const EventLeaf& leaf) {
  // Of more stretches of time than these, few blocks lie within one.
  constexpr std::size_t kFewStretches = 4;
  const auto isWindow = [](const EventSet& set) { return set.filter == nullptr && set.times.size() <= kFewStretches; };
  if (const auto* did = std::get_if<EventDid>(&leaf.asked)) return !did->steps.empty() || !isWindow(did->events);
  if (const auto* end = std::get_if<EventEnd>(&leaf.asked)) {
    return end->test.kind != EventFilter::Kind::times || !isWindow(end->events);
  }
  return true;
}

Result<ContainerView> scanEvents(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk,
                                 const ContainerView& candidates, Scratch& scratch) {
  ChunkWords& found = scratch.take();
  EventArrays& arrays = scratch.events();
  std::optional<RowSelection::Restriction> few;
  if (areFew(candidates) && looksAtRows(leaf)) {
    arrays.few.clear();
    forEachValue(candidates, [&](std::uint16_t place) { arrays.few.insert(place); });
    few.emplace(arrays.selection, arrays.few);
  }
  if (auto done = findEvents(leaf, shard, chunk, arrays, found); !done) return propagate(done);
  return intersect(settle(found, countOf(found), scratch), candidates, scratch);
}

void forEachPart(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, const VisitPart& visit) {
  forEachSet(leaf, [&](const EventSet& set) {
    eventsOf(shard, set.event, chunk).forEachPart([&](const EventPart& part) {
      visit(part, set, isWithin(part, set));
    });
  });
}

std::uint64_t rowsOf(const EventLeaf& leaf, const Shard& shard) {
  std::uint64_t rows = 0;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    forEachPart(leaf, shard, chunk,
                [&](const EventPart& part, const EventSet&, bool within) { rows += within ? part.rows : 0; });
  }
  return rows;
}

}  // namespace roster
