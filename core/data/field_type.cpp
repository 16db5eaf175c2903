#include "core/data/field_type.h"

#include <charconv>
#include <fmt/format.h>

#include "core/base/decimal.h"

namespace roster {

namespace {

std::string_view wordOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::boolean: return "bool";
    case FieldKind::category: return "category";
    case FieldKind::set: return "set";
    case FieldKind::integer: return "integer";
    case FieldKind::decimal: return "decimal";
    case FieldKind::date: return "date";
    case FieldKind::timestamp: return "timestamp";
    case FieldKind::text: return "text";
  }
  return "?";
}

tl::unexpected<Error> unknownKind(std::string_view text) {
  return refuse(
      fmt::format("'{}' is no kind of field; there are bool, category, set, set(date), set(integer), integer, "
                  "decimal(n), date, timestamp, text and text(indexed)",
                  text));
}

}  // namespace

std::string format(const FieldType& type) {
  switch (type.kind) {
    case FieldKind::decimal: return fmt::format("decimal({})", type.digits);
    case FieldKind::set:
      return type.element == FieldKind::category ? "set" : fmt::format("set({})", wordOf(type.element));
    case FieldKind::text: return type.indexed ? "text(indexed)" : "text";
    default: return std::string(wordOf(type.kind));
  }
}

Result<FieldType> parseFieldType(std::string_view text) {
  for (const FieldKind kind : {FieldKind::boolean, FieldKind::category, FieldKind::set, FieldKind::integer,
                               FieldKind::date, FieldKind::timestamp, FieldKind::text}) {
    if (text == wordOf(kind)) return FieldType{kind};
  }
  if (text == "set(date)") return FieldType{FieldKind::set, 0, FieldKind::date};
  if (text == "set(integer)") return FieldType{FieldKind::set, 0, FieldKind::integer};
  if (text == "text(indexed)") return FieldType{FieldKind::text, 0, FieldKind::category, true};
  if (text.starts_with("decimal(") && text.ends_with(")")) {
    const std::string_view inside = text.substr(8, text.size() - 9);
    int digits = -1;
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), digits);
    if (error == std::errc() && end == inside.data() + inside.size() && digits >= 0 && digits <= kMaxDecimalDigits) {
      return FieldType{FieldKind::decimal, static_cast<std::uint8_t>(digits)};
    }
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}': a decimal has 0 to {} fraction digits", text, kMaxDecimalDigits));
  }
  return unknownKind(text);
}

}  // namespace roster
