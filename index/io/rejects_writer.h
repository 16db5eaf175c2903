// The rejects file: every record that did not go in, with where it stood and why, as CSV.
//
//     file,line,column,reason,record
//
// Records are collected and appended whole, one write a flush, so that a process that is killed leaves no torn record
// behind but, at worst, a last one on a full disk. What is there already is kept. A name that ends in .gz or .zst is
// compressed, each flush as a gzip member or zstd frame of its own: cut off after any flush, the file is a whole one
// and can be appended to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

struct Reject {
  std::string_view file;
  std::uint64_t line = 0;
  std::string_view column;  // empty where the record as a whole is meant
  std::string_view reason;
  std::string_view record;
};

// Not thread-safe. The file is made when the first reject is flushed.
class RejectsWriter {
 public:
  // Starts a new file, or with `append` goes on with the one that is there. Where there is a file that holds anything
  // but rejects, such as the input itself, it is left alone: conflict. notFound where its folder is not there.
  static Result<RejectsWriter> open(std::string path, bool append);

  RejectsWriter(RejectsWriter&& other) noexcept;
  RejectsWriter& operator=(RejectsWriter&& other) noexcept;
  ~RejectsWriter();

  Result<void> write(const Reject& reject);
  // Everything written so far reaches the file; resourceExhausted where the disk is full.
  Result<void> flush();

  std::uint64_t count() const { return count_; }

 private:
  explicit RejectsWriter(std::string path) : path_(std::move(path)) {}
  Result<void> openFile();
  Result<void> packPending();

  std::string path_;
  std::string pending_;  // records, as CSV
  std::string packed_;   // what is to be written, as it will lie in the file
  int descriptor_ = -1;
  std::uint64_t count_ = 0;
};

}  // namespace roster
