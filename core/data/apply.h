// Applying a batch to a snapshot: a pure, deterministic function, so that a log of batches is the database.
#pragma once

#include <functional>

#include "core/data/change_batch.h"
#include "core/data/snapshot.h"

namespace roster {

// Runs body(0) … body(count - 1) in any order, perhaps at once, and returns when all are done.
using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& body)>;

// Runs them one after another.
void serialFor(std::size_t count, const std::function<void(std::size_t)>& body);

// The snapshot after the batch, with the given sequence. invalidArgument where the batch names fields or contacts that
// are not there (a damaged log record, or a defect); dataLoss where an old piece cannot be loaded. `before` is as it
// was.
Result<SnapshotPtr> apply(const Snapshot& before, const ChangeBatch& batch, Sequence sequence,
                          const ParallelFor& parallelFor = serialFor);

}  // namespace roster
