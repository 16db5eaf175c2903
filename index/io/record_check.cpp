#include "index/io/record_check.h"

#include <cstring>
#include <fmt/format.h>
#include <simdjson.h>

namespace roster {

bool isSoundText(std::string_view text) {
  if (text.empty()) return true;
  return std::memchr(text.data(), '\0', text.size()) == nullptr && simdjson::validate_utf8(text.data(), text.size());
}

std::optional<std::size_t> firstUnsoundByte(std::string_view text) {
  constexpr std::size_t kLongestCharacter = 4;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    while (length <= kLongestCharacter && !isSoundText(text.substr(at, length))) ++length;
    if (length > kLongestCharacter) return at;
    at += length;
  }
  return std::nullopt;
}

std::string describeUnsoundByte(std::string_view text, std::size_t at, Encoding encoding) {
  if (text[at] == '\0') return "a NUL byte, which no text has";
  return fmt::format("broken encoding: byte 0x{:02X} is not {}", static_cast<unsigned char>(text[at]),
                     nameOf(encoding));
}

}  // namespace roster
