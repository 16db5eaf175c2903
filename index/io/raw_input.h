// A file, standard input, a piece of memory or what a function makes, as it is, undecoded: the bottom of ByteSource and
// of fingerprints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/error.h"

namespace roster {

// Puts up to `capacity` (at least one) bytes there and says how many; 0 only at the end.
using ReadFunction = std::function<Result<std::size_t>(char* into, std::size_t capacity)>;

// Owns its file descriptor. Not thread-safe.
class RawInput {
 public:
  // As ByteSource::open.
  static Result<RawInput> open(const std::string& path);
  static RawInput fromMemory(std::string bytes, std::string name);
  static RawInput fromFunction(ReadFunction read, std::string name);

  RawInput(RawInput&& other) noexcept;
  RawInput& operator=(RawInput&& other) noexcept;
  ~RawInput();

  // Reads up to `capacity` (at least one) bytes; 0 only at the end.
  Result<std::size_t> read(char* into, std::size_t capacity);

  const std::string& name() const { return name_; }
  // None for what is no regular file.
  std::optional<std::uint64_t> size() const { return size_; }
  std::uint64_t consumed() const { return consumed_; }

 private:
  RawInput() = default;
  void close();

  int descriptor_ = -1;  // -1: the function or memory
  ReadFunction function_;
  std::string memory_;
  std::string name_;
  std::optional<std::uint64_t> size_;
  std::uint64_t consumed_ = 0;
};

}  // namespace roster
