// Forgetting what no contact holds any more: strings in dictionaries, erased contacts in the index of keys, and items
// that only events named.
#pragma once

#include "core/data/snapshot.h"

namespace roster {

// The snapshot, one sequence on, without the strings of codes that no contact, item or event holds (the codes stay used
// up), without the items that have no attributes and that no event refers to, and without the hashes of erased keys.
// Null where there is nothing to forget. Reads the directories and the blocks of rare values of every shard, blocks of
// events with categories or references, and an index of keys where one was erased.
Result<SnapshotPtr> pruned(const Snapshot& snapshot);

}  // namespace roster
