// The calendar and the wall clock by the C library alone, naively: what the engine's own arithmetic of time is checked
// against.
//
// Days, instants and local times are numbered as in core/base/civil_time.h, of which nothing is used here.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/query/ast.h"

namespace roster::oracle {

// In milliseconds.
inline constexpr std::int64_t kMinute = 60'000;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;

struct CivilDay {
  int year = 1970;
  int month = 1;
  int day = 1;
};

CivilDay civilOf(std::int64_t day);
std::int64_t dayOf(const CivilDay& civil);

// '2026-01-31', 'YYYY-MM-DD HH:MM[:SS[.mmm]][Z|±HH:MM]'; throws std::runtime_error on anything else.
bool isDay(const std::string& text);
std::int64_t parseDay(const std::string& text);

// There is one time zone at a time in a process, that of the clock made last. Not thread-safe.
class WallClock {
 public:
  explicit WallClock(const std::string& zone);

  std::int64_t localOf(std::int64_t instant) const;
  std::int64_t localDayOf(std::int64_t instant) const;
  // The first instant at which the clock shows this local time or a later one.
  std::int64_t instantOf(std::int64_t local) const;
  // The first instant of a day; remembers it.
  std::int64_t startOfDay(std::int64_t day) const;
  // A text without an offset is local time.
  std::int64_t parseInstant(const std::string& text) const;

  std::int64_t stepDay(std::int64_t day, std::int64_t amount, ast::TimeUnit unit) const;
  std::int64_t stepInstant(std::int64_t instant, std::int64_t amount, ast::TimeUnit unit) const;

  // The first day of the calendar unit that a day lies in, and of the unit after it.
  std::int64_t firstDayOf(std::int64_t day, ast::TimeUnit unit) const;
  std::int64_t firstDayAfter(std::int64_t day, ast::TimeUnit unit) const;

 private:
  mutable std::map<std::int64_t, std::int64_t> starts_;
};

}  // namespace roster::oracle
