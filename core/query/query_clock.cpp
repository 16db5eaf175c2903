#include "core/query/query_clock.h"

#include <limits>
#include <optional>

namespace roster {

namespace {

constexpr std::int64_t kMaxMonths = 12 * 10'000;

const Day& firstDay() {
  static const Day day = dayFromCivil({0, 1, 1});
  return day;
}

const Day& lastDay() {
  static const Day day = dayFromCivil({9999, 12, 31});
  return day;
}

bool isInRange(Day day) { return day >= firstDay() && day <= lastDay(); }

// Of an instant, by the clock of UTC. Any 64-bit number may come, and the day of the least ones has no place in 64
// bits.
bool isInstantInRange(Instant instant) {
  return instant >= firstDay() * kMillisecondsPerDay && instant < (lastDay() + 1) * kMillisecondsPerDay;
}

tl::unexpected<Error> outOfRange(const SourcePosition& at) {
  return fail(ErrorCode::invalidArgument, "this leads out of the years 0000 to 9999", at);
}

// The months of a calendar step; nullopt for the units that are not made of months, or where there are too many.
std::optional<std::int64_t> monthsIn(std::int64_t amount, ast::TimeUnit unit) {
  const std::int64_t months = unit == ast::TimeUnit::year ? 12 : unit == ast::TimeUnit::quarter ? 3 : 1;
  if (amount > kMaxMonths || amount < -kMaxMonths) return std::nullopt;
  return amount * months;
}

bool isCalendarUnit(ast::TimeUnit unit) {
  return unit == ast::TimeUnit::month || unit == ast::TimeUnit::quarter || unit == ast::TimeUnit::year;
}

// The first day `months` later, where it exists.
std::optional<Day> stepMonths(Day day, std::int64_t amount, ast::TimeUnit unit) {
  const auto months = monthsIn(amount, unit);
  if (!months) return std::nullopt;
  const CivilDate from = civilFromDay(day);
  const std::int64_t month = std::int64_t{from.year} * 12 + (from.month - 1) + *months;
  if (month < 0 || month >= kMaxMonths) return std::nullopt;
  return addMonths(day, *months);
}

std::int64_t millisecondsIn(ast::TimeUnit unit) {
  switch (unit) {
    case ast::TimeUnit::minute: return kMillisecondsPerMinute;
    case ast::TimeUnit::hour: return kMillisecondsPerHour;
    case ast::TimeUnit::week: return 7 * kMillisecondsPerDay;
    default: return kMillisecondsPerDay;
  }
}

Day startOf(Day day, ast::TimeUnit unit) {
  switch (unit) {
    case ast::TimeUnit::week: return startOfWeek(day);
    case ast::TimeUnit::month: return startOfMonth(day);
    case ast::TimeUnit::quarter: return startOfQuarter(day);
    case ast::TimeUnit::year: return startOfYear(day);
    default: return day;
  }
}

// The start of the calendar unit after (+1) or before (-1) the one that starts on `start`.
Day neighbour(Day start, ast::TimeUnit unit, int direction) {
  if (unit == ast::TimeUnit::day) return start + direction;
  if (unit == ast::TimeUnit::week) return start + 7 * direction;
  return addMonths(start, *monthsIn(direction, unit));
}

}  // namespace

Result<TimePoint> QueryClock::evaluate(const ast::TimeExpression& expression) const {
  TimePoint point{TimePoint::Kind::day, today_};
  if (expression.base == ast::TimeBase::now) point = {TimePoint::Kind::instant, now_};
  if (expression.base == ast::TimeBase::yesterday) --point.value;
  for (const ast::TimeStep& step : expression.steps) {
    auto stepped = point.kind == TimePoint::Kind::day ? stepDay(point.value, step.amount, step.unit, step.place.at)
                                                      : stepInstant(point.value, step.amount, step.unit, step.place.at);
    if (!stepped) return propagate(stepped);
    point.value = *stepped;
  }
  return point;
}

Result<Interval> QueryClock::daysIn(const ast::InWindow& window) const {
  if (const auto* day = std::get_if<ast::DayWindow>(&window.window)) {
    const Day which = today_ - (day->yesterday ? 1 : 0);
    return Interval{which, which};
  }
  if (const auto* calendar = std::get_if<ast::CalendarWindow>(&window.window)) return calendarDays(*calendar);
  const auto& relative = std::get<ast::RelativeWindow>(window.window);
  const bool last = relative.direction == ast::Direction::last;
  auto edge = stepDay(today_, last ? -relative.amount : relative.amount, relative.unit, window.place.at);
  if (!edge) return propagate(edge);
  return last ? Interval{*edge + 1, today_} : Interval{today_, *edge - 1};
}

Result<Interval> QueryClock::instantsIn(const ast::InWindow& window) const {
  const auto* relative = std::get_if<ast::RelativeWindow>(&window.window);
  if (relative == nullptr) {
    auto days = daysIn(window);
    if (!days) return propagate(days);
    return instantsOfDays(days->low, days->high);
  }
  const bool last = relative->direction == ast::Direction::last;
  auto edge = stepInstant(now_, last ? -relative->amount : relative->amount, relative->unit, window.place.at);
  if (!edge) return propagate(edge);
  return last ? Interval{*edge + 1, now_} : Interval{now_ + 1, *edge};
}

Interval QueryClock::instantsOfDays(Day first, Day last) const {
  return {zone_.startOfDay(first), zone_.startOfDay(last + 1) - 1};
}

Result<Day> QueryClock::stepDay(Day day, std::int64_t amount, ast::TimeUnit unit, const SourcePosition& at) const {
  if (unit == ast::TimeUnit::minute || unit == ast::TimeUnit::hour) {
    return fail(ErrorCode::invalidArgument, "a day is not counted in minutes or hours; use days or more", at);
  }
  if (isCalendarUnit(unit)) {
    const auto stepped = stepMonths(day, amount, unit);
    if (!stepped) return outOfRange(at);
    return *stepped;
  }
  std::int64_t days = 0;
  Day stepped = 0;
  if (__builtin_mul_overflow(amount, unit == ast::TimeUnit::week ? 7 : 1, &days) ||
      __builtin_add_overflow(day, days, &stepped) || !isInRange(stepped)) {
    return outOfRange(at);
  }
  return stepped;
}

Result<Instant> QueryClock::stepInstant(Instant instant, std::int64_t amount, ast::TimeUnit unit,
                                        const SourcePosition& at) const {
  if (isCalendarUnit(unit)) {
    // From an hour that the clock shows twice, the way over local time would lead to the first of the two.
    if (amount == 0) return instant;
    const LocalTime local = zone_.toLocal(instant);
    const auto day = stepMonths(dayOfLocal(local), amount, unit);
    if (!day) return outOfRange(at);
    return zone_.toInstant(*day * kMillisecondsPerDay + timeWithinDay(local));
  }
  std::int64_t distance = 0;
  Instant stepped = 0;
  if (__builtin_mul_overflow(amount, millisecondsIn(unit), &distance) ||
      __builtin_add_overflow(instant, distance, &stepped) || !isInstantInRange(stepped)) {
    return outOfRange(at);
  }
  return stepped;
}

Interval QueryClock::calendarDays(const ast::CalendarWindow& window) const {
  Day start = startOf(today_, window.unit);
  if (window.step == ast::CalendarStep::last) start = neighbour(start, window.unit, -1);
  if (window.step == ast::CalendarStep::next) start = neighbour(start, window.unit, 1);
  return {start, neighbour(start, window.unit, 1) - 1};
}

}  // namespace roster
