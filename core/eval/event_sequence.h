// Sequences of events: one of a set that is followed by one of each step in time, or by none of the last.
#pragma once

#include "core/data/snapshot.h"
#include "core/eval/event_arrays.h"
#include "core/eval/event_plan.h"

namespace roster {

// Sets the places of a chunk for which the sequence holds, and no others.
Result<void> findSequences(const EventDid& did, const Shard& shard, ChunkIndex chunk, const TimeZone& zone,
                           EventArrays& arrays, ChunkWords& found);

}  // namespace roster
