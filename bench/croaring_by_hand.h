// What Roster is measured against for boolean audiences: for each named query the best that a careful programmer would
// write by hand with CRoaring's public API, operation by operation on whole bitmaps, on one thread.
//
// Careful means: counting without making the last bitmap, the smallest operands first, unions of many at once or lazily
// with one repair at the end, values that exclude each other counted by adding up, and comparisons of numbers by the
// algebra of bit slices (O'Neil and Quass, 1997) from the low slice up.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "bench/hand_index.h"
#include "bench/queries.h"

namespace roster::bench {

// Writes the count of each predicate of the query.
using HandQuery = std::function<void(std::span<std::uint64_t>)>;

// Ready to run, its bitmaps loaded; nothing for a query that is not written by hand (all boolean ones are). The error
// is the index's. `index` outlives it.
Result<std::optional<HandQuery>> croaringByHand(const BenchQuery& query, HandIndex& index);

}  // namespace roster::bench
