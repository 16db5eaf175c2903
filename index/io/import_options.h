// What an import is told.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/data/field_type.h"
#include "index/io/column_expression.h"
#include "index/io/encoding.h"
#include "index/io/import_target.h"

namespace roster {

enum class ImportMode : std::uint8_t {
  upsert,   // an empty cell changes nothing
  insert,   // a key that was there before the import is rejected
  replace,  // a contact's other fields are cleared at its first row in this import
};

enum class SetMode : std::uint8_t {
  add,
  replace,  // a set is cleared at the contact's first row in this import that has a value for it; later rows add
  remove,
};

// One field to take: a column, or what is computed from several. Without a kind a column's is inferred; without a name
// it is the column's.
struct ColumnSpec {
  std::string column;  // empty where the field is computed
  std::optional<FieldType> type;
  std::string name;
  std::optional<ColumnExpression> expression = {};  // with a type that is integer or decimal
  std::string catalog = {};                         // that a property of events refers to; its type is category
};

struct ImportOptions {
  ImportTarget target;
  std::vector<std::string> files;  // "-" is standard input
  std::string keyColumn;  // of contacts, also where events name them, or of items; empty only with generateKeys
  bool generateKeys = false;
  std::vector<ColumnSpec> fields;  // empty: every column
  std::string where;               // a predicate over the columns, as row_filter.h has it; empty: every row
  ImportMode mode = ImportMode::upsert;
  SetMode setMode = SetMode::add;
  char setSeparator = '|';
  std::optional<char> delimiter;
  Encoding encoding = Encoding::utf8;
  std::vector<std::string> nullTexts;
  std::string dateFormat;
  bool decimalComma = false;
  std::string rejectsPath;  // empty: rejects are counted, and the first few kept for the summary
  bool again = false;       // import once more what was imported already
  // A batch is committed when it has this many rows or bytes: what a killed import has to read again. No part of the
  // import's identity: it may go on with batches of another size.
  std::size_t batchRows = std::size_t{1} << 20;
  std::size_t batchBytes = std::size_t{512} << 20;
};

// Parses 'COLUMN[:kind[:name]]' or 'NAME:kind=EXPRESSION'; a colon within a name is written `\:`. The kind of a
// property of events may be ref(CATALOG).
Result<ColumnSpec> parseColumnSpec(std::string_view text);

// Sets the type, and the catalog where the kind is ref(CATALOG).
Result<void> setKind(ColumnSpec& spec, std::string_view kind);

// A computed field. invalidArgument where it has no name, or a kind that nothing can be computed for, and for an
// expression that does not parse, with its place.
Result<ColumnSpec> computedColumnSpec(std::string name, const std::optional<FieldType>& type,
                                      std::string_view expression);

// Whether both are about one column, or about one computed field: then the later one holds.
bool sameColumn(const ColumnSpec& a, const ColumnSpec& b);

// The options that decide what an import does to the data, as one canonical text: part of its identity.
std::string describeOptions(const ImportOptions& options);

}  // namespace roster
