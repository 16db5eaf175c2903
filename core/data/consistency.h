// What must hold between the parts of a snapshot, whatever was done to it: that every derived structure says the same
// as the forward columns. `roster check` and the tests of writing are built on it.
#pragma once

#include "core/base/error.h"
#include "core/data/snapshot.h"

namespace roster {

// Checks all of a snapshot: shard sizes, live contacts and their keys, the index of keys, lists, dictionaries, of each
// field its presence, values, slices and indexes, blocks of events and their ids, and of each catalog the same of its
// items. dataLoss at the first contradiction, with a message that names shard, field and piece; the error of a piece
// that cannot be loaded, under the same names. Reads every piece; memory is a few bytes for each value of one field of
// one shard, and 16 for each event of one type that has an id.
Result<void> checkConsistency(const Snapshot& snapshot);

}  // namespace roster
