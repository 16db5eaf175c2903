// The proleptic Gregorian calendar on plain integers: days since 1970-01-01 and milliseconds since then.
//
// A *day* is a civil day number, a *local time* the milliseconds that a wall clock shows counted from 1970-01-01
// 00:00 on that clock, an *instant* the milliseconds since 1970-01-01T00:00Z. Years run from 0000 to 9999.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

using Day = std::int64_t;
using Instant = std::int64_t;
using LocalTime = std::int64_t;

inline constexpr std::int64_t kMillisecondsPerSecond = 1000;
inline constexpr std::int64_t kMillisecondsPerMinute = 60 * kMillisecondsPerSecond;
inline constexpr std::int64_t kMillisecondsPerHour = 60 * kMillisecondsPerMinute;
inline constexpr std::int64_t kMillisecondsPerDay = 24 * kMillisecondsPerHour;

struct CivilDate {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1 … 12
  std::int32_t day = 1;    // 1 … 31

  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

bool isValid(const CivilDate& date);
Day dayFromCivil(const CivilDate& date);
CivilDate civilFromDay(Day day);

// The day `months` later (or earlier), clamped to the month's end: 31 January and one month is 28 or 29 February.
Day addMonths(Day day, std::int64_t months);

// 0 is Monday, 6 is Sunday.
int weekdayOf(Day day);

// The first day of the week (Monday), month, quarter or year that a day lies in.
Day startOfWeek(Day day);
Day startOfMonth(Day day);
Day startOfQuarter(Day day);
Day startOfYear(Day day);

// Floor division of a local time, which may be any number, into its day and the milliseconds within it.
constexpr std::int64_t timeWithinDay(LocalTime local) {
  const std::int64_t rest = local % kMillisecondsPerDay;
  return rest < 0 ? rest + kMillisecondsPerDay : rest;
}
constexpr Day dayOfLocal(LocalTime local) {
  return local / kMillisecondsPerDay - (local % kMillisecondsPerDay < 0 ? 1 : 0);
}

// Parses 'YYYY-MM-DD'.
Result<Day> parseDay(std::string_view text);

// A parsed ISO 8601 date and time: what the wall clock showed, and its distance to UTC where the text says it.
struct ParsedTime {
  LocalTime local = 0;
  std::optional<std::int64_t> offset;  // milliseconds east of UTC
};

// Parses 'YYYY-MM-DD[T| ]HH:MM[:SS[.f…]][Z|±HH:MM|±HHMM|±HH]'; fractions beyond the millisecond must be zeros.
Result<ParsedTime> parseTime(std::string_view text);

// 'YYYY-MM-DD', and 'YYYY-MM-DDTHH:MM:SS[.mmm]Z' in UTC with the fraction only where it is not zero.
std::string formatDay(Day day);
std::string formatInstant(Instant instant);

}  // namespace roster
