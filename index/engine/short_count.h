// Counting on a thread that must not be kept waiting, such as a server's event loop.
#pragma once

#include <cstdint>
#include <optional>

#include "core/data/snapshot.h"
#include "core/query/bound.h"
#include "index/engine/executor.h"

namespace roster {

// The count of a predicate that is expected to take no more than some 50 µs, all pieces being in memory; nothing where
// it may take longer. What may is known before anything is done for it: events, patterns, keys, buckets, comparisons
// of fields, many shards. `thread` is an executor of one thread.
std::optional<Result<std::uint64_t>> countIfShort(const Bound& predicate, const SnapshotPtr& snapshot,
                                                  const Executor& thread);

}  // namespace roster
