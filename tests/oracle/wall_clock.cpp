#include "tests/oracle/wall_clock.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace roster::oracle {

namespace {

constexpr std::int64_t kSecond = 1000;

std::int64_t floorDivide(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

tm utcOf(std::int64_t seconds) {
  const time_t when = seconds;
  tm parts{};
  if (gmtime_r(&when, &parts) == nullptr) throw std::runtime_error("gmtime_r refuses " + std::to_string(seconds));
  return parts;
}

std::int64_t secondsOf(tm parts) { return timegm(&parts); }

bool isMonday(std::int64_t day) { return utcOf(day * kDay / kSecond).tm_wday == 1; }

bool startsUnit(std::int64_t day, ast::TimeUnit unit) {
  const CivilDay civil = civilOf(day);
  switch (unit) {
    case ast::TimeUnit::week: return isMonday(day);
    case ast::TimeUnit::month: return civil.day == 1;
    case ast::TimeUnit::quarter: return civil.day == 1 && (civil.month - 1) % 3 == 0;
    case ast::TimeUnit::year: return civil.day == 1 && civil.month == 1;
    default: return true;
  }
}

std::int64_t monthsIn(ast::TimeUnit unit) {
  switch (unit) {
    case ast::TimeUnit::month: return 1;
    case ast::TimeUnit::quarter: return 3;
    case ast::TimeUnit::year: return 12;
    default: return 0;
  }
}

// Tries the days of the month from the wanted one down until one exists.
std::int64_t monthsLater(std::int64_t day, std::int64_t months) {
  const CivilDay from = civilOf(day);
  const std::int64_t month = std::int64_t{from.year} * 12 + from.month - 1 + months;
  CivilDay to{static_cast<int>(floorDivide(month, 12)), 0, from.day};
  to.month = static_cast<int>(month - std::int64_t{to.year} * 12) + 1;
  while (civilOf(dayOf(to)).month != to.month) --to.day;
  return dayOf(to);
}

}  // namespace

CivilDay civilOf(std::int64_t day) {
  const tm parts = utcOf(day * (kDay / kSecond));
  return {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday};
}

std::int64_t dayOf(const CivilDay& civil) {
  tm parts{};
  parts.tm_year = civil.year - 1900;
  parts.tm_mon = civil.month - 1;
  parts.tm_mday = civil.day;
  return floorDivide(secondsOf(parts), kDay / kSecond);
}

bool isDay(const std::string& text) { return text.size() == 10; }

std::int64_t parseDay(const std::string& text) {
  CivilDay civil;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d", &civil.year, &civil.month, &civil.day) != 3) {
    throw std::runtime_error("no day: " + text);
  }
  return dayOf(civil);
}

WallClock::WallClock(const std::string& zone) {
  setenv("TZ", zone.c_str(), 1);
  tzset();
}

std::int64_t WallClock::localOf(std::int64_t instant) const {
  const std::int64_t seconds = floorDivide(instant, kSecond);
  const time_t when = seconds;
  tm parts{};
  if (localtime_r(&when, &parts) == nullptr) throw std::runtime_error("localtime_r refuses " + std::to_string(seconds));
  return instant + std::int64_t{parts.tm_gmtoff} * kSecond;
}

std::int64_t WallClock::localDayOf(std::int64_t instant) const { return floorDivide(localOf(instant), kDay); }

std::int64_t WallClock::instantOf(std::int64_t local) const {
  // Clocks jump at whole quarters of an hour, so within one quarter they only go forward.
  constexpr std::int64_t kQuarter = 15 * kMinute;
  std::int64_t low = floorDivide(local - 26 * kHour, kQuarter) * kQuarter;
  const auto reached = [&](std::int64_t instant) { return localOf(instant) >= local; };
  while (!reached(low + kQuarter - 1)) low += kQuarter;
  std::int64_t high = low + kQuarter - 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

std::int64_t WallClock::startOfDay(std::int64_t day) const {
  const auto [known, isNew] = starts_.try_emplace(day, 0);
  if (isNew) known->second = instantOf(day * kDay);
  return known->second;
}

std::int64_t WallClock::parseInstant(const std::string& text) const {
  tm parts{};
  int read = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &read) != 5) {
    throw std::runtime_error("no time: " + text);
  }
  parts.tm_year -= 1900;
  --parts.tm_mon;
  std::string rest = text.substr(static_cast<std::size_t>(read));
  std::int64_t milliseconds = 0;
  if (rest.starts_with(':')) {
    std::size_t used = 0;
    milliseconds = static_cast<std::int64_t>(std::stod(rest.substr(1), &used) * 1000 + 0.5);
    rest.erase(0, used + 1);
  }
  const std::int64_t shown = secondsOf(parts) * kSecond + milliseconds;
  if (rest.empty()) return instantOf(shown);
  if (rest == "Z") return shown;
  char sign = 0;
  int hours = 0;
  int minutes = 0;
  if (std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3)
    throw std::runtime_error("no time: " + text);
  const std::int64_t offset = hours * kHour + minutes * kMinute;
  return sign == '-' ? shown + offset : shown - offset;
}

std::int64_t WallClock::stepDay(std::int64_t day, std::int64_t amount, ast::TimeUnit unit) const {
  if (const std::int64_t months = monthsIn(unit); months != 0) return monthsLater(day, amount * months);
  return day + amount * (unit == ast::TimeUnit::week ? 7 : 1);
}

std::int64_t WallClock::stepInstant(std::int64_t instant, std::int64_t amount, ast::TimeUnit unit) const {
  switch (unit) {
    case ast::TimeUnit::minute: return instant + amount * kMinute;
    case ast::TimeUnit::hour: return instant + amount * kHour;
    case ast::TimeUnit::day: return instant + amount * kDay;
    case ast::TimeUnit::week: return instant + amount * 7 * kDay;
    default: break;
  }
  // No step leads nowhere else, also from an hour that the clock shows a second time.
  if (amount == 0) return instant;
  const std::int64_t local = localOf(instant);
  const std::int64_t day = floorDivide(local, kDay);
  return instantOf(stepDay(day, amount, unit) * kDay + (local - day * kDay));
}

std::int64_t WallClock::firstDayOf(std::int64_t day, ast::TimeUnit unit) const {
  while (!startsUnit(day, unit)) --day;
  return day;
}

std::int64_t WallClock::firstDayAfter(std::int64_t day, ast::TimeUnit unit) const {
  do {
    ++day;
  } while (!startsUnit(day, unit));
  return day;
}

}  // namespace roster::oracle
