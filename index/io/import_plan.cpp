#include "index/io/import_plan.h"

#include <algorithm>
#include <fmt/format.h>

namespace roster {

namespace {

class ImportPlanner {
 public:
  ImportPlanner(const ImportOptions& options, const Schema& schema, const TimeZone& zone)
      : options_(options), zone_(zone) {
    plan_.schema = schema;
    plan_.schemaBefore = schema;
  }

  Result<ImportPlan> plan() {
    for (const std::string& path : options_.files) {
      auto source = ByteSource::open(path);
      // That nothing was found is said of columns alone: callers tell a mistyped name from a file.
      if (!source && source.error().code == ErrorCode::notFound) source.error().code = ErrorCode::unavailable;
      if (!source) return inFile(path, source.error());
      if (auto added = add(path, *std::move(source)); !added) return propagate(added);
    }
    return std::move(plan_);
  }

  Result<ImportPlan> plan(ByteSource source) {
    const std::string name = source.name();
    if (auto added = add(name, std::move(source)); !added) return propagate(added);
    return std::move(plan_);
  }

 private:
  static tl::unexpected<Error> inFile(const std::string& path, Error error) {
    const std::string name = path == "-" ? "standard input" : path;
    if (error.message.find(name) == std::string::npos) error.message = fmt::format("{}: {}", name, error.message);
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
    if (!options_.keyColumn.empty()) recordOptions.extraColumns.push_back(options_.keyColumn);
    for (const ColumnSpec& field : options_.fields) recordOptions.extraColumns.push_back(field.column);
    auto reader = RecordReader::open(std::move(source), recordOptions);
    if (!reader) return propagate(reader);
    if (options_.decimalComma && reader->format() == RecordFormat::ndjson) {
      return fail(ErrorCode::invalidArgument,
                  "--decimal-comma is for CSV: the numbers of JSON have a point; leave it out, strings such as "
                  "\"1 234,50\" are read without it");
    }
    PlannedFile file{path, *std::move(reader), {}, std::nullopt, {}};
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
    if (!options_.fields.empty()) {
      for (const ColumnSpec& spec : options_.fields) {
        // A field that the database has may well be one that no contact of this file has.
        const bool mayBeAbsent = spec.name == spec.column && plan_.schemaBefore.find(spec.name) != nullptr;
        auto column = findColumn(file, spec.column, mayBeAbsent);
        if (!column) return propagate(column);
        if (auto added = addColumn(file, *column, spec); !added) return added;
      }
      return {};
    }
    for (std::size_t column = 0; column < file.reader.columns().size(); ++column) {
      if (column == file.keyColumn) continue;
      const std::string& name = file.reader.columns()[column];
      if (auto added = addColumn(file, column, {name, std::nullopt, name}); !added) return added;
    }
    return {};
  }

  Result<void> addColumn(PlannedFile& file, std::size_t column, const ColumnSpec& spec) {
    const Field* existing = plan_.schema.find(spec.name);
    if (existing != nullptr && spec.type && *spec.type != existing->type) {
      return fail(ErrorCode::conflict, fmt::format("the field '{}' is {} in the database, not {}", spec.name,
                                                   format(existing->type), format(*spec.type)));
    }
    std::optional<FieldType> declared = spec.type;
    if (existing != nullptr) declared = existing->type;
    const InferenceOptions inference{kSampleRows, options_.setSeparator, options_.decimalComma, options_.dateFormat,
                                     options_.nullTexts};
    auto proposed = inferColumn(spec.column, column, file.sample, declared, inference);
    if (!proposed) return propagate(proposed);
    const auto taken = std::find_if(file.columns.begin(), file.columns.end(),
                                    [&](const PlannedColumn& other) { return other.fieldName == spec.name; });
    if (taken != file.columns.end() && proposed->type.kind != FieldKind::set) {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("the columns '{}' and '{}' both go to the field '{}', which holds one value; give one of "
                              "them another name",
                              taken->columnName, spec.column, spec.name));
    }
    if (spec.name == "key") {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("the column '{0}' cannot be a field called 'key', which stands for each contact's key; "
                              "give it another name with --field '{0}:{1}:NAME', and name the other columns to take "
                              "with --field, too",
                              spec.column, format(proposed->type)));
    }
    if (existing == nullptr) {
      auto extended = plan_.schema.withField(spec.name, proposed->type);
      if (!extended) return propagate(extended);
      plan_.schema = *std::move(extended);
    }
    auto parser =
        CellParser::create(proposed->type, {proposed->decimalComma, proposed->dateFormat, options_.nullTexts, zone_});
    if (!parser) return propagate(parser);
    file.columns.push_back({column, spec.column, spec.name, proposed->type,
                            plan_.schemaBefore.find(spec.name) == nullptr, *std::move(parser), proposed->filled,
                            std::move(proposed->example)});
    return {};
  }

  static constexpr std::size_t kSampleRows = 10'000;

  const ImportOptions& options_;
  const TimeZone& zone_;
  ImportPlan plan_;
};

Result<void> requireKeys(const ImportOptions& options) {
  if (!options.keyColumn.empty() || options.generateKeys) return {};
  return fail(ErrorCode::invalidArgument,
              "name the column that holds each contact's key with --key, or give --generate-keys");
}

}  // namespace

Result<ImportPlan> planImport(const ImportOptions& options, const Schema& schema, const TimeZone& zone) {
  if (auto named = requireKeys(options); !named) return propagate(named);
  return ImportPlanner(options, schema, zone).plan();
}

Result<ImportPlan> planImport(const ImportOptions& options, ByteSource source, const Schema& schema,
                              const TimeZone& zone) {
  if (auto named = requireKeys(options); !named) return propagate(named);
  return ImportPlanner(options, schema, zone).plan(std::move(source));
}

}  // namespace roster
