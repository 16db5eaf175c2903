#include "core/base/wide_integer.h"

#include <algorithm>

#include "core/base/decimal.h"

namespace roster {

WideInteger parseWide(std::string_view text, int digits) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  WideInteger magnitude = 0;
  const auto append = [&](int digit) {
    magnitude = magnitude > kBeyondSums / 10 ? kBeyondSums : std::min(magnitude * 10 + digit, kBeyondSums);
  };
  bool afterPoint = false;
  for (const char c : text) {
    if (c == '.') {
      afterPoint = true;
      continue;
    }
    append(c - '0');
    if (afterPoint) --digits;
  }
  for (; digits > 0; --digits) append(0);
  return negative ? -magnitude : magnitude;
}

std::string formatWide(WideInteger scaled, int digits) {
  const bool negative = scaled < 0;
  std::string reversed;
  for (int written = 0; scaled != 0 || written <= digits; ++written) {
    if (written == digits && digits != 0) reversed += '.';
    const int digit = static_cast<int>(scaled % 10);
    reversed += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    scaled /= 10;
  }
  if (negative) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

WideInteger averageInHalves(WideInteger sum, std::int64_t count) {
  // Quotient and rest apart, as the sum times 10^18 could outgrow 128 bits.
  constexpr WideInteger kUnit = powerOfTen(kAverageDigits);
  const WideInteger rest = (sum % count) * kUnit;
  const WideInteger towardsZero = (sum / count) * kUnit + rest / count;
  if (rest % count == 0) return 2 * towardsZero;
  return 2 * towardsZero + (sum < 0 ? -1 : 1);
}

std::optional<WholeAverage> wholeAverage(WideInteger halves) {
  constexpr WideInteger kUnit = powerOfTen(kAverageDigits);
  const WideInteger above = halves & 1;
  const WideInteger average = (halves - above) / 2;
  const WideInteger whole = average / kUnit;
  const bool isWhole = average % kUnit == 0 && whole >= kLeastOf<std::int64_t> && whole <= kMostOf<std::int64_t>;
  if (!isWhole) return std::nullopt;
  return WholeAverage{static_cast<std::int64_t>(whole), above != 0};
}

WideInteger leastSumOf(WideInteger halves, std::int64_t count) {
  if (halves <= -kBeyondSums) return -kBeyondSums;
  if (halves >= kBeyondSums) return kBeyondSums;
  constexpr WideInteger kUnit = powerOfTen(kAverageDigits);
  const WideInteger above = halves & 1;  // 1: above the average of halves / 2, not that itself
  const WideInteger average = (halves - above) / 2;
  // average * count / kUnit, in parts that 128 bits hold.
  WideInteger whole = average / kUnit;
  WideInteger rest = average % kUnit;
  if (rest < 0) rest += kUnit, --whole;
  const WideInteger floor = whole * count + rest * count / kUnit;
  const bool isExact = rest * count % kUnit == 0;
  return floor + (above != 0 || !isExact ? 1 : 0);
}

}  // namespace roster
