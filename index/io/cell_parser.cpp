#include "index/io/cell_parser.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/decimal.h"
#include "core/base/unicode.h"
#include "index/io/bool_words.h"
#include "index/io/number_text.h"

namespace roster {

namespace {

// Long cells are shown by their start, cut between characters.
std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return fmt::format("'{}'", text);
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return fmt::format("'{}…'", text.substr(0, end));
}

tl::unexpected<Error> refuseCell(std::string_view text, std::string_view why) {
  return fail(ErrorCode::invalidArgument, fmt::format("{} {}", shown(text), why));
}

// Plain digits with at most `digits` after a point and so few that nothing can overflow; none for all else.
std::optional<std::int64_t> quickDecimal(std::string_view text, int digits, char decimalMark) {
  const bool negative = text.starts_with('-');
  std::size_t at = negative ? 1 : 0;
  if (text.size() == at || text.size() - at > 18U - static_cast<unsigned>(digits)) return std::nullopt;
  std::int64_t value = 0;
  for (; at < text.size() && isDigit(text[at]); ++at) value = value * 10 + (text[at] - '0');
  int fraction = 0;
  if (at < text.size()) {
    // A mark without digits on both sides is left to the careful reader, which refuses it.
    if (text[at] != decimalMark || at == (negative ? 1U : 0U) || at + 1 == text.size()) return std::nullopt;
    for (++at; at < text.size() && isDigit(text[at]) && fraction < digits; ++at, ++fraction) {
      value = value * 10 + (text[at] - '0');
    }
    if (at < text.size()) return std::nullopt;
  }
  for (; fraction < digits; ++fraction) value *= 10;
  return negative ? -value : value;
}

}  // namespace

CellParser::CellParser(const FieldType& type, const CellOptions& options, std::optional<DateFormat> format)
    : type_(type),
      kind_(type.kind == FieldKind::set ? type.element : type.kind),
      options_(options),
      format_(std::move(format)) {}

Result<CellParser> CellParser::create(const FieldType& type, const CellOptions& options) {
  std::optional<DateFormat> format;
  if (!options.dateFormat.empty()) {
    auto parsed = DateFormat::parse(options.dateFormat);
    if (!parsed) return propagate(parsed);
    format = std::move(*parsed);
  }
  return CellParser(type, options, std::move(format));
}

bool CellParser::isMissing(std::string_view text) const {
  return text.empty() ||
         std::find(options_.nullTexts.begin(), options_.nullTexts.end(), text) != options_.nullTexts.end();
}

Result<std::int64_t> CellParser::number(std::string_view text) const {
  switch (kind_) {
    case FieldKind::integer: return decimal(text, 0);
    case FieldKind::decimal: return decimal(text, type_.digits);
    case FieldKind::date: return date(text);
    case FieldKind::timestamp: return timestamp(text);
    default: break;
  }
  return fail(ErrorCode::internal, fmt::format("a {} is no number", format(type_)));
}

Result<std::int64_t> CellParser::decimal(std::string_view text, int digits) const {
  if (const auto quick = quickDecimal(text, digits, decimalMark())) return *quick;
  return slowDecimal(text, digits);
}

// Says `why`, or that the number is written with the other decimal mark.
tl::unexpected<Error> CellParser::refuseNumber(std::string_view text, std::string_view why) const {
  if (!plainNumber(text, options_.decimalComma ? '.' : ',')) return refuseCell(text, why);
  return refuseCell(text, options_.decimalComma ? "is not a number: the decimal mark is a comma here"
                                                : "is not a number: its decimal comma needs --decimal-comma");
}

Result<WideDecimal> CellParser::exactNumber(std::string_view text) const {
  const auto plain = plainNumber(text, decimalMark());
  if (!plain) return refuseNumber(text, "is not a number");
  const auto number = parseWideDecimal(plain->text());
  if (!number) return refuseCell(text, "is out of range");
  return *number;
}

Result<std::int64_t> CellParser::slowDecimal(std::string_view text, int digits) const {
  const auto plain = plainNumber(text, decimalMark());
  if (!plain) return refuseNumber(text, digits == 0 ? "is not a whole number" : "is not a number");
  const auto value = parseDecimal(plain->text(), digits);
  if (value) return *value;
  const std::string_view written = plain->text();
  const std::size_t point = written.find('.');
  const bool tooFine =
      point != std::string_view::npos && written.size() - point - 1 > static_cast<std::size_t>(digits) &&
      written.substr(point + 1 + static_cast<std::size_t>(digits)).find_first_not_of('0') != std::string_view::npos;
  if (tooFine && digits == 0) return refuseCell(text, "is not a whole number");
  if (tooFine)
    return refuseCell(text, fmt::format("has more than {} fraction digit{}", digits, digits == 1 ? "" : "s"));
  return refuseCell(text, "is out of range");
}

std::optional<ParsedTime> CellParser::time(std::string_view text, bool& dayOnly) const {
  text = withoutSpaceAround(text);
  constexpr std::size_t kIsoDay = 10;
  const bool isoStart = text.size() >= kIsoDay && text[4] == '-' && text[7] == '-';
  if (isoStart && text.size() == kIsoDay) {
    if (const auto day = parseDay(text)) {
      dayOnly = true;
      return ParsedTime{*day * kMillisecondsPerDay, std::nullopt};
    }
  } else if (isoStart) {
    if (const auto parsed = parseTime(text)) return *parsed;
  }
  if (!format_) return std::nullopt;
  dayOnly = !format_->hasTime();
  return format_->read(text);
}

Result<std::int64_t> CellParser::date(std::string_view text) const {
  bool dayOnly = false;
  const auto parsed = time(text, dayOnly);
  if (!parsed) {
    return refuseCell(text, fmt::format("is not a date, written as {}", format_ ? format_->text() : "2026-01-31"));
  }
  if (timeWithinDay(parsed->local) != 0) return refuseCell(text, "has a time of day, which a date has not");
  return dayOfLocal(parsed->local);
}

Result<std::int64_t> CellParser::timestamp(std::string_view text) const {
  bool dayOnly = false;
  const auto parsed = time(text, dayOnly);
  if (!parsed) {
    return refuseCell(text,
                      fmt::format("is not a time, written as {}", format_ ? format_->text() : "2026-01-31 12:30:00"));
  }
  if (parsed->offset) return parsed->local - *parsed->offset;
  return dayOnly ? options_.zone.startOfDay(dayOfLocal(parsed->local)) : options_.zone.toInstant(parsed->local);
}

Result<bool> CellParser::boolean(std::string_view text) const {
  const auto word = boolWord(withoutSpaceAround(text));
  if (!word) return refuseCell(text, "is neither true nor false");
  return word->value;
}

std::string_view CellParser::string(std::string_view text, std::string& scratch) const {
  if (isNfc(text)) return text;
  scratch = normalizeNfc(text);
  return scratch;
}

std::string whyNotFor(const FieldType& type, const Cell& cell) {
  if (cell.kind == Cell::Kind::unusable)
    return fmt::format("{} is nested JSON, which no field can hold", shown(cell.text));
  if (cell.kind == Cell::Kind::array && type.kind != FieldKind::set) {
    return fmt::format("an array, which only a set can hold; the field is {}", format(type));
  }
  return {};
}

}  // namespace roster
