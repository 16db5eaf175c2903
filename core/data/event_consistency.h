// The part of the consistency check that is about events: their blocks, the ids they were recorded with, and what their
// dictionaries are of. The items of catalogs are checked as a snapshot is.
#pragma once

#include <map>
#include <string>

#include "core/base/error.h"
#include "core/data/dictionary.h"
#include "core/data/snapshot.h"

namespace roster {

// Whether the blocks of every type hold what the directory says of them, in order of time, of live contacts, with
// values that their properties can have, and whether the ids that are known are those of the events that are there.
// `dictionaries` are those of the snapshot. Errors are dataLoss, or those of pieces that cannot be loaded, and name
// shard, type and block. Takes 16 bytes for each event of one type that has an id.
Result<void> checkEvents(const Snapshot& snapshot, const std::map<FieldId, LoadedDictionary>& dictionaries);

// Whose dictionary it is, for messages; dataLoss where no property of events has one under this number.
Result<std::string> ownerOfDictionary(const EventSchema& events, FieldId dictionary);

}  // namespace roster
