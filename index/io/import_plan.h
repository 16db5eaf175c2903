// What an import will do, before it does anything: which column becomes which field, read off a sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time_zone.h"
#include "core/data/schema.h"
#include "index/io/cell_parser.h"
#include "index/io/computed_column.h"
#include "index/io/import_options.h"
#include "index/io/kind_inference.h"
#include "index/io/record_reader.h"
#include "index/io/row_filter.h"

namespace roster {

// What a column is to its rows: a field of them, or of an event its time or its id.
enum class ColumnRole : std::uint8_t { field, time, id };

// One column of one file, or what is computed from several, and the field it goes to.
struct PlannedColumn {
  std::size_t column = 0;  // among the file's columns; of no meaning where the field is computed
  std::string columnName;  // or the expression's text
  std::string fieldName;   // "(time)" or "(id)" where it is none
  FieldType type;
  bool isNew = false;  // the field is not in the database yet
  CellParser parser;
  std::size_t filled = 0;  // cells of the sample that have a value
  std::string example;
  std::optional<ComputedColumn> computed = {};
  ColumnRole role = ColumnRole::field;
};

// One file, opened, with the start of it read and parsed.
struct PlannedFile {
  std::string path;
  RecordReader reader;
  std::vector<ParsedRows> sample;        // blocks already read; the rest follows from `reader`
  std::optional<std::size_t> keyColumn;  // none with generated keys
  std::vector<PlannedColumn> columns;
  std::optional<RowFilter> filter;  // none takes every row
};

struct ImportPlan {
  ImportTarget target;
  Schema schemaBefore;       // the database's, or that of the properties or attributes of its target
  Schema schema;             // with the new fields
  EventSchema eventsBefore;  // where it is not for contacts: the database's types of events and catalogs
  EventSchema events;        // with what the import brings
  std::vector<PlannedFile> files;
};

// What a column becomes, as people declare it: "category", "ref(products)".
std::string kindOf(const ImportPlan& plan, const PlannedColumn& column);

// invalidArgument where the options leave out what the target needs: a key, a name, a time.
Result<void> requireColumns(const ImportOptions& options);

// Opens all files and settles every column for the options' target in a database; writes nothing. Errors say which file
// and column: notFound for a column that is not there, or NDJSON that has it in no row of the sample and the database
// in no field, with the nearest name, and other codes for all else: a file that is not there or not what it says, an
// ambiguous order of day and month, a kind other than the field has. An error about an expression or the predicate over
// columns has a position, and its message shows the place. `now` is what the predicate means by it.
Result<ImportPlan> planImport(const ImportOptions& options, const Snapshot& snapshot, Instant now);

// The same for one source instead of the files, of which there are none in the options. Such an import is not taken up
// again where it was cut short: what is in stays in, and is imported once more.
Result<ImportPlan> planImport(const ImportOptions& options, ByteSource source, const Snapshot& snapshot, Instant now);

}  // namespace roster
