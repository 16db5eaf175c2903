// A file that is there whole or not at all: written aside, made durable and renamed into place at the end.
//
// `list.csv` is written as `list.csv.part` beside it. What ends in `.gz` or `.zst` is compressed. Standard output, "-",
// and whatever is no regular file (a pipe, a device) is written directly.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

// Not thread-safe. Without a commit nothing is left behind, and what was at the path before is as it was.
class OutputFile {
 public:
  // conflict where another process is writing the same file; notFound, permissionDenied or invalidArgument where it
  // cannot be made.
  static Result<OutputFile> open(const std::string& path);

  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();

  // resourceExhausted where the disk is full.
  Result<void> write(std::string_view bytes);

  // Ends the compressed stream, syncs and renames. Nothing may be written after.
  Result<void> commit();

  // Bytes that reached the file, compressed where it is.
  std::uint64_t size() const;

 private:
  class Impl;
  explicit OutputFile(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace roster
