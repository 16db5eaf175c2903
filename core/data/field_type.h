// The kinds of field of the predicate language, and what a field is called and holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/ids.h"

namespace roster {

enum class FieldKind : std::uint8_t { boolean, category, set, integer, decimal, date, timestamp, text };

// What a field holds. Numbers of every kind are kept as a signed 64-bit integer:
//   integer    the number itself            decimal    the number times 10^digits
//   date       days since 1970-01-01        timestamp  milliseconds since 1970-01-01T00:00Z
struct FieldType {
  FieldKind kind = FieldKind::category;
  std::uint8_t digits = 0;                  // decimal: fraction digits, 0 … 18
  FieldKind element = FieldKind::category;  // set: category (strings), integer or date
  bool indexed = false;                     // text: whether equality goes through an index

  friend bool operator==(const FieldType&, const FieldType&) = default;
};

// A field is numeric when its values are 64-bit integers with an order: integer, decimal, date, timestamp.
constexpr bool isNumeric(FieldKind kind) {
  return kind == FieldKind::integer || kind == FieldKind::decimal || kind == FieldKind::date ||
         kind == FieldKind::timestamp;
}

// A date or a timestamp.
constexpr bool isTime(FieldKind kind) { return kind == FieldKind::date || kind == FieldKind::timestamp; }

// A field is coded when its values are codes of a dictionary: bool, category, set.
constexpr bool isCoded(FieldKind kind) {
  return kind == FieldKind::boolean || kind == FieldKind::category || kind == FieldKind::set;
}

// "bool", "category", "set", "set(date)", "integer", "decimal(2)", "date", "timestamp", "text", "text(indexed)".
std::string format(const FieldType& type);

// The inverse of format; an unknown word is invalidArgument with the kinds there are.
Result<FieldType> parseFieldType(std::string_view text);

}  // namespace roster
