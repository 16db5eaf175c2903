// How many contacts a leaf of a predicate is expected to select, from what directories say without loading a bitmap.
#pragma once

#include <string>
#include <vector>

#include "core/data/snapshot.h"
#include "core/query/bound.h"

namespace roster {

struct Estimate {
  double contacts = 0;
  bool certain = false;            // it is the count
  std::vector<std::string> notes;  // sentences for a person: values never held, scans
};

// Of a leaf; connectives are the caller's to combine. Loads dictionaries, pieces of the key index, frozen lists; and
// where `looksIntoBlocks`, for a note on what filters of events pass over, the blocks of events that the leaf reads.
Result<Estimate> estimateLeaf(const Bound& leaf, const Snapshot& snapshot, bool looksIntoBlocks);

// The live contacts that have a value of the field.
std::uint64_t presentCount(const Snapshot& snapshot, FieldId field);

}  // namespace roster
