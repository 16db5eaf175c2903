#include "index/io/date_format.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "index/io/number_text.h"

namespace roster {

namespace {

constexpr char kLiteral = '=';

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

char lower(char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

// Takes a number of `least` to `most` digits off the front.
std::optional<std::int32_t> takeNumber(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  std::int32_t value = 0;
  for (; digits < most && digits < text.size() && isDigit(text[digits]); ++digits)
    value = value * 10 + (text[digits] - '0');
  if (digits < least) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool takeWord(std::string_view& text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(text[i]) != word[i]) return false;
  }
  text.remove_prefix(word.size());
  return true;
}

std::optional<std::int32_t> takeMonthName(std::string_view& text) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (takeWord(text, kMonths[i]) || takeWord(text, kMonths[i].substr(0, 3))) return static_cast<std::int32_t>(i + 1);
  }
  return std::nullopt;
}

// Milliseconds; finer digits must be zeros.
std::optional<std::int32_t> takeFraction(std::string_view& text) {
  std::int32_t milliseconds = 0;
  std::size_t digits = 0;
  for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1), ++digits) {
    if (digits < 3) milliseconds = milliseconds * 10 + (text.front() - '0');
    if (digits >= 3 && text.front() != '0') return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) milliseconds *= 10;
  return milliseconds;
}

std::optional<std::int64_t> takeOffset(std::string_view& text) {
  if (takeWord(text, "z")) return 0;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = takeNumber(text, 2, 2);
  if (!hours || *hours > 23) return std::nullopt;
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto minutes = takeNumber(text, 2, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t offset = *hours * kMillisecondsPerHour + *minutes * kMillisecondsPerMinute;
  return west ? -offset : offset;
}

// Puts what is an abbreviation or another name into the basic letters.
std::string expandShorthand(std::string_view format) {
  std::string expanded;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      expanded += format[i];
      continue;
    }
    switch (const char letter = format[++i]; letter) {
      case 'F': expanded += "%Y-%m-%d"; break;
      case 'T': expanded += "%H:%M:%S"; break;
      case 'e': expanded += "%d"; break;
      case 'B': expanded += "%b"; break;
      default: expanded.append({'%', letter});
    }
  }
  return expanded;
}

}  // namespace

struct DateFormat::Reading {
  CivilDate date;
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
  std::int32_t millisecond = 0;
  std::optional<bool> afternoon;
  std::optional<std::int64_t> offset;
};

Result<DateFormat> DateFormat::parse(std::string_view format) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::invalidArgument, fmt::format("date format '{}' {}", format, why));
  };
  DateFormat made;
  made.text_ = format;
  const std::string expanded = expandShorthand(format);
  std::string seen;
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    if (expanded[i] != '%') {
      made.parts_.append({kLiteral, expanded[i]});
      continue;
    }
    const char letter = ++i < expanded.size() ? expanded[i] : '\0';
    if (letter == '%') {
      made.parts_.append({kLiteral, '%'});
      continue;
    }
    if (letter == '\0') return refuse("ends with a single '%'");
    if (std::string_view("YymbdHIMSfpz").find(letter) == std::string_view::npos) {
      return refuse(fmt::format("has '%{}'; there are %Y %y %m %b %d %H %I %M %S %f %p %z %F %T", letter));
    }
    if (seen.find(letter) != std::string::npos) return refuse(fmt::format("has '%{}' twice", letter));
    seen += letter;
    made.parts_ += letter;
  }
  const auto has = [&](std::string_view letters) { return seen.find_first_of(letters) != std::string::npos; };
  if (!has("Yy") || !has("mb") || !has("d")) return refuse("needs a year, a month and a day, such as %d.%m.%Y");
  if (has("I") != has("p")) return refuse("needs %I and %p together");
  made.hasTime_ = has("HI");
  return made;
}

bool DateFormat::readPart(char part, std::string_view& text, Reading& reading) const {
  const auto number = [&](std::int32_t& into, std::size_t least, std::size_t most, std::int32_t high) {
    const auto taken = takeNumber(text, least, most);
    into = taken.value_or(-1);
    return taken && into <= high;
  };
  switch (part) {
    case 'Y': return number(reading.date.year, 4, 4, 9999);
    case 'y': {
      constexpr std::int32_t kFirstOf1900 = 69;
      if (!number(reading.date.year, 2, 2, 99)) return false;
      reading.date.year += reading.date.year >= kFirstOf1900 ? 1900 : 2000;
      return true;
    }
    case 'm': return number(reading.date.month, 1, 2, 12);
    case 'd': return number(reading.date.day, 1, 2, 31);
    case 'H': return number(reading.hour, 1, 2, 23);
    case 'I': return number(reading.hour, 1, 2, 12) && reading.hour >= 1;
    case 'M': return number(reading.minute, 2, 2, 59);
    case 'S': return number(reading.second, 2, 2, 59);
    case 'b': reading.date.month = takeMonthName(text).value_or(0); return reading.date.month > 0;
    case 'f': reading.millisecond = takeFraction(text).value_or(-1); return reading.millisecond >= 0;
    case 'z': reading.offset = takeOffset(text); return reading.offset.has_value();
    default: break;
  }
  reading.afternoon = takeWord(text, "pm");
  return *reading.afternoon || takeWord(text, "am");
}

bool DateFormat::mayEndAt(std::size_t part) const {
  const std::string_view rest = std::string_view(parts_).substr(part);
  return rest == "=:S" || rest == "=:S=.f" || rest == "=.f";
}

std::optional<ParsedTime> DateFormat::read(std::string_view text) const {
  Reading reading;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (text.empty() && mayEndAt(i)) break;
    if (parts_[i] != kLiteral) {
      if (!readPart(parts_[i], text, reading)) return std::nullopt;
      continue;
    }
    const char literal = parts_[++i];
    if (!text.starts_with(literal)) return std::nullopt;
    text.remove_prefix(1);
    while (literal == ' ' && text.starts_with(' ')) text.remove_prefix(1);
  }
  if (!text.empty() || !isValid(reading.date)) return std::nullopt;
  if (reading.afternoon) reading.hour = reading.hour % 12 + (*reading.afternoon ? 12 : 0);
  const std::int64_t within = reading.hour * kMillisecondsPerHour + reading.minute * kMillisecondsPerMinute +
                              reading.second * kMillisecondsPerSecond + reading.millisecond;
  return ParsedTime{dayFromCivil(reading.date) * kMillisecondsPerDay + within, reading.offset};
}

}  // namespace roster
