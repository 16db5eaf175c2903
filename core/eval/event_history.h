// What one contact did, read from the blocks of events.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/eval/contact_record.h"

namespace roster {

struct EventHistory {
  std::uint64_t count = 0;          // of all the contact's events
  std::vector<EventRecord> events;  // the latest of them, in order of time; of one instant and type as recorded
};

// At most `most` of a contact's events. dataLoss where a piece cannot be loaded. Loads all blocks of events of the
// contact's chunk, and looks for the contact in them: some hundred microseconds for each million events.
Result<EventHistory> readHistory(const Snapshot& snapshot, ContactId contact,
                                 std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace roster
