// Fixed-point decimals: a signed 64-bit integer scaled by 10^digits. Nothing here rounds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

inline constexpr int kMaxDecimalDigits = 18;

// Parses `[+-]digits[.digits]` into a number scaled by 10^digits. Fewer fraction digits are filled with zeros; more,
// unless they are zeros, are invalidArgument, as is a number that does not fit in 64 bits. With digits = 0 it parses
// an integer.
Result<std::int64_t> parseDecimal(std::string_view text, int digits);

// "12.30" for (1230, 2), "-0.05" for (-5, 2), "7" for (7, 0).
std::string formatDecimal(std::int64_t scaled, int digits);

// The same, appended to a text.
void appendDecimal(std::string& out, std::int64_t scaled, int digits);

// 10^exponent, for 0 … 18.
constexpr std::int64_t powerOfTen(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace roster
