#include "core/base/wide_decimal.h"

#include <algorithm>
#include <limits>

#include "core/base/decimal.h"

namespace roster {

namespace {

// The mantissa that the same number has at a scale which is no smaller than its own.
std::optional<WideInteger> mantissaAt(const WideDecimal& number, int scale) {
  WideInteger mantissa = number.mantissa;
  for (int at = number.scale; at < scale && mantissa != 0; ++at) {
    if (__builtin_mul_overflow(mantissa, WideInteger{10}, &mantissa)) return std::nullopt;
  }
  return mantissa;
}

// The mantissas of two numbers at one scale.
struct Aligned {
  WideInteger left = 0;
  WideInteger right = 0;
  int scale = 0;
};

std::optional<Aligned> align(const WideDecimal& a, const WideDecimal& b) {
  // A zero has every scale, so that it brings nothing out of range.
  const auto scaleOf = [](const WideDecimal& number) { return number.mantissa == 0 ? 0 : number.scale; };
  const int scale = std::max(scaleOf(a), scaleOf(b));
  const auto left = mantissaAt(a, scale);
  const auto right = mantissaAt(b, scale);
  if (!left || !right) return std::nullopt;
  return Aligned{*left, *right, scale};
}

}  // namespace

std::optional<WideDecimal> sum(const WideDecimal& a, const WideDecimal& b) {
  const auto both = align(a, b);
  WideInteger mantissa = 0;
  if (!both || __builtin_add_overflow(both->left, both->right, &mantissa)) return std::nullopt;
  return WideDecimal{mantissa, both->scale};
}

std::optional<WideDecimal> difference(const WideDecimal& a, const WideDecimal& b) {
  const auto both = align(a, b);
  WideInteger mantissa = 0;
  if (!both || __builtin_sub_overflow(both->left, both->right, &mantissa)) return std::nullopt;
  return WideDecimal{mantissa, both->scale};
}

std::optional<WideDecimal> product(const WideDecimal& a, const WideDecimal& b) {
  WideInteger mantissa = 0;
  if (__builtin_mul_overflow(a.mantissa, b.mantissa, &mantissa)) return std::nullopt;
  return WideDecimal{mantissa, a.scale + b.scale};
}

std::optional<WideDecimal> parseWideDecimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  if (point < text.size()) text = text.substr(0, text.find_last_not_of('0') + 1);
  WideDecimal number;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == point) continue;
    const WideInteger digit = text[at] - '0';
    if (__builtin_mul_overflow(number.mantissa, WideInteger{10}, &number.mantissa) ||
        __builtin_sub_overflow(number.mantissa, digit, &number.mantissa)) {
      return std::nullopt;
    }
    number.scale += at > point ? 1 : 0;
  }
  // Taken as a negative number, whose range is the wider one.
  if (!negative && __builtin_sub_overflow(WideInteger{0}, number.mantissa, &number.mantissa)) return std::nullopt;
  return number;
}

Result<std::int64_t> narrow(const WideDecimal& number, int digits) {
  if (number.scale <= digits) {
    const auto mantissa = mantissaAt(number, digits);
    using Limits = std::numeric_limits<std::int64_t>;
    if (mantissa && *mantissa >= Limits::min() && *mantissa <= Limits::max())
      return static_cast<std::int64_t>(*mantissa);
  }
  return parseDecimal(formatWide(number.mantissa, number.scale), digits);
}

}  // namespace roster
