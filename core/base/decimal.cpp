#include "core/base/decimal.h"

#include <fmt/format.h>
#include <limits>

namespace roster {

namespace {

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Appends one digit to a negative accumulator (negative, because its range is the wider one); false on overflow.
bool appendDigit(std::int64_t& negative, int digit) {
  return !__builtin_mul_overflow(negative, std::int64_t{10}, &negative) &&
         !__builtin_sub_overflow(negative, std::int64_t{digit}, &negative);
}

}  // namespace

Result<std::int64_t> parseDecimal(std::string_view text, int digits) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' {}", text, why));
  };
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;

  std::int64_t value = 0;
  bool anyDigit = false;
  bool afterPoint = false;
  int fraction = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !afterPoint) {
      afterPoint = true;
      continue;
    }
    if (!isDigit(c)) return refuse("is not a number");
    anyDigit = true;
    if (afterPoint && fraction == digits) {
      if (c != '0') {
        return refuse(digits == 0 ? "is not a whole number"
                                  : fmt::format("has more than {} fraction digit{}", digits, digits == 1 ? "" : "s"));
      }
      continue;
    }
    if (!appendDigit(value, c - '0')) return refuse("is out of range");
    fraction += afterPoint ? 1 : 0;
  }
  if (!anyDigit || text.back() == '.') return refuse("is not a number");
  for (; fraction < digits; ++fraction) {
    if (!appendDigit(value, 0)) return refuse("is out of range");
  }
  if (negative) return value;
  if (value == std::numeric_limits<std::int64_t>::min()) return refuse("is out of range");
  return -value;
}

std::string formatDecimal(std::int64_t scaled, int digits) {
  if (digits == 0) return fmt::format("{}", scaled);
  const bool negative = scaled < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
  const auto unit = static_cast<std::uint64_t>(powerOfTen(digits));
  return fmt::format("{}{}.{:0{}}", negative ? "-" : "", magnitude / unit, magnitude % unit, digits);
}

}  // namespace roster
