// From the text of a cell to the value a field stores.
//
// Every failure is a short reason for the rejects file, such as "'12a' is not a whole number". Integers, plain
// decimals and ISO dates are read without allocating.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/base/wide_decimal.h"
#include "core/data/field_type.h"
#include "index/io/date_format.h"
#include "index/io/parsed_rows.h"

namespace roster {

struct CellOptions {
  bool decimalComma = false;           // ',' is the decimal mark, '.' may group
  std::string dateFormat;              // beside ISO 8601, which is always read; see date_format.h
  std::vector<std::string> nullTexts;  // texts that mean no value; the empty one always does
  TimeZone zone;                       // of times that do not say their offset
};

// Immutable; safe to use from any thread. For a set it reads one element.
class CellParser {
 public:
  // A bad date format is invalidArgument.
  static Result<CellParser> create(const FieldType& type, const CellOptions& options);

  const FieldType& type() const { return type_; }

  // No value: an empty text, or one of the null texts.
  bool isMissing(std::string_view text) const;

  // The stored number of an integer, decimal, date or timestamp (or element of a set of those):
  //   integer    1234, '1 234', '1,234', 1.0           decimal    as integer with at most the field's fraction digits
  //   date       a day; with a time only at midnight   timestamp  an instant; a bare day is its first instant
  Result<std::int64_t> number(std::string_view text) const;

  // A number as it is written, whatever the field can hold: one that others are computed from.
  Result<WideDecimal> exactNumber(std::string_view text) const;

  // true/false, yes/no, t/f, y/n, 1/0, tak/nie, да/нет in any case.
  Result<bool> boolean(std::string_view text) const;

  // The text of a category, text or set element: as it is, in NFC. The result points into `text` or `scratch`. The
  // text is valid UTF-8.
  std::string_view string(std::string_view text, std::string& scratch) const;

 private:
  CellParser(const FieldType& type, const CellOptions& options, std::optional<DateFormat> format);

  char decimalMark() const { return options_.decimalComma ? ',' : '.'; }
  tl::unexpected<Error> refuseNumber(std::string_view text, std::string_view why) const;
  Result<std::int64_t> decimal(std::string_view text, int digits) const;
  Result<std::int64_t> slowDecimal(std::string_view text, int digits) const;
  Result<std::int64_t> date(std::string_view text) const;
  Result<std::int64_t> timestamp(std::string_view text) const;
  std::optional<ParsedTime> time(std::string_view text, bool& dayOnly) const;

  FieldType type_;
  FieldKind kind_;  // of what one text holds: the field's, or its element's
  CellOptions options_;
  std::optional<DateFormat> format_;
};

// Calls take(text) for the elements of a set: those of an array, or what lies between separators in a text. An element
// that is empty is passed over.
template <class Take>
void forEachElement(const Cell& cell, char separator, Take&& take) {
  for (const std::string_view element : cell.elements) {
    if (!element.empty()) take(element);
  }
  if (cell.kind != Cell::Kind::value) return;
  for (std::size_t at = 0; at <= cell.text.size();) {
    const std::size_t end = std::min(cell.text.find(separator, at), cell.text.size());
    if (end > at) take(cell.text.substr(at, end - at));
    at = end + 1;
  }
}

// Why a row does not go in: the column, which is empty where the row as a whole is meant, and a reason as above.
struct RejectReason {
  std::string column;
  std::string reason;
};

// Why a cell cannot be the value of such a field whatever it says: nested JSON, or an array for a field that is no
// set. Empty where it can.
std::string whyNotFor(const FieldType& type, const Cell& cell);

}  // namespace roster
