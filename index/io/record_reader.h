// Rows of a file of contacts, CSV or NDJSON, for the importer: blocks are cut in one thread and parsed in many.
//
//     auto reader = RecordReader::open(std::move(source), options);
//     while (auto block = reader->next(); block && *block) …  reader->parse(std::move(**block)) in any thread
//
// What the input is told by its contents: NDJSON where its first character is `{`, else CSV. What is neither (a
// workbook, a database, an archive …) is refused with what it looks like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "index/io/block_cutter.h"
#include "index/io/byte_source.h"
#include "index/io/encoding.h"
#include "index/io/parsed_rows.h"
#include "index/io/record_block.h"

namespace roster {

enum class RecordFormat : std::uint8_t { csv, ndjson };

struct RecordOptions {
  Encoding encoding = Encoding::utf8;
  std::optional<char> delimiter;          // CSV; sniffed where there is none
  std::vector<std::string> extraColumns;  // NDJSON: columns to read even if the sample does not have them
  BlockLimits limits;
};

// open() and next() belong to one thread at a time; parse() is for any number of threads at once, also beside next().
class RecordReader {
 public:
  // Reads the first mebibyte: the format, the columns and the delimiter come from it. An empty input, one that is
  // neither format, and a bad header are invalidArgument.
  static Result<RecordReader> open(ByteSource source, const RecordOptions& options);

  // The next block of records, in order, or none at the end; a damaged source is dataLoss.
  Result<std::optional<RecordBlock>> next() { return cutter_.next(); }

  // The rows of one block.
  ParsedRows parse(RecordBlock block) const;

  RecordFormat format() const { return format_; }
  char delimiter() const { return delimiter_; }
  Encoding encoding() const { return cutter_.source().encoding(); }
  const std::vector<std::string>& columns() const { return columns_; }
  // The columns that the start of the input has; those behind them are extra ones.
  std::size_t columnsFound() const { return columnsFound_; }
  const std::string& sourceName() const { return cutter_.source().source().name(); }
  // As ByteSource, for a progress bar; how far a given block is, the block says.
  std::optional<std::uint64_t> size() const { return cutter_.source().source().size(); }
  std::uint64_t consumed() const { return cutter_.source().source().consumed(); }

 private:
  RecordReader(BlockCutter cutter, RecordFormat format, char delimiter, std::vector<std::string> columns,
               std::size_t columnsFound);

  BlockCutter cutter_;
  RecordFormat format_;
  char delimiter_;
  std::vector<std::string> columns_;
  std::size_t columnsFound_;
};

}  // namespace roster
