// Random typed predicates over the sample fields' values.
#pragma once

#include "core/data/snapshot.h"
#include "core/query/bound.h"
#include "tests/support/random_source.h"

namespace roster {

// A predicate nested up to `depth` deep, of all kinds of leaf that the snapshot's schema allows; values that are
// frequent, rare, and unknown to it.
Bound randomBound(const Snapshot& snapshot, RandomSource& random, int depth);

}  // namespace roster
