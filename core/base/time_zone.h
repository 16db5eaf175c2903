// A time zone as a table: pure data, so that evaluation needs no file. index/io loads the table from the system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"

namespace roster {

// Immutable after construction; safe to read from any thread.
class TimeZone {
 public:
  // From `start` on, until the next period, a wall clock shows instant + offset.
  struct Period {
    Instant start = 0;
    std::int64_t offset = 0;  // milliseconds east of UTC

    friend bool operator==(const Period&, const Period&) = default;
  };

  TimeZone();  // UTC
  // `periods` ascend strictly by start and are not empty; the first also holds before its start.
  TimeZone(std::string name, std::vector<Period> periods);

  const std::string& name() const { return name_; }
  const std::vector<Period>& periods() const { return periods_; }

  // The period that holds at an instant, by its place among all.
  std::size_t periodAt(Instant instant) const;

  // What the wall clock shows. A time from a damaged column may be any number; beyond 64 bits, numbers begin anew.
  LocalTime toLocal(Instant instant) const;
  static LocalTime shifted(Instant instant, std::int64_t offset) {
    return static_cast<LocalTime>(static_cast<std::uint64_t>(instant) + static_cast<std::uint64_t>(offset));
  }
  Day dayOf(Instant instant) const { return dayOfLocal(toLocal(instant)); }

  // The instant at which the wall clock shows `local`. Where it shows it twice (the clock was set back), the first;
  // where it never does (the clock was set forward), the instant of the jump.
  Instant toInstant(LocalTime local) const;

  // The first instant of a civil day.
  Instant startOfDay(Day day) const { return toInstant(day * kMillisecondsPerDay); }

 private:
  std::string name_;
  std::vector<Period> periods_;
};

// The instant that somebody names: a day (its first instant) or a time in the zone, or a time with an offset, such as
// 2026-01-31, 2026-01-31T12:00 and 2026-01-31T12:00Z. invalidArgument, "'soon' is no time: …", for another text.
Result<Instant> instantNamed(std::string_view text, const TimeZone& zone);

}  // namespace roster
