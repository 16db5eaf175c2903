#include "index/io/import_options.h"

#include <fmt/format.h>

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

}  // namespace

Result<ColumnSpec> parseColumnSpec(std::string_view text) {
  std::vector<std::string> parts = splitAtColons(text);
  if (parts.size() > 3 || parts[0].empty()) {
    return fail(
        ErrorCode::invalidArgument,
        fmt::format("'{}' is not COLUMN:kind or COLUMN:kind:name; write a colon in a column's name as \\:", text));
  }
  ColumnSpec spec{std::move(parts[0]), std::nullopt, {}};
  if (parts.size() > 1 && !parts[1].empty()) {
    auto type = parseFieldType(parts[1]);
    if (!type) return propagate(type);
    spec.type = *type;
  }
  spec.name = parts.size() > 2 && !parts[2].empty() ? std::move(parts[2]) : spec.column;
  return spec;
}

std::string describeOptions(const ImportOptions& options) {
  std::string text =
      fmt::format("key={}\ngenerate={}\nmode={}\nsets={}\nseparator={}\ndelimiter={}\nencoding={}\ndate={}\ncomma={}\n",
                  options.keyColumn, options.generateKeys, static_cast<int>(options.mode),
                  static_cast<int>(options.setMode), options.setSeparator, options.delimiter.value_or('\0'),
                  nameOf(options.encoding), options.dateFormat, options.decimalComma);
  for (const ColumnSpec& field : options.fields) {
    text += fmt::format("field={}:{}:{}\n", field.column, field.type ? format(*field.type) : "", field.name);
  }
  for (const std::string& null : options.nullTexts) text += fmt::format("null={}\n", null);
  return text;
}

}  // namespace roster
