// Looking for a byte in eight at once, in plain 64-bit arithmetic that every machine has.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace roster {

inline constexpr std::uint64_t kLowBits = 0x0101010101010101ULL;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

// Eight times the byte.
constexpr std::uint64_t broadcast(char byte) { return kLowBits * static_cast<unsigned char>(byte); }

// Eight bytes, of which the first in memory is the lowest.
inline std::uint64_t loadWord(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// The high bit of every byte of `word` that equals the byte broadcast in `pattern`; exact for all eight.
constexpr std::uint64_t matchBytes(std::uint64_t word, std::uint64_t pattern) {
  const std::uint64_t difference = word ^ pattern;
  return ~(((difference & ~kHighBits) + ~kHighBits) | difference | ~kHighBits);
}

// The index, 0 … 7, of the first byte marked in a mask that is not zero.
constexpr unsigned firstMarked(std::uint64_t mask) { return static_cast<unsigned>(std::countr_zero(mask)) / 8; }

// How often `byte` occurs.
inline std::size_t countByte(std::string_view text, char byte) {
  const std::uint64_t pattern = broadcast(byte);
  std::size_t count = 0;
  std::size_t at = 0;
  while (at + 8 <= text.size()) {
    // Counters of a byte each, added up before any can overflow.
    std::uint64_t counters = 0;
    const std::size_t end = at + 8 * std::min<std::size_t>(255, (text.size() - at) / 8);
    for (; at < end; at += 8) counters += matchBytes(loadWord(text.data() + at), pattern) >> 7;
    constexpr std::uint64_t kEvenBytes = 0x00FF00FF00FF00FFULL;
    const std::uint64_t pairs = (counters & kEvenBytes) + ((counters >> 8) & kEvenBytes);
    count += (pairs * 0x0001000100010001ULL) >> 48;
  }
  for (; at < text.size(); ++at) count += text[at] == byte ? 1 : 0;
  return count;
}

}  // namespace roster
