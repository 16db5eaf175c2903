// Numbers made of several, as BoundEventNumber has them.
#pragma once

#include <cstdint>
#include <limits>

namespace roster {

__extension__ using WideNumber = __int128;

// The nearest number of 64 bits.
constexpr std::int64_t saturated(WideNumber number) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return number < kLeast ? kLeast : number > kMost ? kMost : static_cast<std::int64_t>(number);
}

// In halves: 2 x where the average is the whole number x, 2 x + 1 where it lies between x and x + 1.
constexpr std::int64_t averageOf(WideNumber sum, std::int64_t count) {
  const WideNumber quotient = sum / count;
  const WideNumber remainder = sum % count;
  if (remainder == 0) return saturated(2 * quotient);
  return saturated(remainder > 0 ? 2 * quotient + 1 : 2 * quotient - 1);
}

}  // namespace roster
