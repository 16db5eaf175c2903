// Numbers as people write them: `1 234,50`, `1,234.50`, `-7`, `1e3`, brought to plain `-1234.50`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace roster {

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// A number without grouping and exponent, with '.' for its decimal mark.
class PlainNumber {
 public:
  std::string_view text() const { return {text_.data(), size_}; }

  bool grouped = false;  // the thousands were set apart
  bool explicitPlus = false;
  bool exponent = false;
  bool leadingZero = false;  // "007", not "0" or "0.5"
  int integerDigits = 0;     // before the decimal mark, as written
  int fractionDigits = 0;    // after it

  // False where there is no more room; a number so long fits no field.
  bool append(char c) {
    if (size_ == text_.size()) return false;
    text_[size_++] = c;
    return true;
  }
  // Moves the decimal mark of what was appended.
  bool shift(int exponentValue);

 private:
  std::array<char, 64> text_{};
  std::size_t size_ = 0;
};

// Takes spaces, no-break spaces (U+00A0, U+202F, U+2009) and, where the decimal mark is ',', points, where it is '.',
// commas for grouping: one and the same throughout, between groups of three digits after a first of one to three that
// does not begin with a zero. Spaces around the number are passed over. None where the text is no number.
std::optional<PlainNumber> plainNumber(std::string_view text, char decimalMark);

// The text without ASCII and no-break spaces around it.
std::string_view withoutSpaceAround(std::string_view text);

}  // namespace roster
