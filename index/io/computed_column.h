// A field that is computed from columns of a file, and how their cells are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "index/io/cell_parser.h"
#include "index/io/column_expression.h"
#include "index/io/parsed_rows.h"

namespace roster {

// Immutable; safe to use from any thread.
class ComputedColumn {
 public:
  // A column of the expression, its place in the file, and what reads its cells.
  struct Input {
    std::string name;
    std::size_t column = 0;
    CellParser parser;
  };

  // `inputs` are the expression's columns in its order; the field keeps `digits` fraction digits.
  ComputedColumn(ColumnExpression expression, std::vector<Input> inputs, std::string fieldName, int digits);

  // What the field keeps of a row: none where any input has no value. A cell that is no number is refused under its
  // column's name, and a result that the field cannot hold, or that needs more than 128 bits on the way, under the
  // field's.
  tl::expected<std::optional<std::int64_t>, RejectReason> valueOf(const ParsedRows& rows, std::size_t row) const;

 private:
  ColumnExpression expression_;
  std::vector<Input> inputs_;
  std::string fieldName_;
  int digits_;
};

}  // namespace roster
