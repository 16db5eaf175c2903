// Comparisons over a bit-sliced index kept in CRoaring bitmaps, for croaring_by_hand.
#pragma once

#include "bench/hand_index.h"

namespace roster::bench {

// The contacts whose number is above `limit`.
RoaringPtr greaterThan(const BitSlices& numbers, std::int64_t limit);

// How many they are; the bitmap of the last slice's operation is never made.
std::uint64_t countGreaterThan(const BitSlices& numbers, std::int64_t limit);

// How many lie in [low, high].
std::uint64_t countBetween(const BitSlices& numbers, std::int64_t low, std::int64_t high);

}  // namespace roster::bench
