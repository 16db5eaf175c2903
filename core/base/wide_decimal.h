// Decimals in 128 bits, for what is computed on the way into a field: exact, and what does not fit is told.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/wide_integer.h"

namespace roster {

// mantissa / 10^scale. The scale is not negative.
struct WideDecimal {
  WideInteger mantissa = 0;
  int scale = 0;
};

// Each is none where the result, or an operand brought to the result's scale, needs more than 128 bits.
std::optional<WideDecimal> sum(const WideDecimal& a, const WideDecimal& b);
std::optional<WideDecimal> difference(const WideDecimal& a, const WideDecimal& b);
std::optional<WideDecimal> product(const WideDecimal& a, const WideDecimal& b);

// The number that `[-]digits[.digits]` says, zeros at its end left out; none where it needs more than 128 bits.
std::optional<WideDecimal> parseWideDecimal(std::string_view text);

// The number as a field with so many fraction digits keeps it; fails as parseDecimal does.
Result<std::int64_t> narrow(const WideDecimal& number, int digits);

}  // namespace roster
