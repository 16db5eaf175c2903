// Runs a predicate over a whole snapshot, one chunk after another in this thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/data/snapshot.h"
#include "core/query/bound.h"

namespace roster {

struct Evaluation {
  std::vector<ContactId> contacts;  // ascending
  std::uint64_t counted = 0;        // by counting, which stores nothing: as many as `contacts`
};

// Internal, with a message that says which chunk, where the evaluator counts other than it evaluates, gives a view that
// breaks the invariants of its kind, or finds something in a chunk that the program says has nothing.
Result<Evaluation> evaluate(const Bound& predicate, const Snapshot& snapshot);

}  // namespace roster
