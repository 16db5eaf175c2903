// How generated files write keys, numbers and times.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "core/base/civil_time.h"
#include "index/io/generator_calendar.h"

namespace roster::generator {

inline void appendNumber(std::uint64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

inline void appendTwoDigits(std::uint32_t number, std::string& out) {
  out += static_cast<char>('0' + number / 10);
  out += static_cast<char>('0' + number % 10);
}

inline void appendCents(std::uint64_t cents, std::string& out) {
  appendNumber(cents / 100, out);
  out += '.';
  appendTwoDigits(static_cast<std::uint32_t>(cents % 100), out);
}

// The key of the contact in a row, counted from 0: "c00000001" in row 0.
inline void appendKey(std::uint64_t row, std::string& out) {
  out += 'c';
  for (std::uint64_t width = 10'000'000; width > row + 1; width /= 10) out += '0';
  appendNumber(row + 1, out);
}

// "YYYY-MM-DDTHH:MM:SS" for a second of a day that the calendar formats.
inline void appendSecond(const Calendar& calendar, Day day, std::uint32_t second, std::string& out) {
  out += calendar.format(day);
  out += 'T';
  appendTwoDigits(second / 3600, out);
  out += ':';
  appendTwoDigits(second / 60 % 60, out);
  out += ':';
  appendTwoDigits(second % 60, out);
}

}  // namespace roster::generator
