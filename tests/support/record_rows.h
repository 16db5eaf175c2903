// Reads a whole input into plain values, so that tests and fuzz targets compare two ways of reading it.
#pragma once

#include <fmt/format.h>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "index/io/record_reader.h"

namespace roster {

// Everything that reading gives, without how it was cut into blocks.
struct FlatRecords {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // "12: text" by cell, with the row's line and the cell's kind
  std::vector<std::string> problems;           // "line column reason"
  std::uint64_t blocks = 0;

  friend bool operator==(const FlatRecords& a, const FlatRecords& b) {
    return a.columns == b.columns && a.rows == b.rows && a.problems == b.problems;
  }
};

// A cell as text that also tells its kind.
inline std::string flatten(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::missing: return "-";
    case Cell::Kind::value: return fmt::format("={}", cell.text);
    case Cell::Kind::unusable: return fmt::format("?{}", cell.text);
    case Cell::Kind::array: break;
  }
  std::string text = "[";
  for (const std::string_view element : cell.elements) text += fmt::format("{}\x1f", element);
  return text;
}

inline Result<FlatRecords> readFlat(ByteSource source, const RecordOptions& options) {
  auto reader = RecordReader::open(std::move(source), options);
  if (!reader) return propagate(reader);
  FlatRecords flat;
  flat.columns = reader->columns();
  for (;;) {
    auto block = reader->next();
    if (!block) return propagate(block);
    if (!*block) return flat;
    ++flat.blocks;
    const ParsedRows rows = reader->parse(std::move(**block));
    for (std::size_t row = 0; row < rows.rowCount(); ++row) {
      std::vector<std::string> cells{fmt::format("{}", rows.line(row))};
      for (std::size_t column = 0; column < rows.columnCount(); ++column)
        cells.push_back(flatten(rows.cell(column, row)));
      flat.rows.push_back(std::move(cells));
    }
    for (const RowProblem& problem : rows.problems()) {
      flat.problems.push_back(fmt::format("{} {} {}", problem.line, problem.column, problem.reason));
    }
  }
}

}  // namespace roster
