// Numbers in keys: big-endian, so that the byte order of keys is the order of the numbers.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roster {

template <std::unsigned_integral Number>
void appendBigEndian(std::string& bytes, Number number) {
  for (std::size_t i = sizeof(Number); i-- > 0;) bytes.push_back(static_cast<char>((number >> (8 * i)) & 0xff));
}

inline void appendBigEndian16(std::string& bytes, std::uint16_t number) { appendBigEndian(bytes, number); }
inline void appendBigEndian32(std::string& bytes, std::uint32_t number) { appendBigEndian(bytes, number); }
inline void appendBigEndian64(std::string& bytes, std::uint64_t number) { appendBigEndian(bytes, number); }

// Takes a number from the front of `bytes`; where there are too few, returns nothing and leaves them as they are.
template <std::unsigned_integral Number>
std::optional<Number> takeBigEndian(std::string_view& bytes) {
  if (bytes.size() < sizeof(Number)) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) number = (number << 8) | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(sizeof(Number));
  return static_cast<Number>(number);
}

inline std::optional<std::uint16_t> takeBigEndian16(std::string_view& bytes) {
  return takeBigEndian<std::uint16_t>(bytes);
}
inline std::optional<std::uint32_t> takeBigEndian32(std::string_view& bytes) {
  return takeBigEndian<std::uint32_t>(bytes);
}
inline std::optional<std::uint64_t> takeBigEndian64(std::string_view& bytes) {
  return takeBigEndian<std::uint64_t>(bytes);
}

// The number at `offset`, where the caller knows that the bytes are there.
template <std::unsigned_integral Number>
Number readBigEndian(std::string_view bytes, std::size_t offset = 0) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = (number << 8) | static_cast<unsigned char>(bytes[offset + i]);
  }
  return static_cast<Number>(number);
}

inline std::uint32_t readBigEndian32(std::string_view bytes, std::size_t offset = 0) {
  return readBigEndian<std::uint32_t>(bytes, offset);
}
inline std::uint64_t readBigEndian64(std::string_view bytes, std::size_t offset = 0) {
  return readBigEndian<std::uint64_t>(bytes, offset);
}

}  // namespace roster
