#include "index/io/export_rows.h"

#include <algorithm>
#include <fmt/format.h>
#include <variant>

#include "core/data/set_element.h"
#include "core/data/set_patch.h"
#include "index/engine/dimension.h"
#include "index/io/csv_writer.h"

namespace roster {

namespace {

// A field with fewer values than this has the text of each made beforehand.
constexpr Code kMaxCells = 1 << 16;

// A column of one chunk in memory; nothing where nobody in the shard has a value.
struct Codes {
  std::shared_ptr<const CodeChunk> chunk;
};
struct Sets {
  PatchedSets sets;
};
struct Numbers {
  std::shared_ptr<const NumberChunk> chunk;
  std::shared_ptr<const Bitmap> present;
  ContainerView held;
};
struct Strings {
  std::shared_ptr<const StringChunk> chunk;
};
using Loaded = std::variant<std::monostate, Codes, Sets, Numbers, Strings>;

Result<Loaded> loadColumn(const FieldShard* field, ChunkIndex chunk) {
  if (field == nullptr) return Loaded();
  return std::visit(
      [&](const auto& columns) -> Result<Loaded> {
        using Columns = std::decay_t<decltype(columns)>;
        if constexpr (std::is_same_v<Columns, CodedColumns>) {
          auto codes = load(columns.codes[chunk]);
          if (!codes) return propagate(codes);
          return Loaded(Codes{*std::move(codes)});
        } else if constexpr (std::is_same_v<Columns, SetColumns>) {
          auto sets = PatchedSets::load(columns, chunk);
          if (!sets) return propagate(sets);
          return Loaded(Sets{*std::move(sets)});
        } else if constexpr (std::is_same_v<Columns, NumberColumns>) {
          auto numbers = load(columns.numbers[chunk]);
          if (!numbers) return propagate(numbers);
          auto present = load(field->present);
          if (!present) return propagate(present);
          const ContainerView held = (*present)->chunk(chunk);
          return Loaded(Numbers{*std::move(numbers), *std::move(present), held});
        } else {
          auto strings = load(columns.strings[chunk]);
          if (!strings) return propagate(strings);
          return Loaded(Strings{*std::move(strings)});
        }
      },
      field->columns);
}

}  // namespace

// The rows of one chunk as they are made.
class RowFormat::ChunkRows {
 public:
  ChunkRows(const RowFormat& format, std::string& out)
      : format_(format), json_(format.format_ == ExportFormat::ndjson), out_(out) {}

  Result<void> load(ShardIndex shardIndex, ChunkIndex chunk) {
    const Shard& shard = *format_.snapshot_->shards[shardIndex];
    for (const Column& column : format_.columns_) {
      if (column.key) {
        auto keys = roster::load(shard.keys[chunk]);
        if (!keys) return propagate(keys);
        loaded_.emplace_back(Strings{*std::move(keys)});
      } else {
        auto loaded = loadColumn(shard.field(column.field.id), chunk);
        if (!loaded) return propagate(loaded);
        loaded_.push_back(*std::move(loaded));
      }
    }
    return {};
  }

  Result<void> append(std::uint16_t place) {
    const std::size_t begin = out_.size();
    for (std::size_t i = 0; i < loaded_.size(); ++i) {
      const Column& column = format_.columns_[i];
      out_ += column.lead;
      if (auto done = std::visit([&](const auto& loaded) { return cell(column, loaded, place); }, loaded_[i]); !done) {
        return done;
      }
    }
    if (json_) out_ += '}';
    else if (out_.size() == begin) out_ += "\"\"";  // an empty line is no record
    out_ += '\n';
    return {};
  }

 private:
  Result<void> missing() {
    out_ += format_.missingCell();
    return {};
  }

  void text(std::string_view value) { format_.appendText(out_, value); }

  Result<void> cell(const Column& column, std::monostate, std::uint16_t) {
    if (json_ && column.field.type.kind == FieldKind::set) out_ += "[]";
    else return missing();
    return {};
  }
  Result<void> cell(const Column& column, const Codes& loaded, std::uint16_t place) {
    const Code code = (*loaded.chunk)[place];
    if (code < column.cells.size()) {
      out_ += column.cells[code];
      return {};
    }
    if (code == kNoCode) return missing();
    auto value = column.dictionary.stringOf(code);
    if (!value) return propagate(value);
    text(*value);
    return {};
  }
  Result<void> cell(const Column& column, const Numbers& loaded, std::uint16_t place) {
    if (!loaded.held.contains(place)) return missing();
    const std::int64_t number = (*loaded.chunk)[place];
    if (json_) appendJsonNumber(out_, number, column.field.type);
    else appendNumber(out_, number, column.field.type);
    return {};
  }
  Result<void> cell(const Column&, const Strings& loaded, std::uint16_t place) {
    const std::string_view value = (*loaded.chunk)[place];
    if (value.empty()) return missing();
    text(value);
    return {};
  }

  Result<void> cell(const Column& column, const Sets& loaded, std::uint16_t place) {
    elements_.clear();
    for (const Code code : loaded.sets[place]) {
      auto element = column.dictionary.stringOf(code);
      if (!element) return propagate(element);
      elements_.push_back(*element);
    }
    if (column.field.type.element == FieldKind::category) {
      std::sort(elements_.begin(), elements_.end());
    } else {
      std::sort(elements_.begin(), elements_.end(), [](std::string_view a, std::string_view b) {
        return readElement(a).value_or(0) < readElement(b).value_or(0);
      });
    }
    return json_ ? jsonSet(column) : csvSet(column);
  }

  Result<void> jsonSet(const Column& column) {
    out_ += '[';
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      if (i != 0) out_ += ',';
      appendJsonElement(out_, elements_[i], column.field.type);
    }
    out_ += ']';
    return {};
  }

  Result<void> csvSet(const Column& column) {
    joined_.clear();
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      if (column.ambiguous && elements_[i].find(format_.setSeparator_) != std::string_view::npos) {
        return fail(ErrorCode::invalidArgument,
                    fmt::format("'{}' of the set '{}' holds '{}', which separates the elements of a set in CSV; export "
                                "it as NDJSON (--format ndjson)",
                                elements_[i], column.name, format_.setSeparator_));
      }
      if (i != 0) joined_ += format_.setSeparator_;
      appendElement(joined_, elements_[i], column.field.type);
    }
    appendCsvField(out_, joined_);
    return {};
  }

  const RowFormat& format_;
  const bool json_;
  std::string& out_;
  std::vector<Loaded> loaded_;  // as the format's columns
  std::vector<std::string_view> elements_;
  std::string joined_;
};

Result<RowFormat> RowFormat::make(SnapshotPtr snapshot, const ExportOptions& options) {
  RowFormat format(std::move(snapshot), options);
  std::vector<std::string> names = options.fields;
  if (names.empty()) {
    names.emplace_back("key");
    for (const Field& field : format.snapshot_->schema->fields()) names.push_back(field.name);
  }
  for (const std::string& name : names) {
    if (auto added = format.addColumn(name); !added) return propagate(added);
  }
  return format;
}

Result<void> RowFormat::addColumn(const std::string& name) {
  if (std::any_of(columns_.begin(), columns_.end(), [&](const Column& column) { return column.name == name; })) {
    return fail(ErrorCode::invalidArgument, fmt::format("the field '{}' is asked for twice", name));
  }
  Column column;
  column.name = name;
  column.key = name == "key";
  if (format_ == ExportFormat::ndjson) {
    column.lead = columns_.empty() ? "{" : ",";
    appendJsonString(column.lead, name);
    column.lead += ':';
  } else if (!columns_.empty()) {
    column.lead = ",";
  }
  if (!column.key) {
    auto field = fieldNamed(name, *snapshot_->schema);
    if (!field) return propagate(field);
    column.field = *std::move(field);
    if (auto loaded = loadValues(column); !loaded) return loaded;
  }
  columns_.push_back(std::move(column));
  return {};
}

Result<void> RowFormat::loadValues(Column& column) const {
  const FieldKind kind = column.field.type.kind;
  if (kind == FieldKind::boolean)
    column.cells = {std::string(missingCell()), "false", "true"};  // no dictionary, but codes 1 and 2
  const auto found = snapshot_->dictionaries.find(column.field.id);
  if (found == snapshot_->dictionaries.end()) return {};
  auto dictionary = found->second->load();
  if (!dictionary) return propagate(dictionary);
  column.dictionary = *std::move(dictionary);
  if (kind == FieldKind::set) {
    column.dictionary.forEach([&](Code, std::string_view element) {
      column.ambiguous |= format_ == ExportFormat::csv && element.find(setSeparator_) != std::string_view::npos;
    });
  }
  return {};
}

void RowFormat::makeCells(std::uint64_t rows) {
  for (Column& column : columns_) {
    const Code last = column.dictionary.lastCode();
    const bool oneValue = !column.key && column.field.type.kind != FieldKind::set;
    if (!oneValue || last == kNoCode || last >= std::min<std::uint64_t>(rows, kMaxCells)) continue;
    column.cells = {std::string(missingCell())};
    column.dictionary.forEach([&](Code, std::string_view value) { appendText(column.cells.emplace_back(), value); });
  }
}

void RowFormat::appendText(std::string& out, std::string_view value) const {
  if (format_ == ExportFormat::ndjson) appendJsonString(out, value);
  else appendCsvField(out, value);
}

std::string RowFormat::header() const {
  std::string header;
  if (format_ == ExportFormat::ndjson) return header;
  for (const Column& column : columns_) {
    header += column.lead;
    appendCsvField(header, column.name);
  }
  return header + '\n';
}

Result<void> RowFormat::append(ShardIndex shard, ChunkIndex chunk, std::span<const std::uint16_t> places,
                               std::string& out, std::vector<std::size_t>* ends) const {
  ChunkRows rows(*this, out);
  if (auto loaded = rows.load(shard, chunk); !loaded) return loaded;
  for (const std::uint16_t place : places) {
    if (auto appended = rows.append(place); !appended) return appended;
    if (ends != nullptr) ends->push_back(out.size());
  }
  return {};
}

}  // namespace roster
