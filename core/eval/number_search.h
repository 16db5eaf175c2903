// Comparing numbers of one chunk through its bit-sliced index.
#pragma once

#include "core/data/field_shard.h"
#include "core/eval/container_algebra.h"
#include "core/query/intervals.h"

namespace roster {

// Those candidates (contacts of the chunk that have a number) whose number lies in one of the intervals. `range` is the
// chunk's least and greatest number; where it decides, the slices are not looked at and may be null.
ContainerView findNumbers(const SliceChunk* slices, const NumberRange& range, const Intervals& intervals,
                          const ContainerView& candidates, Want want, Scratch& scratch);

// The lowest slice that findNumbers looks at where the range does not decide; it looks at all above it.
std::uint32_t lowestSlice(const SliceChunk& slices, const NumberRange& range, const Intervals& intervals);

// Whether a chunk's range lies within one interval or touches none.
bool decides(const Intervals& intervals, const NumberRange& range);

}  // namespace roster
