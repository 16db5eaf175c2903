// Leaves about events, evaluated for one chunk: blocks of events are gone through, and what is asked of each contact is
// gathered in arrays over the chunk's places.
#pragma once

#include <functional>

#include "core/eval/container_algebra.h"
#include "core/eval/event_plan.h"
#include "core/eval/few_places.h"

namespace roster {

// Whether rows of blocks have to be looked at: a window without a filter is answered by the contacts of whole blocks.
bool looksAtRows(const EventLeaf& leaf);

// Whether looking for the events of the candidates alone is faster than going through everybody's.
inline bool areFew(const ContainerView& candidates) { return candidates.cardinality <= FewPlaces::kMostCompared; }

// Those of the candidates for which the leaf holds. dataLoss where a block cannot be loaded.
Result<ContainerView> scanEvents(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk,
                                 const ContainerView& candidates, Scratch& scratch);

// The same of all places, as bits; `found` are those of a few places alone where the selection of the arrays is
// restricted to them.
Result<void> findEvents(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, EventArrays& arrays,
                        ChunkWords& found);

// The events of a type in a chunk; none where the shard has none.
const EventChunk& eventsOf(const Shard& shard, EventId event, ChunkIndex chunk);

// Calls f(part, set, isWithin) for every block of the types that the leaf asks for in a chunk: whether it reaches into
// the times of the set, without which it is not read.
using VisitPart = std::function<void(const EventPart& part, const EventSet& set, bool isWithin)>;
void forEachPart(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, const VisitPart& visit);

// The events of the blocks that the leaf may read in a shard.
std::uint64_t rowsOf(const EventLeaf& leaf, const Shard& shard);

}  // namespace roster
