// Integers of 128 bits, for what 64 bits do not hold: sums, exact averages, and the literals they are compared with.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace roster {

// Wide enough for the sum of 2^62 numbers of 64 bits, which lies within ±kBeyondSums.
__extension__ using WideInteger = __int128;

inline constexpr WideInteger kBeyondSums = WideInteger{1} << 125;

// The least and the greatest number of a kind; std::numeric_limits knows no wide ones.
template <class Number>
inline constexpr Number kLeastOf = std::numeric_limits<Number>::min();
template <class Number>
inline constexpr Number kMostOf = std::numeric_limits<Number>::max();
template <>
inline constexpr WideInteger kMostOf<WideInteger> = ((WideInteger{1} << 126) - 1) * 2 + 1;
template <>
inline constexpr WideInteger kLeastOf<WideInteger> = -kMostOf<WideInteger> - 1;

// Reads `[-]digits[.digits]` with at most `digits` digits behind the point, as a number scaled by 10^digits. One beyond
// ±kBeyondSums is taken for that, as it compares with every sum and average alike.
WideInteger parseWide(std::string_view text, int digits);

// "-12.30": a scaled number with `digits` fraction digits.
std::string formatWide(WideInteger scaled, int digits);

// An average is told in halves of 10^-18, without rounding: 2 x where it is x of them, 2 x + 1 where it lies between x
// and x + 1. It is that of `count` numbers of 64 bits, at least one, that add up to `sum`.
inline constexpr int kAverageDigits = 18;
WideInteger averageInHalves(WideInteger sum, std::int64_t count);

// An average in halves as the whole number that it is, or lies right above; nothing where there is a fraction.
struct WholeAverage {
  std::int64_t number = 0;
  bool above = false;
};
std::optional<WholeAverage> wholeAverage(WideInteger halves);

// The least sum of `count` numbers whose average in halves is at least `halves`; beyond ±kBeyondSums, that. So many
// averages are held against one bound without a division each.
WideInteger leastSumOf(WideInteger halves, std::int64_t count);

}  // namespace roster
