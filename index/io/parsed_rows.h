// The rows of one block, as cells by column: what CSV and NDJSON have in common, and what the importer converts.
//
// Cells lie column after column, so that one column is converted in one go. A record that is broken as a record (wrong
// column count, stray quote, broken encoding …) is no row but a problem; rows and problems together are the block's
// records, in the order of their ordinals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/io/record_block.h"

namespace roster {

struct Cell {
  enum class Kind : std::uint8_t {
    missing,   // nothing there: an empty CSV field, null, an empty string, or no such member
    value,     // `text`
    array,     // `elements`
    unusable,  // nested JSON, which no field can hold; `text` is its start
  };

  Kind kind = Kind::missing;
  std::string_view text;
  std::span<const std::string_view> elements;
};

struct RowProblem {
  std::uint64_t line = 0;
  std::uint32_t ordinal = 0;  // among the block's records, from 0
  std::string column;         // empty where the record as a whole is meant
  std::string reason;
  std::string_view raw;  // without its line end
};

// Owns the block that its cells point into. Movable; const use from any thread.
class ParsedRows {
 public:
  ParsedRows(RecordBlock block, std::size_t columnCount);

  std::size_t columnCount() const { return columnCount_; }
  std::size_t rowCount() const { return rows_.size(); }
  // Rows and problems.
  std::size_t recordCount() const { return rows_.size() + problems_.size(); }

  Cell cell(std::size_t column, std::size_t row) const { return expand(cells_[column * stride_ + row]); }
  std::uint64_t line(std::size_t row) const { return block_.firstLine + rows_[row].line; }
  std::uint32_t ordinal(std::size_t row) const { return rows_[row].ordinal; }
  // The record as it stood there, decoded, without its line end.
  std::string_view raw(std::size_t row) const { return block_.text().substr(rows_[row].at, rows_[row].length); }

  const std::vector<RowProblem>& problems() const { return problems_; }
  // NDJSON: members that are no column, and in how many records each was met.
  const std::vector<std::pair<std::string, std::uint64_t>>& unknownMembers() const { return unknownMembers_; }
  const RecordBlock& block() const { return block_; }

  // For the parsers. A row is begun, its cells are set, and then it is either kept or refused.
  void beginRow();
  void setText(std::size_t column, std::string_view text) {  // a piece of the block
    const auto at = static_cast<std::size_t>(text.data() - block_.bytes.data());
    current(column) = pack(at, text.size(), false, text.empty() ? Cell::Kind::missing : Cell::Kind::value);
  }
  void setCopied(std::size_t column, std::string_view text);                      // anything else
  void setUnusable(std::size_t column, std::string_view text);                    // a piece of the block
  void setArray(std::size_t column, std::span<const std::string_view> elements);  // copied
  void keepRow(std::uint64_t lineInBlock, std::string_view raw);
  void refuseRow(std::uint64_t lineInBlock, std::string_view raw, std::string reason, std::string column = {});
  void countUnknownMember(std::string_view name);

 private:
  struct PackedCell {
    std::uint32_t at = 0;
    std::uint32_t lengthAndKind = 0;  // length << 3 | copied << 2 | kind
  };
  struct Row {
    std::uint32_t line = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t at = 0;
    std::uint32_t length = 0;
  };

  static PackedCell pack(std::size_t at, std::size_t length, bool copied, Cell::Kind kind) {
    return {static_cast<std::uint32_t>(at),
            static_cast<std::uint32_t>(length << 3U) | (copied ? 4U : 0U) | static_cast<std::uint32_t>(kind)};
  }

  Cell expand(PackedCell packed) const {
    const auto kind = static_cast<Cell::Kind>(packed.lengthAndKind & 3U);
    const std::size_t length = packed.lengthAndKind >> 3U;
    if (kind == Cell::Kind::array) return {kind, {}, std::span(elements_).subspan(packed.at, length)};
    const char* base = (packed.lengthAndKind & 4U) != 0 ? copies_.get() : block_.bytes.data();
    return {kind, {base + packed.at, length}, {}};
  }

  PackedCell& current(std::size_t column) { return cells_[column * stride_ + rows_.size()]; }
  std::string_view copy(std::string_view text);

  RecordBlock block_;
  std::size_t columnCount_;
  std::size_t stride_;  // cells a column has room for
  std::unique_ptr<PackedCell[]> cells_;
  std::vector<Row> rows_;
  std::unique_ptr<char[]> copies_;  // unescaped text; never longer than the block, so made once, when first needed
  std::size_t copied_ = 0;
  std::vector<std::string_view> elements_;
  std::vector<RowProblem> problems_;
  std::vector<std::pair<std::string, std::uint64_t>> unknownMembers_;
};

}  // namespace roster
