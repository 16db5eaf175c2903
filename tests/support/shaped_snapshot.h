// A snapshot for evaluation: over its chunks, every field and list has containers of every form.
#pragma once

#include "core/data/snapshot.h"
#include "tests/support/random_source.h"

namespace roster {

inline constexpr ListId kShapedLists = 4;  // lists 1 … 4

// Some 200 thousand contacts of the sample schema in a zone with daylight saving. One chunk's contacts are all erased,
// the last chunk is not full.
SnapshotPtr shapedSnapshot(RandomSource& random);

// A zone whose clock changes twice within the sample values' days.
TimeZone shapedZone();

}  // namespace roster
