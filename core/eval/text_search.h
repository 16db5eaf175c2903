// Looking for a text in the strings of a chunk, all of them at once: they lie one after the other in memory.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/data/forward_chunk.h"

namespace roster {

// Where `needle`, which is not empty, first occurs in `text` at or after `from`; npos where it does not. Compares its
// first and last byte at a vector of places, then all of it where both agree (Muła, "SIMD-friendly algorithms for
// substring searching", 2016).
std::size_t findText(std::string_view text, std::string_view needle, std::size_t from = 0);

// The same for one level of vector instructions.
struct TextSearch {
  std::string_view level;
  std::size_t (*find)(std::string_view text, std::string_view needle, std::size_t from) = nullptr;
};

// All levels this machine runs: tests compare them with what strings do.
std::vector<TextSearch> allTextSearches();

// Calls f(std::uint16_t), ascending, for every string that may hold `needle`: for all that do, and for some in which it
// begins and runs over their end.
template <class F>
void forEachStringWith(const StringChunk& strings, std::string_view needle, F&& f) {
  const std::string_view text = strings.text();
  std::uint32_t place = 0;
  for (std::size_t at = findText(text, needle); at != std::string_view::npos;) {
    place = strings.placeAt(at, place);
    f(static_cast<std::uint16_t>(place));
    at = findText(text, needle, strings.endOf(place));
  }
}

}  // namespace roster
