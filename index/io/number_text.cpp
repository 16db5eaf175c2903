#include "index/io/number_text.h"

#include <algorithm>
#include <charconv>

namespace roster {

namespace {

constexpr std::array<std::string_view, 4> kSpaces{" ", "\u00A0", "\u202F", "\u2009"};

std::size_t countDigits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isDigit) - text.begin());
}

// The grouping mark at the front of a text; empty where there is none.
std::string_view groupingMarkAt(std::string_view text, char decimalMark) {
  for (const std::string_view space : kSpaces) {
    if (text.starts_with(space)) return text.substr(0, space.size());
  }
  const char other = decimalMark == '.' ? ',' : '.';
  return text.starts_with(other) ? text.substr(0, 1) : std::string_view();
}

bool appendAll(PlainNumber& number, std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [&](char c) { return number.append(c); });
}

// Takes the digits before the decimal mark, grouped or not, off the front.
bool takeInteger(std::string_view& text, char decimalMark, PlainNumber& number) {
  std::size_t digits = countDigits(text);
  if (digits == 0 || !appendAll(number, text.substr(0, digits))) return false;
  number.leadingZero = digits > 1 && text.front() == '0';
  const bool mayBeGrouped = digits <= 3 && text.front() != '0';
  number.integerDigits = static_cast<int>(digits);
  text.remove_prefix(digits);
  const std::string_view mark = groupingMarkAt(text, decimalMark);
  if (mark.empty()) return true;
  while (text.starts_with(mark)) {
    text.remove_prefix(mark.size());
    digits = countDigits(text);
    if (!mayBeGrouped || digits != 3 || !appendAll(number, text.substr(0, digits))) return false;
    number.integerDigits += 3;
    text.remove_prefix(digits);
  }
  number.grouped = true;
  return true;
}

bool takeFraction(std::string_view& text, char decimalMark, PlainNumber& number) {
  if (!text.starts_with(decimalMark)) return true;
  text.remove_prefix(1);
  const std::size_t digits = countDigits(text);
  if (digits == 0 || !number.append('.') || !appendAll(number, text.substr(0, digits))) return false;
  number.fractionDigits = static_cast<int>(digits);
  text.remove_prefix(digits);
  return true;
}

bool takeExponent(std::string_view& text, PlainNumber& number) {
  if (!text.starts_with('e') && !text.starts_with('E')) return true;
  text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  number.exponent = true;
  return number.shift(exponent);
}

}  // namespace

bool PlainNumber::shift(int exponentValue) {
  const std::string_view old = text();
  const bool negative = old.starts_with('-');
  std::array<char, 64> digits{};
  std::size_t count = 0;
  int whole = 0;
  bool afterPoint = false;
  for (const char c : old.substr(negative ? 1 : 0)) {
    if (c == '.') {
      afterPoint = true;
    } else {
      digits[count++] = c;
      whole += afterPoint ? 0 : 1;
    }
  }
  constexpr int kFarthest = 60;
  const int point = whole + std::clamp(exponentValue, -2 * kFarthest, 2 * kFarthest);
  if (point < -kFarthest || point > kFarthest) return false;

  size_ = 0;
  bool room = !negative || append('-');
  if (point <= 0) room = room && append('0');
  const int first = std::min(point, 0);
  const int last = std::max(point, static_cast<int>(count));
  for (int i = first; i < last; ++i) {
    if (i == point) room = room && append('.');
    const bool written = i >= 0 && i < static_cast<int>(count);
    room = room && append(written ? digits[static_cast<std::size_t>(i)] : '0');
  }
  return room;
}

std::string_view withoutSpaceAround(std::string_view text) {
  const auto strip = [&](bool front) {
    for (const std::string_view space : {kSpaces[0], kSpaces[1], kSpaces[2], kSpaces[3], std::string_view("\t")}) {
      if (front ? text.starts_with(space) : text.ends_with(space)) {
        text = front ? text.substr(space.size()) : text.substr(0, text.size() - space.size());
        return true;
      }
    }
    return false;
  };
  while (strip(true)) continue;
  while (strip(false)) continue;
  return text;
}

std::optional<PlainNumber> plainNumber(std::string_view text, char decimalMark) {
  text = withoutSpaceAround(text);
  PlainNumber number;
  if (text.starts_with('-')) {
    number.append('-');
    text.remove_prefix(1);
  } else if (text.starts_with('+')) {
    number.explicitPlus = true;
    text.remove_prefix(1);
  }
  if (!takeInteger(text, decimalMark, number) || !takeFraction(text, decimalMark, number) ||
      !takeExponent(text, number) || !text.empty()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace roster
