#include "index/io/import_options.h"

#include <fmt/format.h>

#include "core/query/diagnostic.h"

namespace roster {

namespace {

// Cuts at colons that are not escaped, and takes the escapes away.
std::vector<std::string> splitAtColons(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ':' || text[i + 1] == '\\');
    if (escaped) parts.back().push_back(text[++i]);
    else if (text[i] == ':') parts.emplace_back();
    else parts.back().push_back(text[i]);
  }
  return parts;
}

// Where the `=` of NAME:kind=EXPRESSION stands: before it is one colon that is not escaped. npos where there is none.
std::size_t findEquals(std::string_view text) {
  bool afterColon = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == '=' && afterColon) return i;
    else if (text[i] == ':' && afterColon) break;
    else afterColon = afterColon || text[i] == ':';
  }
  return std::string_view::npos;
}

}  // namespace

Result<void> setKind(ColumnSpec& spec, std::string_view kind) {
  constexpr std::string_view kReference = "ref(";
  if (kind.starts_with(kReference) && kind.ends_with(')')) {
    spec.type = FieldType{FieldKind::category};
    spec.catalog = kind.substr(kReference.size(), kind.size() - kReference.size() - 1);
    if (spec.catalog.empty()) return refuse("ref( ) names no catalog");
    return {};
  }
  auto type = parseFieldType(kind);
  if (!type) return propagate(type);
  spec.type = *type;
  return {};
}

Result<ColumnSpec> parseColumnSpec(std::string_view text) {
  if (const std::size_t equals = findEquals(text); equals != std::string_view::npos) {
    std::vector<std::string> parts = splitAtColons(text.substr(0, equals));
    auto type = parseFieldType(parts[1]);
    if (!type) return propagate(type);
    return computedColumnSpec(std::move(parts[0]), *type, text.substr(equals + 1));
  }
  std::vector<std::string> parts = splitAtColons(text);
  if (parts.size() > 3 || parts[0].empty()) {
    return fail(
        ErrorCode::invalidArgument,
        fmt::format("'{}' is not COLUMN:kind, COLUMN:kind:name or NAME:kind=EXPRESSION; write a colon in a name as \\:",
                    text));
  }
  ColumnSpec spec{std::move(parts[0]), std::nullopt, {}};
  if (parts.size() > 1 && !parts[1].empty()) {
    if (auto set = setKind(spec, parts[1]); !set) return propagate(set);
  }
  spec.name = parts.size() > 2 && !parts[2].empty() ? std::move(parts[2]) : spec.column;
  return spec;
}

Result<ColumnSpec> computedColumnSpec(std::string name, const std::optional<FieldType>& type,
                                      std::string_view expression) {
  if (name.empty()) return refuse(fmt::format("the field that '{}' is computed for has no name", expression));
  if (name == "key") {
    return refuse("'key' cannot be a field's name: it stands for the contact's key; choose another name");
  }
  if (!type || (type->kind != FieldKind::integer && type->kind != FieldKind::decimal)) {
    return refuse(fmt::format("the field '{}' is computed, so that its kind is integer or decimal(n){}", name,
                              type ? ", not " + format(*type) : ""));
  }
  auto parsed = ColumnExpression::parse(expression);
  if (!parsed) return refuse(fmt::format("{}: {}", name, renderDiagnostic(parsed.error(), expression)));
  return ColumnSpec{{}, type, std::move(name), *std::move(parsed)};
}

bool sameColumn(const ColumnSpec& a, const ColumnSpec& b) {
  return a.column == b.column && (!a.expression || a.name == b.name);
}

std::string describeOptions(const ImportOptions& options) {
  std::string text =
      fmt::format("key={}\ngenerate={}\nmode={}\nsets={}\nseparator={}\ndelimiter={}\nencoding={}\ndate={}\ncomma={}\n",
                  options.keyColumn, options.generateKeys, static_cast<int>(options.mode),
                  static_cast<int>(options.setMode), options.setSeparator, options.delimiter.value_or('\0'),
                  nameOf(options.encoding), options.dateFormat, options.decimalComma);
  if (options.target.kind != ImportTarget::Kind::contacts) {
    text += fmt::format("target={}:{}\ntime={}\nid={}\ncreate={}\n", static_cast<int>(options.target.kind),
                        options.target.name, options.target.timeColumn, options.target.idColumn,
                        options.target.createContacts);
  }
  if (!options.where.empty()) text += fmt::format("where={}\n", options.where);
  for (const ColumnSpec& field : options.fields) {
    if (field.expression) text += fmt::format("computed={}\n", field.expression->text());
    if (!field.catalog.empty()) text += fmt::format("refers={}\n", field.catalog);
    text += fmt::format("field={}:{}:{}\n", field.column, field.type ? format(*field.type) : "", field.name);
  }
  for (const std::string& null : options.nullTexts) text += fmt::format("null={}\n", null);
  return text;
}

}  // namespace roster
