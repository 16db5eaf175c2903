// Forgetting what no contact holds any more: strings in dictionaries, and erased contacts in the index of keys.
#pragma once

#include "core/data/snapshot.h"

namespace roster {

// The snapshot, one sequence on, without the strings of codes that no contact holds (the codes stay used up) and
// without the hashes of erased contacts' keys. Null where there is nothing to forget. Reads the directories and the
// blocks of rare values of every shard, and the index of keys where contacts were erased.
Result<SnapshotPtr> pruned(const Snapshot& snapshot);

}  // namespace roster
