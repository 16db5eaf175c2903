// Cuts a stream of text into blocks of whole records: the cheap serial pass before records are parsed in parallel.
//
// Where blocks end depends on the text and the block size alone, not on how the source happened to deliver it. Which
// records there are, and which are refused here, does not even depend on the block size. A record that is longer than
// the limit, or whose quote is open when the text ends, is refused, and reading goes on after its first line: a stray
// quote costs one record, not the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/error.h"
#include "index/io/encoding.h"
#include "index/io/record_block.h"

namespace roster {

// How far a buffer is known to hold whole records. A record ends with a line feed that is not inside quotes; a quote
// opens only at the start of a field, and a doubled one inside does not close it.
class RecordEnds {
 public:
  // Without a delimiter there are no quotes: every line is a record.
  explicit RecordEnds(std::optional<char> delimiter) : delimiter_(delimiter) {}

  // Looks on from where it stopped in a buffer that starts with a record and has grown since.
  void scan(std::string_view buffer, bool atEnd);
  // Starts over with a new buffer.
  void reset() { *this = RecordEnds(delimiter_); }

  // The bytes that whole records take; 0 where not even one is complete.
  std::size_t complete() const { return complete_; }
  // The length of the first record, where it is complete.
  std::size_t first() const { return first_; }

 private:
  void foundLineFeeds(std::string_view buffer, std::size_t from, std::size_t to);
  bool opensField(std::string_view buffer, std::size_t quote) const;

  std::optional<char> delimiter_;
  std::size_t scanned_ = 0;
  std::size_t complete_ = 0;
  std::size_t first_ = 0;
  bool insideQuotes_ = false;
};

struct BlockLimits {
  std::size_t blockSize = std::size_t{2} << 20;
  std::size_t maxRecord = std::size_t{16} << 20;
};

// Not thread-safe; one thread cuts, many parse.
class BlockCutter {
 public:
  // `delimiter` as for RecordEnds; `firstLine` is the number of the line the source stands at.
  BlockCutter(DecodedSource source, std::optional<char> delimiter, std::uint64_t firstLine, const BlockLimits& limits);

  // The next block, or none at the end.
  Result<std::optional<RecordBlock>> next();

  const DecodedSource& source() const { return source_; }

 private:
  Result<void> fill(std::size_t size);
  Result<RecordBlock> cutRefused();
  RecordBlock cut(std::size_t size);
  Result<void> passLine();

  DecodedSource source_;
  RecordEnds ends_;
  BlockLimits limits_;
  std::vector<char> buffer_;  // held_ bytes of text, then room
  std::size_t held_ = 0;
  bool sourceEnded_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t index_ = 0;
};

}  // namespace roster
