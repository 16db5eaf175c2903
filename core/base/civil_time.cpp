#include "core/base/civil_time.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace roster {

namespace {

std::chrono::year_month_day toChrono(const CivilDate& date) {
  return {std::chrono::year{date.year}, std::chrono::month{static_cast<unsigned>(date.month)},
          std::chrono::day{static_cast<unsigned>(date.day)}};
}

// Reads exactly `count` digits at the front of the text and removes them.
std::optional<std::int32_t> takeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  std::int32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool takeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Day> takeDay(std::string_view& text) {
  const auto year = takeDigits(text, 4);
  if (!year || !takeChar(text, '-')) return std::nullopt;
  const auto month = takeDigits(text, 2);
  if (!month || !takeChar(text, '-')) return std::nullopt;
  const auto day = takeDigits(text, 2);
  if (!day) return std::nullopt;
  const CivilDate date{*year, *month, *day};
  if (!isValid(date)) return std::nullopt;
  return dayFromCivil(date);
}

// Reads '.f…' if it is there, as milliseconds; finer digits must be zeros.
std::optional<std::int64_t> takeFraction(std::string_view& text) {
  if (!takeChar(text, '.')) return 0;
  std::int64_t milliseconds = 0;
  int count = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++count) {
    if (count < 3) milliseconds = milliseconds * 10 + (text.front() - '0');
    else if (text.front() != '0') return std::nullopt;
  }
  if (count == 0) return std::nullopt;
  for (; count < 3; ++count) milliseconds *= 10;
  return milliseconds;
}

// Reads 'HH:MM[:SS[.f…]]' as milliseconds within the day.
std::optional<std::int64_t> takeClock(std::string_view& text) {
  const auto hour = takeDigits(text, 2);
  if (!hour || *hour > 23 || !takeChar(text, ':')) return std::nullopt;
  const auto minute = takeDigits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t within = *hour * kMillisecondsPerHour + *minute * kMillisecondsPerMinute;
  if (takeChar(text, ':')) {
    const auto second = takeDigits(text, 2);
    if (!second || *second > 59) return std::nullopt;
    const auto fraction = takeFraction(text);
    if (!fraction) return std::nullopt;
    within += *second * kMillisecondsPerSecond + *fraction;
  }
  return within;
}

// Reads 'Z' or '±HH[[:]MM]' to the end of the text.
std::optional<std::int64_t> takeOffset(std::string_view& text) {
  if (takeChar(text, 'Z') || takeChar(text, 'z')) return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!takeChar(text, '+') && !takeChar(text, '-')) return std::nullopt;
  const auto hours = takeDigits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  std::int32_t minutes = 0;
  if (!text.empty()) {
    takeChar(text, ':');
    const auto taken = takeDigits(text, 2);
    if (!taken || *taken > 59) return std::nullopt;
    minutes = *taken;
  }
  const std::int64_t offset = *hours * kMillisecondsPerHour + minutes * kMillisecondsPerMinute;
  return west ? -offset : offset;
}

}  // namespace

bool isValid(const CivilDate& date) {
  return date.year >= 0 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= 31 && toChrono(date).ok();
}

Day dayFromCivil(const CivilDate& date) { return std::chrono::sys_days{toChrono(date)}.time_since_epoch().count(); }

CivilDate civilFromDay(Day day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{day}}};
  return {static_cast<int>(ymd.year()), static_cast<std::int32_t>(static_cast<unsigned>(ymd.month())),
          static_cast<std::int32_t>(static_cast<unsigned>(ymd.day()))};
}

Day addMonths(Day day, std::int64_t months) {
  const CivilDate date = civilFromDay(day);
  const std::int64_t total = std::int64_t{date.year} * 12 + (date.month - 1) + months;
  const std::int64_t year = total >= 0 ? total / 12 : -((-total + 11) / 12);
  const auto month = static_cast<std::int32_t>(total - year * 12 + 1);
  using namespace std::chrono;
  const std::chrono::year chronoYear{static_cast<int>(year)};
  const year_month_day_last last{chronoYear, month_day_last{std::chrono::month{static_cast<unsigned>(month)}}};
  const auto lastDay = static_cast<std::int32_t>(static_cast<unsigned>(last.day()));
  return dayFromCivil({static_cast<std::int32_t>(year), month, std::min(date.day, lastDay)});
}

int weekdayOf(Day day) {
  // 1970-01-01 was a Thursday, three days after a Monday.
  return static_cast<int>(((day + 3) % 7 + 7) % 7);
}

Day startOfWeek(Day day) { return day - weekdayOf(day); }

Day startOfMonth(Day day) {
  const CivilDate date = civilFromDay(day);
  return dayFromCivil({date.year, date.month, 1});
}

Day startOfQuarter(Day day) {
  const CivilDate date = civilFromDay(day);
  return dayFromCivil({date.year, (date.month - 1) / 3 * 3 + 1, 1});
}

Day startOfYear(Day day) { return dayFromCivil({civilFromDay(day).year, 1, 1}); }

Result<Day> parseDay(std::string_view text) {
  std::string_view rest = text;
  const auto day = takeDay(rest);
  if (!day || !rest.empty()) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' is not a day; write it as 2026-01-31", text));
  }
  return *day;
}

Result<ParsedTime> parseTime(std::string_view text) {
  std::string_view rest = text;
  const auto read = [&]() -> std::optional<ParsedTime> {
    const auto day = takeDay(rest);
    if (!day || (!takeChar(rest, 'T') && !takeChar(rest, 't') && !takeChar(rest, ' '))) return std::nullopt;
    const auto clock = takeClock(rest);
    if (!clock) return std::nullopt;
    ParsedTime parsed{*day * kMillisecondsPerDay + *clock, std::nullopt};
    if (rest.empty()) return parsed;
    parsed.offset = takeOffset(rest);
    if (!parsed.offset || !rest.empty()) return std::nullopt;
    return parsed;
  };
  const auto parsed = read();
  if (!parsed) {
    return fail(
        ErrorCode::invalidArgument,
        fmt::format("'{}' is not a time; write it as 2026-01-31T12:30:00 or with an offset, …Z or …+02:00", text));
  }
  return *parsed;
}

std::string formatDay(Day day) {
  const CivilDate date = civilFromDay(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string formatInstant(Instant instant) {
  const std::int64_t within = timeWithinDay(instant);
  const std::int64_t fraction = within % kMillisecondsPerSecond;
  return fmt::format("{}T{:02}:{:02}:{:02}{}Z", formatDay(dayOfLocal(instant)), within / kMillisecondsPerHour,
                     within / kMillisecondsPerMinute % 60, within / kMillisecondsPerSecond % 60,
                     fraction == 0 ? "" : fmt::format(".{:03}", fraction));
}

}  // namespace roster
