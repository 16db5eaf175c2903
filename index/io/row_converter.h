// Parsed rows turned into stored values, column by column: the part of an import that runs on all cores.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/string_column.h"
#include "index/io/import_plan.h"

namespace roster {

// A record that does not go in.
struct RejectedRecord {
  std::size_t file = 0;
  std::uint64_t line = 0;
  std::string column;  // empty where the record as a whole is meant
  std::string reason;
  std::string record;
};

// The values of one column: values[i] is row rows[i]'s, as FieldChanges keeps them. A set has one entry an element.
struct ConvertedColumn {
  std::vector<std::uint32_t> rows;  // ascending
  std::vector<std::int64_t> values;
  StringColumn strings;  // distinct, except of a text field
};

// The good rows of one block, numbered from 0, and the bad ones.
struct ConvertedRows {
  std::size_t file = 0;
  std::size_t records = 0;  // good, bad and left out
  std::size_t leftOut = 0;  // what the file's filter does not take
  StringColumn keys;        // of each row; empty with generated keys
  std::vector<std::uint64_t> keyHashes;
  std::vector<std::uint64_t> lines;
  std::vector<ConvertedColumn> columns;  // as the file's planned columns
  StringColumn raw;                      // of each row, where asked for
  std::vector<RejectedRecord> rejects;   // ascending by line
  std::uint64_t consumed = 0;            // bytes of the file read when the block was cut
  std::size_t rowCount() const { return lines.size(); }
  std::size_t byteSize() const;
};

// Converts a block of a file. Records before `skip` (of the block) are left out: an earlier run took them in. A row
// with any cell that cannot be read is rejected whole, for its first such cell. Of a row that the file's filter leaves
// out, only the cells that the filter asks about are read. `keepRaw` keeps the rows' own text, for
// rejects that show only later.
ConvertedRows convertRows(const ParsedRows& rows, const PlannedFile& file, std::size_t fileIndex, char setSeparator,
                          std::size_t skip, bool keepRaw);

inline constexpr std::size_t kMaxKeyBytes = 1024;

}  // namespace roster
