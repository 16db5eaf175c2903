// A number that each contact's events have, held against what is wanted: how many, on how many days, what they add up
// to.
#pragma once

#include <optional>

#include "core/eval/event_arrays.h"
#include "core/eval/event_plan.h"

namespace roster {

// A count of a byte stops here, where no more is asked, and leaves the byte's highest bit free.
inline constexpr std::uint8_t kManyEvents = 127;

// The least number that is wanted, or 0, as such a counter has it.
std::uint8_t leastCountOf(const EventNumber& number);

// A sum or an average as a test of what the values exceed a number by, altogether. An average is at least a whole
// number where that is 0 or more, and above it where it is 1 or more: then it takes one sum a contact, and no number of
// values.
struct SumTest {
  std::int64_t over = 0;  // the number
  Intervals sums;
  bool ofNone = true;  // whether who has no value has the sum 0; else nothing holds for them
};
// Nothing where the number is neither, or an average between two.
std::optional<SumTest> sumTestOf(const EventNumber& number);

// Sets the places of a chunk whose number is wanted, and no others: of all, or of those that the selection of the
// arrays is restricted to. A look at all says in arrays.tally what it leaves there. dataLoss where a block cannot be
// loaded.
Result<void> findNumbers(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                         ChunkWords& found);

}  // namespace roster
