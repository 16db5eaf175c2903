// What contacts did, read from the blocks of events.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/eval/contact_record.h"
#include "core/eval/naive_evaluator.h"

namespace roster {

struct EventHistory {
  std::uint64_t count = 0;          // of all the contact's events
  std::vector<EventRecord> events;  // the latest of them, in order of time; of one instant and type as recorded
};

// At most `most` of a contact's events. dataLoss where a piece cannot be loaded. Loads all blocks of events of the
// contact's chunk, and looks for the contact in them: some hundred microseconds for each million events.
Result<EventHistory> readHistory(const Snapshot& snapshot, ContactId contact,
                                 std::size_t most = std::numeric_limits<std::size_t>::max());

// The histories of all contacts of a chunk, by place.
Result<std::vector<std::vector<EventRecord>>> readHistories(const Snapshot& snapshot, ShardIndex shard,
                                                            ChunkIndex chunk);

// What the naive evaluator is told of events beside contacts' own: types, and the items of all catalogs. dataLoss where
// a piece cannot be loaded.
Result<EventFacts> readFacts(const Snapshot& snapshot);

}  // namespace roster
