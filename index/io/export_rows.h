// The rows of a list: contacts of a chunk as CSV records or NDJSON objects.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/snapshot.h"
#include "index/io/exporter.h"

namespace roster {

// Rows may be made by several threads at once. Holds the snapshot.
class RowFormat {
 public:
  // notFound for an unknown field, with the nearest name; invalidArgument for one that is named twice.
  static Result<RowFormat> make(SnapshotPtr snapshot, const ExportOptions& options);

  // Makes the cells of fields with fewer values than the list has rows beforehand: worth it for a long list only.
  void makeCells(std::uint64_t rows);

  // The names of the columns as a CSV record; nothing for NDJSON.
  std::string header() const;

  // Appends the rows of contacts of one chunk, ascending, and where each ends in `out` to `ends`, if that is not null.
  // invalidArgument where an element of a set cannot be told from two; dataLoss where a column cannot be loaded.
  Result<void> append(ShardIndex shard, ChunkIndex chunk, std::span<const std::uint16_t> places, std::string& out,
                      std::vector<std::size_t>* ends = nullptr) const;

 private:
  struct Column {
    std::string name;
    std::string lead;  // what stands before a value: a delimiter, or a JSON member's name
    bool key = false;
    Field field;  // meaningless for the key
    LoadedDictionary dictionary{{}};
    std::vector<std::string> cells;  // by code, of a single-valued field with few values: the cell as it is written
    bool ambiguous = false;          // the dictionary of a set holds the separator
  };
  class ChunkRows;

  RowFormat(SnapshotPtr snapshot, const ExportOptions& options)
      : snapshot_(std::move(snapshot)), format_(options.format), setSeparator_(options.setSeparator) {}

  Result<void> addColumn(const std::string& name);
  std::string_view missingCell() const { return format_ == ExportFormat::ndjson ? "null" : ""; }
  Result<void> loadValues(Column& column) const;
  void appendText(std::string& out, std::string_view value) const;

  SnapshotPtr snapshot_;
  ExportFormat format_;
  char setSeparator_;
  std::vector<Column> columns_;
};

}  // namespace roster
