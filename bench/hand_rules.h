// The hundred saved segments by hand, for croaring_by_hand.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "bench/hand_index.h"

namespace roster::bench {

// Counts all rules of savedRule() in one go. What several rules share is made once: each tag with the flag, each
// minimum of orders with the two plans. `index` outlives it.
std::function<void(std::span<std::uint64_t>)> rulesByHand(HandIndex& index);

}  // namespace roster::bench
