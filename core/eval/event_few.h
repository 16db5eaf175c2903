// What is asked of the events of a few contacts of a chunk, contact by contact.
#pragma once

#include "core/eval/event_arrays.h"
#include "core/eval/event_plan.h"

namespace roster {

// The places and values of the events that the selection takes, into arrays.values, in no order: what each event adds
// to the number. Of days it is the day, and of counts it means nothing.
Result<void> gatherValues(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone,
                          EventArrays& arrays);

// Sets the places that the selection is restricted to and whose number is as the leaf asks. dataLoss where a block
// cannot be loaded.
Result<void> findFewNumbers(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone,
                            EventArrays& arrays, ChunkWords& found);

}  // namespace roster
