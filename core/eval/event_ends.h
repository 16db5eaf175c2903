// The first or the last event of each contact, held against a test.
#pragma once

#include "core/eval/event_arrays.h"
#include "core/eval/event_plan.h"

namespace roster {

// Sets the places of a chunk for which the test holds of that event, and no others: of all, or of those that the
// selection of the arrays is restricted to. dataLoss where a block cannot be loaded.
Result<void> findEnds(const EventEnd& end, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                      ChunkWords& found);

}  // namespace roster
