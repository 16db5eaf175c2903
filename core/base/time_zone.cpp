#include "core/base/time_zone.h"

#include <algorithm>
#include <fmt/format.h>

namespace roster {

TimeZone::TimeZone() : TimeZone("UTC", {Period{}}) {}

TimeZone::TimeZone(std::string name, std::vector<Period> periods)
    : name_(std::move(name)), periods_(std::move(periods)) {}

std::size_t TimeZone::periodAt(Instant instant) const {
  const auto after = std::upper_bound(periods_.begin(), periods_.end(), instant,
                                      [](Instant value, const Period& period) { return value < period.start; });
  return after == periods_.begin() ? 0 : static_cast<std::size_t>(after - periods_.begin() - 1);
}

LocalTime TimeZone::toLocal(Instant instant) const { return shifted(instant, periods_[periodAt(instant)].offset); }

Instant TimeZone::toInstant(LocalTime local) const {
  // Offsets are under a day and periods longer than that, so only periods that start near `local` can hold it. Going
  // through them in order finds the first instant, or the jump that skipped it.
  for (auto period = periods_.begin() + static_cast<std::ptrdiff_t>(periodAt(local - kMillisecondsPerDay));; ++period) {
    const auto next = period + 1;
    const Instant candidate = local - period->offset;
    if (next == periods_.end() || candidate < next->start) {
      const bool beforePeriod = period != periods_.begin() && candidate < period->start;
      return beforePeriod ? period->start : candidate;
    }
  }
}

Result<Instant> instantNamed(std::string_view text, const TimeZone& zone) {
  if (const auto day = parseDay(text)) return zone.startOfDay(*day);
  const auto time = parseTime(text);
  if (!time) {
    return refuse(
        fmt::format("'{}' is no time: write a day such as 2026-01-31, a time in the database's zone such as "
                    "2026-01-31T12:00, or an instant such as 2026-01-31T12:00Z",
                    text));
  }
  return time->offset ? time->local - *time->offset : zone.toInstant(time->local);
}

}  // namespace roster
