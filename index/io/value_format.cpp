#include "index/io/value_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"
#include "core/data/set_element.h"

namespace roster {

namespace {

FieldKind kindOf(const FieldType& type) { return type.kind == FieldKind::set ? type.element : type.kind; }

// Appends a number below 10^width with leading zeros.
void appendDigits(std::string& out, std::uint32_t number, std::uint32_t width) {
  std::array<char, 10> digits;
  for (std::uint32_t i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits.data(), width);
}

void appendInteger(std::string& out, std::int64_t number) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

void appendDay(std::string& out, Day day) {
  const CivilDate date = civilFromDay(day);
  if (date.year < 0 || date.year > 9999) {  // what a zone's offset shifts over the calendar's ends
    out += formatDay(day);
    return;
  }
  appendDigits(out, static_cast<std::uint32_t>(date.year), 4);
  out += '-';
  appendDigits(out, static_cast<std::uint32_t>(date.month), 2);
  out += '-';
  appendDigits(out, static_cast<std::uint32_t>(date.day), 2);
}

void appendInstant(std::string& out, Instant instant) {
  appendDay(out, dayOfLocal(instant));
  const auto within = static_cast<std::uint32_t>(timeWithinDay(instant));
  const std::uint32_t seconds = within / 1000;
  out += 'T';
  appendDigits(out, seconds / 3600, 2);
  out += ':';
  appendDigits(out, seconds / 60 % 60, 2);
  out += ':';
  appendDigits(out, seconds % 60, 2);
  if (within % 1000 != 0) {
    out += '.';
    appendDigits(out, within % 1000, 3);
  }
  out += 'Z';
}

bool isQuotedInJson(FieldKind kind) { return kind == FieldKind::date || kind == FieldKind::timestamp; }

}  // namespace

void appendNumber(std::string& out, std::int64_t number, const FieldType& type) {
  switch (kindOf(type)) {
    case FieldKind::date: return appendDay(out, number);
    case FieldKind::timestamp: return appendInstant(out, number);
    case FieldKind::decimal: return appendDecimal(out, number, type.digits);
    default: return appendInteger(out, number);
  }
}

void appendJsonNumber(std::string& out, std::int64_t number, const FieldType& type) {
  const bool quoted = isQuotedInJson(kindOf(type));
  if (quoted) out += '"';
  appendNumber(out, number, type);
  if (quoted) out += '"';
}

void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, written, at - written);
    written = at + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    }
  }
  out.append(text, written);
  out += '"';
}

void appendElement(std::string& out, std::string_view element, const FieldType& type) {
  if (type.element == FieldKind::category) out += element;
  else appendNumber(out, readElement(element).value_or(0), type);
}

void appendJsonElement(std::string& out, std::string_view element, const FieldType& type) {
  if (type.element == FieldKind::category) appendJsonString(out, element);
  else appendJsonNumber(out, readElement(element).value_or(0), type);
}

std::string formatFigure(WideInteger figure, const FieldType& type) {
  if (isTime(type.kind)) return plainText(static_cast<std::int64_t>(figure), type);
  return formatWide(figure, type.digits);
}

std::string plainText(const FieldValue& value, const FieldType& type, char setSeparator) {
  std::string text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* single = std::get_if<std::string>(&value)) return *single;
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    appendNumber(text, *number, type);
    return text;
  }
  for (const std::string& element : std::get<std::vector<std::string>>(value)) {
    if (!text.empty()) text += setSeparator;
    appendElement(text, element, type);
  }
  return text;
}

std::string jsonText(const FieldValue& value, const FieldType& type) {
  std::string text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* single = std::get_if<std::string>(&value)) {
    appendJsonString(text, *single);
    return text;
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    appendJsonNumber(text, *number, type);
    return text;
  }
  text = "[";
  for (const std::string& element : std::get<std::vector<std::string>>(value)) {
    if (text.size() > 1) text += ',';
    appendJsonElement(text, element, type);
  }
  return text + "]";
}

}  // namespace roster
