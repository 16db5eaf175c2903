// A number that each contact's events have, held against what is wanted: how many, on how many days, what they add up
// to.
#pragma once

#include "core/eval/event_arrays.h"
#include "core/eval/event_plan.h"

namespace roster {

// A count of a byte stops here, where no more is asked, and leaves the byte's highest bit free.
inline constexpr std::uint8_t kManyEvents = 127;

// Whether counters that stop there tell such counts.
bool areFewCounts(const Intervals& counts);

// Sets the places of a chunk whose number is wanted, and no others: of all, or of those that the selection of the
// arrays is restricted to. A count of all that areFewCounts() leaves its counters in arrays.fewCounts. dataLoss where a
// block cannot be loaded.
Result<void> findNumbers(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                         ChunkWords& found);

}  // namespace roster
