// How the elements of a set of integers or dates are written in its dictionary: as decimal numbers, so that one kind of
// dictionary serves every set.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roster {

inline std::string writeElement(std::int64_t element) { return std::to_string(element); }

inline std::optional<std::int64_t> readElement(std::string_view text) {
  std::int64_t element = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), element);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return element;
}

}  // namespace roster
