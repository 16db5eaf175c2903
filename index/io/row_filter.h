// Which rows of a file are taken: those for which a predicate of the query language holds, its names being columns.
//
// Where rows are chosen there are no contacts yet, so that keys, buckets, segments and events cannot be asked about. A
// column called `key` is named in double quotes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "core/data/schema.h"
#include "core/query/ast.h"
#include "core/query/bound.h"
#include "index/io/cell_parser.h"

namespace roster {

// Parses such a predicate; refused with the position. The columns that it names are its fieldsOf().
Result<ast::Predicate> parseRowPredicate(std::string_view text);

// Whether it compares a column with strings as no number, truth or time of this kind could be compared: what a sample
// of a column looks like says less about it.
bool comparesWithStrings(const ast::Predicate& predicate, std::string_view column, FieldKind kind);

// Immutable; safe to use from any thread.
class RowFilter {
 public:
  // A column that the predicate names.
  struct Column {
    std::string name;
    std::size_t column = 0;  // among the file's columns
    FieldId field = 0;       // what stands for it in the bound predicate
    CellParser parser;
  };

  // What a filter knows of the file and its surroundings.
  struct Context {
    std::vector<std::string> columns;  // the file's, by place; empty for one that no row has
    std::function<Result<CellParser>(std::size_t column)> parserOf;  // asked for each column that the predicate names
    char setSeparator = '|';
    TimeZone zone;
    Instant now = 0;
  };

  // Binds a parsed predicate; refused with the position where it names no column or compares unlike kinds, and as
  // parserOf refuses.
  static Result<RowFilter> create(const ast::Predicate& predicate, const Context& context);

  const std::vector<Column>& columns() const { return columns_; }

  // Whether a row is taken. A cell that cannot be read as its column's kind is refused under the column's name.
  tl::expected<bool, RejectReason> takes(const ParsedRows& rows, std::size_t row) const;

 private:
  RowFilter() = default;

  Schema schema_;
  Bound predicate_;
  std::vector<Column> columns_;
  char setSeparator_ = '|';
  TimeZone zone_;
};

}  // namespace roster
