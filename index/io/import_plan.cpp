#include "index/io/import_plan.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/decimal.h"
#include "core/query/diagnostic.h"
#include "core/query/rename.h"

namespace roster {

namespace {

class ImportPlanner {
 public:
  ImportPlanner(const ImportOptions& options, const Snapshot& snapshot, Instant now)
      : options_(options), zone_(*snapshot.zone), now_(now) {
    plan_.target = options.target;
    plan_.schemaBefore = schemaOf(options.target, snapshot);
    plan_.schema = plan_.schemaBefore;
    plan_.eventsBefore = *snapshot.events;
    plan_.events = *snapshot.events;
  }

  Result<ImportPlan> plan() {
    if (auto begun = begin(); !begun) return propagate(begun);
    for (const std::string& path : options_.files) {
      auto source = ByteSource::open(path);
      // That nothing was found is said of columns alone: callers tell a mistyped name from a file.
      if (!source && source.error().code == ErrorCode::notFound) source.error().code = ErrorCode::unavailable;
      if (!source) return inFile(path, source.error());
      if (auto added = add(path, *std::move(source)); !added) return propagate(added);
    }
    return finish();
  }

  Result<ImportPlan> plan(ByteSource source) {
    if (auto begun = begin(); !begun) return propagate(begun);
    const std::string name = source.name();
    if (auto added = add(name, std::move(source)); !added) return propagate(added);
    return finish();
  }

 private:
  static tl::unexpected<Error> inFile(const std::string& path, Error error) {
    const std::string name = path == "-" ? "standard input" : path;
    if (error.message.find(name) == std::string::npos) error.message = fmt::format("{}: {}", name, error.message);
    return tl::unexpected(std::move(error));
  }

  Result<void> begin() {
    if (auto named = requireColumns(options_); !named) return named;
    if (options_.where.empty()) return {};
    auto predicate = parseRowPredicate(options_.where);
    if (!predicate) return inText("where", options_.where, predicate.error());
    where_ = *std::move(predicate);
    return {};
  }

  // The types of events and catalogs follow from the fields that all files have.
  Result<ImportPlan> finish() {
    if (options_.target.kind == ImportTarget::Kind::contacts) return std::move(plan_);
    std::vector<TargetField> fields;
    for (const Field& field : plan_.schema.fields()) {
      const auto spec = std::find_if(options_.fields.begin(), options_.fields.end(),
                                     [&](const ColumnSpec& named) { return named.name == field.name; });
      fields.push_back({field.name, field.type, spec == options_.fields.end() ? "" : spec->catalog});
    }
    auto events = withTarget(plan_.eventsBefore, options_.target, fields);
    if (!events) return propagate(events);
    plan_.events = *std::move(events);
    // Ids are those that the target gives.
    plan_.schema = options_.target.kind == ImportTarget::Kind::catalog
                       ? plan_.events.findCatalog(options_.target.name)->attributes
                       : plan_.events.findType(options_.target.name)->properties;
    return std::move(plan_);
  }

  // Says which text an error is about, and shows the place in it.
  static tl::unexpected<Error> inText(std::string_view name, std::string_view text, Error error) {
    error.message = fmt::format("{}: {}", name, renderDiagnostic(error, text));
    return tl::unexpected(std::move(error));
  }

  Result<void> add(const std::string& path, ByteSource source) {
    auto file = open(path, std::move(source));
    if (!file) return inFile(path, file.error());
    if (auto settled = settle(*file); !settled) return inFile(path, settled.error());
    plan_.files.push_back(*std::move(file));
    return {};
  }

  Result<PlannedFile> open(const std::string& path, ByteSource source) {
    RecordOptions recordOptions{options_.encoding, options_.delimiter, {}, {}};
    for (const std::string* column : {&options_.keyColumn, &options_.target.timeColumn, &options_.target.idColumn}) {
      if (!column->empty()) recordOptions.extraColumns.push_back(*column);
    }
    for (const ColumnSpec& field : options_.fields) {
      if (!field.expression) recordOptions.extraColumns.push_back(field.column);
      else
        for (const auto& column : field.expression->columns()) recordOptions.extraColumns.push_back(column.name);
    }
    if (where_) {
      for (const std::string& column : fieldsOf(*where_)) recordOptions.extraColumns.push_back(column);
    }
    auto reader = RecordReader::open(std::move(source), recordOptions);
    if (!reader) return propagate(reader);
    if (options_.decimalComma && reader->format() == RecordFormat::ndjson) {
      return fail(ErrorCode::invalidArgument,
                  "--decimal-comma is for CSV: the numbers of JSON have a point; leave it out, strings such as "
                  "\"1 234,50\" are read without it");
    }
    PlannedFile file{path, *std::move(reader), {}, std::nullopt, {}, std::nullopt};
    for (std::size_t rows = 0; rows < kSampleRows;) {
      auto block = file.reader.next();
      if (!block) return propagate(block);
      if (!*block) break;
      file.sample.push_back(file.reader.parse(std::move(**block)));
      rows += file.sample.back().rowCount();
    }
    return file;
  }

  static bool isFilled(const PlannedFile& file, std::size_t column) {
    for (const ParsedRows& block : file.sample) {
      for (std::size_t row = 0; row < block.rowCount(); ++row) {
        if (block.cell(column, row).kind != Cell::Kind::missing) return true;
      }
    }
    return false;
  }

  // Where the column lies; notFound with the nearest name where there is none.
  Result<std::size_t> findColumn(const PlannedFile& file, const std::string& name, bool mayBeAbsent) const {
    std::vector<std::string> columns = file.reader.columns();
    const auto place = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
    if (place < file.reader.columnsFound()) return place;
    // NDJSON reads every column it is told of; one that no row of the sample has is a mistyped one.
    if (place < columns.size() && (mayBeAbsent || isFilled(file, place))) return place;
    columns.resize(file.reader.columnsFound());
    const auto nearest = nearestWord(name, columns);
    return fail(ErrorCode::notFound,
                nearest ? fmt::format("there is no column '{}'; did you mean '{}'?", name, *nearest)
                        : fmt::format("there is no column '{}'; there are {}", name, fmt::join(columns, ", ")));
  }

  Result<void> settle(PlannedFile& file) {
    if (!options_.generateKeys) {
      auto key = findColumn(file, options_.keyColumn, false);
      if (!key) return propagate(key);
      file.keyColumn = *key;
    }
    const auto roles = {std::pair(&options_.target.timeColumn, ColumnRole::time),
                        std::pair(&options_.target.idColumn, ColumnRole::id)};
    for (const auto& [name, role] : roles) {
      if (name->empty()) continue;
      if (auto added = addRole(file, *name, role); !added) return added;
    }
    auto taken = options_.fields.empty() ? addAllColumns(file) : addNamedColumns(file);
    if (!taken) return taken;
    // After the columns: how those are read that are taken, too, holds for what is computed from them.
    for (const ColumnSpec& spec : options_.fields) {
      if (!spec.expression) continue;
      if (auto added = addComputed(file, spec); !added) return added;
    }
    return addFilter(file);
  }

  Result<void> addAllColumns(PlannedFile& file) {
    for (std::size_t column = 0; column < file.reader.columnsFound(); ++column) {
      if (column == file.keyColumn || takenColumn(file, column) != nullptr) continue;
      const std::string& name = file.reader.columns()[column];
      if (auto added = addColumn(file, column, {name, std::nullopt, name}); !added) return added;
    }
    return {};
  }

  // The time or the id of events, which every row has.
  Result<void> addRole(PlannedFile& file, const std::string& name, ColumnRole role) {
    auto column = findColumn(file, name, false);
    if (!column) return propagate(column);
    auto proposed =
        propose(file, *column, FieldType{role == ColumnRole::time ? FieldKind::timestamp : FieldKind::text});
    if (!proposed) return propagate(proposed);
    auto parser = parserFor(*proposed);
    if (!parser) return propagate(parser);
    file.columns.push_back({*column, name, role == ColumnRole::time ? "(time)" : "(id)", proposed->type, false,
                            *std::move(parser), proposed->filled, std::move(proposed->example), std::nullopt, role});
    return {};
  }

  Result<void> addNamedColumns(PlannedFile& file) {
    for (const ColumnSpec& spec : options_.fields) {
      if (spec.expression) continue;
      // A field that the database has may well be one that no contact of this file has.
      const bool mayBeAbsent = spec.name == spec.column && plan_.schemaBefore.find(spec.name) != nullptr;
      auto column = findColumn(file, spec.column, mayBeAbsent);
      if (!column) return propagate(column);
      if (auto added = addColumn(file, *column, spec); !added) return added;
    }
    return {};
  }

  // What a field is called in messages, and the option that names one.
  std::string_view noun() const {
    switch (options_.target.kind) {
      case ImportTarget::Kind::events: return "property";
      case ImportTarget::Kind::catalog: return "attribute";
      default: return "field";
    }
  }
  std::string_view option() const { return options_.target.kind == ImportTarget::Kind::events ? "property" : "field"; }

  // The kind that a field has or is given; none where it is to be inferred.
  Result<std::optional<FieldType>> declaredType(const ColumnSpec& spec) const {
    const Field* existing = plan_.schema.find(spec.name);
    if (existing == nullptr) return spec.type;
    if (spec.type && *spec.type != existing->type) {
      return fail(ErrorCode::conflict, fmt::format("the {} '{}' is {} in the database, not {}", noun(), spec.name,
                                                   format(existing->type), format(*spec.type)));
    }
    return existing->type;
  }

  Result<ProposedColumn> propose(const PlannedFile& file, std::size_t column,
                                 const std::optional<FieldType>& declared) const {
    const InferenceOptions inference{kSampleRows, options_.setSeparator, options_.decimalComma, options_.dateFormat,
                                     options_.nullTexts};
    return inferColumn(file.reader.columns()[column], column, file.sample, declared, inference);
  }

  Result<CellParser> parserFor(const ProposedColumn& proposed) const {
    return CellParser::create(proposed.type, {proposed.decimalComma, proposed.dateFormat, options_.nullTexts, zone_});
  }

  Result<void> addColumn(PlannedFile& file, std::size_t column, const ColumnSpec& spec) {
    auto declared = declaredType(spec);
    if (!declared) return propagate(declared);
    auto proposed = propose(file, column, *declared);
    if (!proposed) return propagate(proposed);
    if (const FieldType type = admittedType(options_.target, proposed->type); !*declared && type != proposed->type) {
      proposed = propose(file, column, type);
      if (!proposed) return propagate(proposed);
    }
    auto parser = parserFor(*proposed);
    if (!parser) return propagate(parser);
    return take(file, {column, spec.column, spec.name, proposed->type, false, *std::move(parser), proposed->filled,
                       std::move(proposed->example)});
  }

  Result<void> take(PlannedFile& file, PlannedColumn column) {
    const auto taken = std::find_if(file.columns.begin(), file.columns.end(),
                                    [&](const PlannedColumn& other) { return other.fieldName == column.fieldName; });
    if (taken != file.columns.end() && column.type.kind != FieldKind::set) {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("the columns '{}' and '{}' both go to the {} '{}', which holds one value; give one of "
                              "them another name",
                              taken->columnName, column.columnName, noun(), column.fieldName));
    }
    if (column.fieldName == "key") {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("the column '{0}' cannot be a {2} called 'key', which stands for each contact's key; "
                              "give it another name with --{3} '{0}:{1}:NAME', and name the other columns to take "
                              "with --{3}, too",
                              column.columnName, format(column.type), noun(), option()));
    }
    if (plan_.schema.find(column.fieldName) == nullptr) {
      auto extended = plan_.schema.withField(column.fieldName, column.type);
      if (!extended) return propagate(extended);
      plan_.schema = *std::move(extended);
    }
    column.isNew = plan_.schemaBefore.find(column.fieldName) == nullptr;
    file.columns.push_back(std::move(column));
    return {};
  }

  Result<void> addComputed(PlannedFile& file, const ColumnSpec& spec) {
    if (auto declared = declaredType(spec); !declared) return propagate(declared);
    std::vector<ComputedColumn::Input> inputs;
    for (const ColumnExpression::Column& named : spec.expression->columns()) {
      auto column = findColumn(file, named.name, false);
      if (!column) {
        column.error().position = named.at;
        return inText(spec.name, spec.expression->text(), column.error());
      }
      auto parser = numberParserOf(file, *column);
      if (!parser) return propagate(parser);
      inputs.push_back({named.name, *column, *std::move(parser)});
    }
    auto unused = CellParser::create(*spec.type, {});
    if (!unused) return propagate(unused);
    PlannedColumn planned{0, spec.expression->text(), spec.name, *spec.type, false, *std::move(unused), 0, {}};
    planned.computed.emplace(*spec.expression, std::move(inputs), spec.name, spec.type->digits);
    for (const ParsedRows& block : file.sample) {
      for (std::size_t row = 0; row < block.rowCount(); ++row) {
        const auto value = planned.computed->valueOf(block, row);
        if (!value || !*value) continue;
        if (planned.filled++ == 0) planned.example = formatDecimal(**value, spec.type->digits);
      }
    }
    return take(file, std::move(planned));
  }

  // Null where the column is not taken.
  static const PlannedColumn* takenColumn(const PlannedFile& file, std::size_t column) {
    const auto found = std::find_if(file.columns.begin(), file.columns.end(), [&](const PlannedColumn& taken) {
      return !taken.computed && taken.column == column;
    });
    return found == file.columns.end() ? nullptr : &*found;
  }

  // What reads the cells of a column for the predicate: as it is taken, or as it would be. Numbers of a file that has
  // no others yet are texts where the predicate asks for texts.
  Result<CellParser> parserOf(const PlannedFile& file, std::size_t column) const {
    if (const PlannedColumn* taken = takenColumn(file, column)) return taken->parser;
    auto proposed = propose(file, column, std::nullopt);
    if (proposed && comparesWithStrings(*where_, file.reader.columns()[column], proposed->type.kind)) {
      proposed = propose(file, column, FieldType{FieldKind::category});
    }
    if (!proposed) return propagate(proposed);
    return parserFor(*proposed);
  }

  // What reads the cells of a column as numbers: as it is taken, or as a decimal would be.
  Result<CellParser> numberParserOf(const PlannedFile& file, std::size_t column) const {
    const PlannedColumn* taken = takenColumn(file, column);
    const bool hasNumbers =
        taken != nullptr && (taken->type.kind == FieldKind::integer || taken->type.kind == FieldKind::decimal);
    if (hasNumbers) return taken->parser;
    // So many fraction digits that none are too many, and so few that large numbers fit.
    constexpr std::uint8_t kDigits = 6;
    auto proposed = propose(file, column, FieldType{FieldKind::decimal, kDigits});
    if (!proposed) return propagate(proposed);
    return parserFor(*proposed);
  }

  Result<void> addFilter(PlannedFile& file) {
    if (!where_) return {};
    std::vector<std::string> columns = file.reader.columns();
    for (std::size_t column = 0; column < columns.size(); ++column) {
      if (!findColumn(file, columns[column], takenColumn(file, column) != nullptr)) columns[column].clear();
    }
    const auto parsers = [&](std::size_t column) { return parserOf(file, column); };
    auto filter = RowFilter::create(*where_, {std::move(columns), parsers, options_.setSeparator, zone_, now_});
    if (!filter) return inText("where", options_.where, filter.error());
    file.filter = *std::move(filter);
    return {};
  }

  static constexpr std::size_t kSampleRows = 10'000;

  const ImportOptions& options_;
  const TimeZone& zone_;
  const Instant now_;
  std::optional<ast::Predicate> where_;
  ImportPlan plan_;
};

}  // namespace

std::string kindOf(const ImportPlan& plan, const PlannedColumn& column) {
  const bool ofEvents = plan.target.kind == ImportTarget::Kind::events && column.role == ColumnRole::field;
  const EventType* type = ofEvents ? plan.events.findType(plan.target.name) : nullptr;
  if (type == nullptr) return format(column.type);
  return plan.events.kindOf(*type, *type->properties.find(column.fieldName));
}

Result<void> requireColumns(const ImportOptions& options) {
  const auto missing = [](const char* what) { return fail(ErrorCode::invalidArgument, what); };
  switch (options.target.kind) {
    case ImportTarget::Kind::contacts:
      if (!options.keyColumn.empty() || options.generateKeys) return {};
      return missing("name the column that holds each contact's key with --key, or give --generate-keys");
    case ImportTarget::Kind::catalog:
      if (options.target.name.empty()) return missing("name the catalog with --catalog");
      if (options.keyColumn.empty()) return missing("name the column that holds each item's key with --key");
      return {};
    case ImportTarget::Kind::events:
      if (options.target.name.empty()) return missing("say which event the rows are with --event");
      if (options.keyColumn.empty()) return missing("name the column that holds the contact's key with --contact");
      if (options.target.timeColumn.empty()) return missing("name the column that holds the time with --time");
      return {};
  }
  return {};
}

Result<ImportPlan> planImport(const ImportOptions& options, const Snapshot& snapshot, Instant now) {
  return ImportPlanner(options, snapshot, now).plan();
}

Result<ImportPlan> planImport(const ImportOptions& options, ByteSource source, const Snapshot& snapshot, Instant now) {
  return ImportPlanner(options, snapshot, now).plan(std::move(source));
}

}  // namespace roster
