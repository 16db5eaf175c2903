// The part of applying a batch that is about events: what is recorded, retained and erased, and the items of catalogs.
#pragma once

#include <functional>
#include <vector>

#include "core/data/apply.h"
#include "core/data/bitmap.h"
#include "core/data/change_batch.h"
#include "core/data/snapshot.h"

namespace roster {

// The new version of a shard of the snapshot that is being made.
using DraftShard = std::function<Shard&(ShardIndex)>;

// Sets the types and catalogs; what belongs to types that are gone goes. invalidArgument where they do not succeed
// those that are there: an id is another's, or a property is of another kind.
Result<void> replaceEventSchema(const EventSchema& events, Snapshot& after, const DraftShard& draft);

// Changes the items of a catalog.
Result<void> changeCatalog(const CatalogChanges& changes, Snapshot& after, const ParallelFor& parallelFor);

// Adds events to their chunks. Items that they are the first to name come to be, without attributes.
Result<void> recordEvents(const EventChanges& changes, Snapshot& after, const DraftShard& draft,
                          const ParallelFor& parallelFor);

// Drops the events of a type before an instant.
Result<void> retainEvents(const EventRetention& retention, Snapshot& after, const DraftShard& draft,
                          const ParallelFor& parallelFor);

// Drops all events of contacts of a shard of the snapshot; `edits` names them, ascending.
Result<void> eraseEvents(Shard& shard, const std::vector<MemberEdit>& edits, Snapshot& after);

}  // namespace roster
