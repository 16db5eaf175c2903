#include "core/base/decimal.h"

#include <array>
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
  const auto refused = [&](std::string_view why) { return refuse(fmt::format("'{}' {}", text, why)); };
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
    if (!isDigit(c)) return refused("is not a number");
    anyDigit = true;
    if (afterPoint && fraction == digits) {
      if (c != '0') {
        return refused(digits == 0 ? "is not a whole number"
                                   : fmt::format("has more than {} fraction digit{}", digits, digits == 1 ? "" : "s"));
      }
      continue;
    }
    if (!appendDigit(value, c - '0')) return refused("is out of range");
    fraction += afterPoint ? 1 : 0;
  }
  if (!anyDigit || text.back() == '.') return refused("is not a number");
  for (; fraction < digits; ++fraction) {
    if (!appendDigit(value, 0)) return refused("is out of range");
  }
  if (negative) return value;
  if (value == std::numeric_limits<std::int64_t>::min()) return refused("is out of range");
  return -value;
}

void appendDecimal(std::string& out, std::int64_t scaled, int digits) {
  // A sign, the digits of 64 bits, and a point.
  std::array<char, 24> text;
  char* at = text.data() + text.size();
  std::uint64_t magnitude = scaled < 0 ? 0 - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
  const auto prepend = [&] {
    *--at = static_cast<char>('0' + magnitude % 10);
    magnitude /= 10;
  };
  for (int i = 0; i < digits; ++i) prepend();
  if (digits > 0) *--at = '.';
  do prepend();
  while (magnitude != 0);
  if (scaled < 0) *--at = '-';
  out.append(at, text.data() + text.size());
}

std::string formatDecimal(std::int64_t scaled, int digits) {
  std::string text;
  appendDecimal(text, scaled, digits);
  return text;
}

}  // namespace roster
