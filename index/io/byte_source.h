// Bytes of a file, of standard input, of memory or of a function, decompressed where they are gzip or zstd.
//
// What a source is compressed with is told by its first bytes, never by its name. Concatenated gzip members and several
// zstd frames read as one stream. A stream that ends in the middle of a member or frame is dataLoss, so that half a
// file is never taken for a whole one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "index/io/raw_input.h"

namespace roster {

// Not thread-safe; may move between threads.
class ByteSource {
 public:
  // "-" is standard input. A missing file is notFound, one that may not be read permissionDenied, a directory
  // invalidArgument.
  static Result<ByteSource> open(const std::string& path);
  static ByteSource fromMemory(std::string bytes, std::string name);
  static ByteSource fromFunction(ReadFunction read, std::string name);

  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  // Reads up to `capacity` (at least one) decompressed bytes; 0 only at the end. May read fewer than there are.
  Result<std::size_t> read(char* into, std::size_t capacity);

  // How the source is called in messages: its path, or "standard input".
  const std::string& name() const;
  // The bytes it has as it lies on disk; none for a pipe or a function.
  std::optional<std::uint64_t> size() const;
  // Of those, the bytes read so far.
  std::uint64_t consumed() const;

 private:
  class Impl;
  explicit ByteSource(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// What tells one file's contents from another's: XXH3-128 of the bytes as they lie on disk, and their number.
struct FileFingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::uint64_t size = 0;

  friend bool operator==(const FileFingerprint&, const FileFingerprint&) = default;
};

// Reads the whole file. None for standard input and whatever else can be read only once.
Result<std::optional<FileFingerprint>> fileFingerprint(const std::string& path);

}  // namespace roster
