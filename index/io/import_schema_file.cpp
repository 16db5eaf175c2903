#include "index/io/import_schema_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <toml++/toml.h>
#include <vector>

#include "core/data/schema.h"
#include "core/query/diagnostic.h"
#include "index/io/date_format.h"
#include "index/io/row_filter.h"

namespace roster {

namespace {

// A word of a small vocabulary.
template <class Value, std::size_t Count>
Result<Value> oneOf(std::string_view option, std::string_view word,
                    const std::array<std::pair<std::string_view, Value>, Count>& words) {
  std::string known;
  for (const auto& [name, value] : words) {
    if (name == word) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return refuse(fmt::format("{} is one of {}, not '{}'", option, known, word));
}

template <class Value>
Result<void> assign(Value& target, Result<Value> value) {
  if (!value) return propagate(value);
  target = *std::move(value);
  return {};
}

Result<void> setMode(ImportOptions& options, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, ImportMode>, 3> kModes = {
      {{"upsert", ImportMode::upsert}, {"insert", ImportMode::insert}, {"replace", ImportMode::replace}}};
  return assign(options.mode, oneOf("mode", value, kModes));
}

Result<void> setSetMode(ImportOptions& options, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, SetMode>, 3> kModes = {
      {{"add", SetMode::add}, {"replace", SetMode::replace}, {"remove", SetMode::remove}}};
  return assign(options.setMode, oneOf("set-mode", value, kModes));
}

Result<bool> parseSwitch(std::string_view option, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> kWords = {{{"true", true}, {"false", false}}};
  return oneOf(option, value, kWords);
}

// One ASCII character; a tab may also be written `tab` or `\t`.
Result<char> parseSeparator(std::string_view option, std::string_view value) {
  if (value == "tab" || value == "\\t") return '\t';
  if (value.size() == 1 && static_cast<unsigned char>(value[0]) < 0x80 && value[0] != '"' && value[0] != '\n') {
    return value[0];
  }
  return refuse(fmt::format("{} is one ASCII character, or the word tab, not '{}'", option, value));
}

Result<void> setSeparator(ImportOptions& options, std::string_view value) {
  return assign(options.setSeparator, parseSeparator("set-separator", value));
}

Result<void> setDelimiter(ImportOptions& options, std::string_view value) {
  auto delimiter = parseSeparator("delimiter", value);
  if (!delimiter) return propagate(delimiter);
  options.delimiter = *delimiter;
  return {};
}

Result<void> setEncoding(ImportOptions& options, std::string_view value) {
  return assign(options.encoding, parseEncoding(value));
}

void addField(ImportOptions& options, ColumnSpec spec) {
  const auto same = std::find_if(options.fields.begin(), options.fields.end(),
                                 [&](const ColumnSpec& known) { return sameColumn(known, spec); });
  if (same == options.fields.end()) options.fields.push_back(std::move(spec));
  else *same = std::move(spec);
}

Result<void> setField(ImportOptions& options, std::string_view value) {
  auto spec = parseColumnSpec(value);
  if (!spec) return propagate(spec);
  addField(options, *std::move(spec));
  return {};
}

Result<void> setWhere(ImportOptions& options, std::string_view value) {
  if (auto predicate = parseRowPredicate(value); !predicate) {
    return refuse(renderDiagnostic(predicate.error(), value));
  }
  options.where = value;
  return {};
}

Result<void> setKey(ImportOptions& options, std::string_view value) {
  options.keyColumn = value;
  return {};
}

Result<void> setEvent(ImportOptions& options, std::string_view value) {
  options.target.kind = ImportTarget::Kind::events;
  options.target.name = value;
  return {};
}

Result<void> setCatalog(ImportOptions& options, std::string_view value) {
  options.target.kind = ImportTarget::Kind::catalog;
  options.target.name = value;
  return {};
}

Result<void> setTime(ImportOptions& options, std::string_view value) {
  options.target.timeColumn = value;
  return {};
}

Result<void> setId(ImportOptions& options, std::string_view value) {
  options.target.idColumn = value;
  return {};
}

Result<void> setCreateContacts(ImportOptions& options, std::string_view value) {
  return assign(options.target.createContacts, parseSwitch("create-contacts", value));
}

Result<void> addNull(ImportOptions& options, std::string_view value) {
  options.nullTexts.emplace_back(value);
  return {};
}

Result<void> setDateFormat(ImportOptions& options, std::string_view value) {
  if (auto format = DateFormat::parse(value); !format) return propagate(format);
  options.dateFormat = value;
  return {};
}

Result<void> setDecimalComma(ImportOptions& options, std::string_view value) {
  return assign(options.decimalComma, parseSwitch("decimal-comma", value));
}

Result<void> setRejects(ImportOptions& options, std::string_view value) {
  options.rejectsPath = value;
  return {};
}

Result<void> setGenerateKeys(ImportOptions& options, std::string_view value) {
  return assign(options.generateKeys, parseSwitch("generate-keys", value));
}

struct Setting {
  std::string_view name;
  Result<void> (*set)(ImportOptions&, std::string_view);
};

constexpr std::array kSettings = {
    Setting{"key", setKey},
    Setting{"field", setField},
    Setting{"where", setWhere},
    Setting{"mode", setMode},
    Setting{"set-mode", setSetMode},
    Setting{"set-separator", setSeparator},
    Setting{"delimiter", setDelimiter},
    Setting{"encoding", setEncoding},
    Setting{"null", addNull},
    Setting{"date-format", setDateFormat},
    Setting{"decimal-comma", setDecimalComma},
    Setting{"rejects", setRejects},
    Setting{"generate-keys", setGenerateKeys},
    Setting{"catalog", setCatalog},
    Setting{"event", setEvent},
    Setting{"contact", setKey},
    Setting{"time", setTime},
    Setting{"id", setId},
    Setting{"property", setField},
    Setting{"create-contacts", setCreateContacts},
};

// ---- TOML -----------------------------------------------------------------------------------------------------------

// A text, a number or a switch as the command line would have it.
std::optional<std::string> textOf(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  return std::nullopt;
}

class SchemaFileReader {
 public:
  SchemaFileReader(const std::string& path, ImportOptions& options) : path_(path), options_(options) {}

  Result<void> read() {
    try {
      const toml::table file = toml::parse_file(path_);
      for (const auto& [name, node] : file) {
        if (auto taken = take(std::string_view(name), node); !taken) return taken;
      }
      return {};
    } catch (const toml::parse_error& error) {
      return refuse(at(error.source(), std::string(error.description())));
    }
  }

 private:
  std::string at(const toml::source_region& place, std::string_view what) const {
    return fmt::format("{}:{}: {}", path_, place.begin.line, what);
  }

  Result<void> take(std::string_view name, const toml::node& node) {
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& element : *array) {
        auto taken = (name == "field" || name == "property") && element.is_table() ? takeField(*element.as_table())
                                                                                   : takeText(name, element);
        if (!taken) return taken;
      }
      return {};
    }
    return takeText(name, node);
  }

  Result<void> takeText(std::string_view name, const toml::node& node) {
    if (node.is_table()) {
      return refuse(
          at(node.source(), fmt::format("[{}] is nothing an import knows; each field is a table [[field]] with "
                                        "a column, a kind and a name, and options stand before them",
                                        name)));
    }
    const auto text = textOf(node);
    if (!text) return refuse(at(node.source(), fmt::format("{} has a value that no option can have", name)));
    auto set = setImportOption(options_, name, *text);
    if (!set) return refuse(at(node.source(), set.error().message));
    return {};
  }

  Result<void> takeField(const toml::table& table) {
    ColumnSpec spec;
    std::optional<std::string> expression;
    for (const auto& [key, node] : table) {
      const std::string_view name(key);
      const auto text = textOf(node);
      if (name == "column" && text) {
        spec.column = *text;
      } else if (name == "name" && text) {
        spec.name = *text;
      } else if (name == "expression" && text) {
        expression = *text;
      } else if (name == "kind" && text) {
        if (auto set = setKind(spec, *text); !set) return refuse(at(node.source(), set.error().message));
      } else {
        return refuse(
            at(node.source(),
               fmt::format("a field has a column or an expression, a kind and a name, all texts, not {}", name)));
      }
    }
    if (spec.column.empty() != expression.has_value()) {
      return refuse(at(table.source(), "a field needs either its column or the expression that it is computed by"));
    }
    if (expression) {
      auto computed = computedColumnSpec(std::move(spec.name), spec.type, *expression);
      if (!computed) return refuse(at(table.source(), computed.error().message));
      spec = *std::move(computed);
    }
    if (spec.name.empty()) spec.name = spec.column;
    addField(options_, std::move(spec));
    return {};
  }

  const std::string& path_;
  ImportOptions& options_;
};

}  // namespace

Result<void> setImportOption(ImportOptions& options, std::string_view name, std::string_view value) {
  std::vector<std::string> names;
  for (const Setting& setting : kSettings) {
    if (setting.name == name) return setting.set(options, value);
    names.emplace_back(setting.name);
  }
  const auto nearest = nearestWord(name, names);
  return refuse(nearest
                    ? fmt::format("no option of an import is called {}; did you mean {}?", name, *nearest)
                    : fmt::format("no option of an import is called {}; there are {}", name, fmt::join(names, ", ")));
}

Result<void> readImportSchema(const std::string& path, ImportOptions& options) {
  std::error_code unreadable;
  if (!std::filesystem::is_regular_file(path, unreadable)) {
    return fail(ErrorCode::notFound, fmt::format("there is no schema file {}", path));
  }
  return SchemaFileReader(path, options).read();
}

}  // namespace roster
