// Little-endian encoding of small records: log records, directories, manifests. Lengths and counts are varints.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/error.h"

namespace roster {

class ByteWriter {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void fixed(T value) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    std::memcpy(bytes_.data() + at, &value, sizeof(T));
  }

  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }

  // Small magnitudes of either sign take few bytes.
  void signedVarint(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }

  void string(std::string_view text) {
    varint(text.size());
    bytes_.append(text);
  }

  void raw(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }

  // Appends zeros until the length is divided by `alignment`.
  void align(std::size_t alignment) { bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment); }

  std::size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. Reading beyond the end gives zeros and marks the reader failed, so that a decoder
// checks once, at its end, by `finish`.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T> T fixed() {
    T value{};
    if (const auto taken = take(sizeof(T)); !failed_) std::memcpy(&value, taken.data(), sizeof(T));
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(fixed<char>());
      if (failed_) return 0;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }

  std::int64_t signedVarint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }

  std::string_view string() { return take(varint()); }

  // A count of things that take at least `minimumBytes` each: more than the rest can hold is damage, not a reason to
  // allocate.
  std::size_t count(std::size_t minimumBytes = 1) {
    const std::uint64_t value = varint();
    if (failed_ || value > rest_.size() / minimumBytes) {
      failed_ = true;
      return 0;
    }
    return static_cast<std::size_t>(value);
  }

  std::string_view take(std::uint64_t size) {
    if (failed_ || size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return taken;
  }

  bool failed() const { return failed_; }
  bool atEnd() const { return rest_.empty(); }

  // dataLoss naming `what` unless everything was read, and no more.
  Result<void> finish(std::string_view what) const {
    if (failed_ || !rest_.empty()) return fail(ErrorCode::dataLoss, std::string(what) + " is damaged");
    return {};
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace roster
