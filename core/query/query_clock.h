// The one instant of an evaluation and the arithmetic of time around it, in the database's time zone.
//
// On an instant a day is 24 hours and a week 168; on a day, days and weeks step the calendar. Months and years always
// step the calendar and clamp to the month's end. Results lie in the years 0000 to 9999, or it is an error.
#pragma once

#include "core/base/civil_time.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/query/ast.h"
#include "core/query/bound.h"

namespace roster {

// A civil day, or an instant.
struct TimePoint {
  enum class Kind : std::uint8_t { day, instant };
  Kind kind = Kind::day;
  std::int64_t value = 0;

  friend bool operator==(const TimePoint&, const TimePoint&) = default;
};

// Refers to the time zone, which must outlive it.
class QueryClock {
 public:
  QueryClock(const TimeZone& zone, Instant now) : zone_(zone), now_(now), today_(zone.dayOf(now)) {}

  const TimeZone& zone() const { return zone_; }
  Instant now() const { return now_; }
  Day today() const { return today_; }

  // `now - 90 days`, `today - 3 months`: an instant or a day. Minutes and hours on a day are an error.
  Result<TimePoint> evaluate(const ast::TimeExpression& expression) const;

  // The days, or the instants, of a window that needs no literal: relative, calendar, `today`, `yesterday`.
  // Minutes and hours on days are an error. An interval may be empty.
  Result<Interval> daysIn(const ast::InWindow& window) const;
  Result<Interval> instantsIn(const ast::InWindow& window) const;

  // All instants of the local days first … last.
  Interval instantsOfDays(Day first, Day last) const;

 private:
  Result<Day> stepDay(Day day, std::int64_t amount, ast::TimeUnit unit, const SourcePosition& at) const;
  Result<Instant> stepInstant(Instant instant, std::int64_t amount, ast::TimeUnit unit, const SourcePosition& at) const;
  Interval calendarDays(const ast::CalendarWindow& window) const;

  const TimeZone& zone_;
  Instant now_;
  Day today_;
};

}  // namespace roster
