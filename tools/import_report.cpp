#include "tools/import_report.h"

#include <algorithm>
#include <fmt/format.h>

#include "index/io/json_writer.h"
#include "index/io/value_format.h"
#include "tools/progress_bar.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

constexpr std::size_t kShownRows = 5;
constexpr std::size_t kShownProblems = 3;
constexpr std::size_t kExampleWidth = 40;
constexpr std::size_t kCellWidth = 24;

// The value of a row in a converted column, as a person writes it; the elements of a set with their separator.
std::string cellText(const ConvertedColumn& column, const FieldType& type, std::uint32_t row, char setSeparator) {
  const FieldKind kind = type.kind == FieldKind::set ? type.element : type.kind;
  std::string text;
  const auto [first, last] = std::equal_range(column.rows.begin(), column.rows.end(), row);
  for (auto at = first; at != last; ++at) {
    const std::int64_t value = column.values[static_cast<std::size_t>(at - column.rows.begin())];
    if (!text.empty()) text += setSeparator;
    text += isNumeric(kind)              ? plainText(value, {kind, type.digits, {}, false})
            : kind == FieldKind::boolean ? std::string(value != 0 ? "true" : "false")
                                         : std::string(column.strings[static_cast<std::size_t>(value)]);
  }
  return text;
}

// The rows that a plan was made from, as they would be stored.
class ConvertedSample {
 public:
  ConvertedSample(const PlannedFile& planned, std::size_t file, char setSeparator) {
    for (const ParsedRows& block : planned.sample) {
      blocks_.push_back(convertRows(block, planned, file, setSeparator, 0, false));
    }
  }

  // Good and bad ones, and those that the file's filter leaves out.
  std::size_t records() const {
    std::size_t count = 0;
    for (const ConvertedRows& block : blocks_) count += block.records;
    return count;
  }

  std::size_t leftOut() const {
    std::size_t count = 0;
    for (const ConvertedRows& block : blocks_) count += block.leftOut;
    return count;
  }

  std::vector<const RejectedRecord*> rejects() const {
    std::vector<const RejectedRecord*> all;
    for (const ConvertedRows& block : blocks_) {
      for (const RejectedRecord& reject : block.rejects) all.push_back(&reject);
    }
    return all;
  }

  // Calls visit(block, row) for the first good rows. A record that is refused when blocks are cut is one of its own, so
  // even a few rows may lie in several.
  template <class Visit>
  void visitFirstRows(Visit visit) const {
    std::size_t shown = 0;
    for (const ConvertedRows& block : blocks_) {
      for (std::uint32_t row = 0; row < block.rowCount() && shown < kShownRows; ++row, ++shown) visit(block, row);
    }
  }

 private:
  std::vector<ConvertedRows> blocks_;
};

std::string describe(const RejectedRecord& reject, const std::string& file) {
  const std::string column = reject.column.empty() ? "" : fmt::format(", column {}", reject.column);
  return fmt::format("  {} line {}{}: {}", file, reject.line, column, printable(reject.reason));
}

std::string nameOfFile(const std::string& path) { return path == "-" ? "standard input" : path; }

double rate(const ImportSummary& summary, double seconds) {
  const auto rows = static_cast<double>(summary.rows - std::min(summary.rows, summary.resumedAt));
  return rows / std::max(seconds, 1e-6);
}

std::string rejectsText(const ImportSummary& summary, const ImportOptions& options) {
  if (summary.rejected == 0) return {};
  if (!options.rejectsPath.empty()) {
    return fmt::format("\nthe rejected rows are in {}, with line, column and reason", options.rejectsPath);
  }
  if (summary.firstRejects.empty()) return {};
  std::string text = summary.rejected > summary.firstRejects.size() ? "\nthe first rejects:" : "\nrejected:";
  for (const RejectedRecord& reject : summary.firstRejects) {
    text += "\n" + describe(reject, nameOfFile(summary.files[reject.file]));
  }
  return text + "\nwith --rejects FILE all of them are kept";
}

}  // namespace

namespace {

std::string stateOf(const PlannedColumn& column) {
  if (column.role != ColumnRole::field) return "";
  return column.isNew ? "new" : "existing";
}

// "3 contacts created, 5 updated", as what the rows became is called.
std::string outcomeText(const ImportSummary& summary, const ImportTarget& target) {
  switch (target.kind) {
    case ImportTarget::Kind::contacts:
      return fmt::format("{} created, {} updated", counted(summary.created, "contact", "contacts"),
                         grouped(summary.updated));
    case ImportTarget::Kind::catalog:
      return fmt::format("{} created, {} updated", counted(summary.created, "item", "items"), grouped(summary.updated));
    case ImportTarget::Kind::events: break;
  }
  std::string text = counted(summary.recorded, "event", "events") + " recorded";
  if (!target.idColumn.empty()) text += fmt::format(", {} taken before", grouped(summary.repeated));
  if (target.createContacts) text += fmt::format(", {} created", counted(summary.created, "contact", "contacts"));
  return text;
}

}  // namespace

std::string fieldTable(const ImportPlan& plan) {
  TextTable table({{"column"}, {"field"}, {"kind"}, {""}, {"example"}});
  for (const PlannedFile& file : plan.files) {
    if (&file != plan.files.data() && file.reader.columns() == plan.files.front().reader.columns()) continue;
    if (plan.files.size() > 1 && &file != plan.files.data())
      table.addRow({nameOfFile(file.path) + ":", "", "", "", ""});
    if (file.keyColumn) table.addRow({file.reader.columns()[*file.keyColumn], "", "key", "", ""});
    for (const PlannedColumn& column : file.columns) {
      table.addRow({column.computed ? shorten(column.columnName, kExampleWidth) : column.columnName, column.fieldName,
                    kindOf(plan, column), stateOf(column), shorten(column.example, kExampleWidth)});
    }
    if (!file.filter) continue;
    for (const RowFilter::Column& column : file.filter->columns()) {
      table.addRow({column.name, "", format(column.parser.type()), "where", ""});
    }
  }
  return table.render();
}

std::string firstRows(const ImportPlan& plan, std::size_t file, char setSeparator, std::size_t width) {
  const PlannedFile& planned = plan.files[file];
  if (planned.sample.empty()) return fmt::format("{} has no rows\n", nameOfFile(planned.path));
  const ConvertedSample sample(planned, file, setSeparator);
  std::vector<TextTable::Column> titles = {{"key"}};
  std::size_t used = kCellWidth;
  std::size_t shownColumns = 0;
  for (; shownColumns < planned.columns.size() && used + 8 < std::max<std::size_t>(width, 120); ++shownColumns) {
    titles.push_back({planned.columns[shownColumns].fieldName});
    used += std::max<std::size_t>(8, std::min(planned.columns[shownColumns].fieldName.size(), kCellWidth)) + 2;
  }
  TextTable table(titles);
  sample.visitFirstRows([&](const ConvertedRows& rows, std::uint32_t row) {
    std::vector<std::string> cells = {planned.keyColumn ? shorten(rows.keys[row], kCellWidth) : std::string("(next)")};
    for (std::size_t i = 0; i < shownColumns; ++i) {
      cells.push_back(shorten(cellText(rows.columns[i], planned.columns[i].type, row, setSeparator), kCellWidth));
    }
    table.addRow(std::move(cells));
  });
  std::string text = table.render();
  const std::size_t hidden = planned.columns.size() - shownColumns;
  if (hidden > 0) text += fmt::format("… and {}\n", counted(hidden, "field", "fields"));
  const auto rejects = sample.rejects();
  std::vector<std::string> fates;
  if (planned.filter) fates.push_back(grouped(sample.leftOut()) + " would be left out");
  if (!rejects.empty()) fates.push_back(grouped(rejects.size()) + " would be rejected:");
  if (fates.empty()) return text;
  text += fmt::format("\nof the first {}, {}\n", counted(sample.records(), "row", "rows"), fmt::join(fates, ", "));
  for (std::size_t i = 0; i < std::min(rejects.size(), kShownProblems); ++i) {
    text += describe(*rejects[i], nameOfFile(planned.path)) + "\n";
  }
  return text;
}

namespace {

// The first rows as they would be stored, every cell as text, and what would be rejected of the sample.
void writeFirstRows(const PlannedFile& planned, const ConvertedSample& sample, char setSeparator, JsonWriter& json) {
  json.key("rows").beginArray();
  sample.visitFirstRows([&](const ConvertedRows& rows, std::uint32_t row) {
    json.beginObject().key("key");
    if (planned.keyColumn) json.string(rows.keys[row]);
    else json.null();
    json.key("fields").beginObject();
    for (std::size_t i = 0; i < planned.columns.size(); ++i) {
      const std::string text = cellText(rows.columns[i], planned.columns[i].type, row, setSeparator);
      json.key(planned.columns[i].fieldName);
      if (text.empty()) json.null();
      else json.string(text);
    }
    json.endObject().endObject();
  });
  json.endArray().key("sampled").number(sample.records());
  if (planned.filter) json.key("leftOut").number(sample.leftOut());
  json.key("rejected").beginArray();
  for (const RejectedRecord* reject : sample.rejects()) {
    json.beginObject().key("line").number(reject->line).key("column").string(reject->column);
    json.key("reason").string(reject->reason).endObject();
  }
  json.endArray();
}

}  // namespace

std::string planJson(const ImportPlan& plan, char setSeparator) {
  JsonWriter json;
  json.beginObject().key("files").beginArray();
  for (std::size_t index = 0; index < plan.files.size(); ++index) {
    const PlannedFile& file = plan.files[index];
    json.beginObject().key("file").string(file.path).key("key");
    if (file.keyColumn) json.string(file.reader.columns()[*file.keyColumn]);
    else json.null();
    json.key("fields").beginArray();
    for (const PlannedColumn& column : file.columns) {
      json.beginObject().key(column.computed ? "expression" : "column").string(column.columnName);
      json.key("field").string(column.fieldName);
      json.key("kind").string(kindOf(plan, column)).key("new").boolean(column.isNew);
      json.key("example").string(column.example).endObject();
    }
    json.endArray();
    writeFirstRows(file, ConvertedSample(file, index, setSeparator), setSeparator, json);
    json.endObject();
  }
  json.endArray().endObject();
  return json.text();
}

std::string summaryText(const ImportSummary& summary, const ImportOptions& options, double seconds) {
  if (summary.alreadyComplete) {
    return fmt::format(
        "this was imported already, with the same options: {}, nothing was changed; --again imports it "
        "once more",
        counted(summary.rows, "row", "rows"));
  }
  std::string text;
  if (summary.resumedAt > 0) {
    text +=
        fmt::format("went on after the {} that an earlier run had done\n", counted(summary.resumedAt, "row", "rows"));
  }
  text += fmt::format("{} read, {}, {} rejected, {}{}, {} rows a second", counted(summary.rows, "row", "rows"),
                      outcomeText(summary, options.target), grouped(summary.rejected),
                      summary.leftOut ? grouped(*summary.leftOut) + " left out, " : "", duration(seconds),
                      grouped(static_cast<std::uint64_t>(rate(summary, seconds))));
  text += rejectsText(summary, options);
  if (summary.interrupted) text += "\ninterrupted: what is counted is in; the same command goes on from there";
  return text;
}

std::string summaryJson(const ImportSummary& summary, const ImportOptions& options, double seconds) {
  JsonWriter json;
  json.beginObject();
  json.key("rows").number(summary.rows);
  json.key("created").number(summary.created);
  json.key("updated").number(summary.updated);
  if (options.target.kind == ImportTarget::Kind::events) {
    json.key("recorded").number(summary.recorded).key("repeated").number(summary.repeated);
  }
  json.key("rejected").number(summary.rejected);
  if (summary.leftOut) json.key("leftOut").number(*summary.leftOut);
  json.key("resumedAt").number(summary.resumedAt);
  json.key("alreadyComplete").boolean(summary.alreadyComplete);
  json.key("interrupted").boolean(summary.interrupted);
  json.key("seconds").number(seconds);
  json.key("rowsPerSecond").number(rate(summary, seconds));
  json.endObject();
  return json.text();
}

}  // namespace roster::tools
