#include "core/base/time_zone.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace roster {
namespace {

Instant utc(std::string_view text) { return parseTime(text)->local; }
constexpr std::int64_t kHour = kMillisecondsPerHour;

// Warsaw in 2026: forward on 29 March at 01:00Z, back on 25 October at 01:00Z.
TimeZone warsaw() {
  return {"Europe/Warsaw",
          {{utc("2025-10-26T01:00"), kHour}, {utc("2026-03-29T01:00"), 2 * kHour}, {utc("2026-10-25T01:00"), kHour}}};
}

TEST(TimeZone, UtcIsTheDefault) {
  const TimeZone zone;
  EXPECT_EQ(zone.name(), "UTC");
  EXPECT_EQ(zone.toLocal(12345), 12345);
  EXPECT_EQ(zone.toInstant(-12345), -12345);
  EXPECT_EQ(zone.dayOf(-1), -1);
}

TEST(TimeZone, ShowsTheWallClock) {
  const TimeZone zone = warsaw();
  EXPECT_EQ(zone.toLocal(utc("2026-01-01T00:00")), utc("2026-01-01T01:00"));
  EXPECT_EQ(zone.toLocal(utc("2026-03-29T00:59")), utc("2026-03-29T01:59"));
  EXPECT_EQ(zone.toLocal(utc("2026-03-29T01:00")), utc("2026-03-29T03:00"));
  EXPECT_EQ(zone.dayOf(utc("2026-07-01T22:00")), *parseDay("2026-07-02"));
  EXPECT_EQ(zone.toLocal(utc("1990-01-01T00:00")), utc("1990-01-01T01:00"));  // before the first period
  EXPECT_EQ(zone.toLocal(utc("2090-07-01T00:00")), utc("2090-07-01T01:00"));  // after the last
}

TEST(TimeZone, SkippedTimesAreTheJumpAndRepeatedOnesTheFirst) {
  const TimeZone zone = warsaw();
  EXPECT_EQ(zone.toInstant(utc("2026-03-29T01:59:59.999")), utc("2026-03-29T00:59:59.999"));
  EXPECT_EQ(zone.toInstant(utc("2026-03-29T02:00")), utc("2026-03-29T01:00"));
  EXPECT_EQ(zone.toInstant(utc("2026-03-29T02:30")), utc("2026-03-29T01:00"));
  EXPECT_EQ(zone.toInstant(utc("2026-03-29T03:00")), utc("2026-03-29T01:00"));
  EXPECT_EQ(zone.toInstant(utc("2026-03-29T03:01")), utc("2026-03-29T01:01"));
  EXPECT_EQ(zone.toInstant(utc("2026-10-25T02:30")), utc("2026-10-25T00:30"));
  EXPECT_EQ(zone.toInstant(utc("2026-10-25T03:00")), utc("2026-10-25T02:00"));
  EXPECT_EQ(zone.toInstant(utc("2026-10-25T01:59")), utc("2026-10-24T23:59"));
}

TEST(TimeZone, DaysOfChangeAreShorterAndLonger) {
  const TimeZone zone = warsaw();
  const auto length = [&](std::string_view text) {
    const Day day = *parseDay(text);
    return (zone.startOfDay(day + 1) - zone.startOfDay(day)) / kHour;
  };
  EXPECT_EQ(length("2026-03-28"), 24);
  EXPECT_EQ(length("2026-03-29"), 23);
  EXPECT_EQ(length("2026-10-25"), 25);
}

// Where the clock jumps at midnight the day starts late; where it is set back across midnight the day is left and
// entered again, and starts at its first instant.
TEST(TimeZone, ChangesAtMidnight) {
  const TimeZone forward("X/Forward", {{0, 0}, {utc("2026-05-01T00:00"), kHour}});
  EXPECT_EQ(forward.startOfDay(*parseDay("2026-05-01")), utc("2026-05-01T00:00"));
  const TimeZone back("X/Back", {{0, kHour}, {utc("2026-05-01T00:00"), -kHour}});
  EXPECT_EQ(back.startOfDay(*parseDay("2026-05-01")), utc("2026-04-30T23:00"));
}

// Samoa skipped a whole day.
TEST(TimeZone, SkipsAWholeDay) {
  const TimeZone apia("Pacific/Apia", {{0, -10 * kHour}, {utc("2011-12-30T10:00"), 14 * kHour}});
  EXPECT_EQ(apia.toLocal(utc("2011-12-30T09:59")), utc("2011-12-29T23:59"));
  EXPECT_EQ(apia.toLocal(utc("2011-12-30T10:00")), utc("2011-12-31T00:00"));
  EXPECT_EQ(apia.startOfDay(*parseDay("2011-12-30")), utc("2011-12-30T10:00"));
  EXPECT_EQ(apia.startOfDay(*parseDay("2011-12-31")), utc("2011-12-30T10:00"));
}

RC_GTEST_PROP(TimeZone, InstantsComeBack, ()) {
  const TimeZone zone = warsaw();
  const Instant instant = *rc::gen::inRange<Instant>(utc("2025-01-01T00:00"), utc("2027-01-01T00:00"));
  const Instant back = zone.toInstant(zone.toLocal(instant));
  const bool repeated = instant >= utc("2026-10-25T01:00") && instant < utc("2026-10-25T02:00");
  RC_ASSERT(back == instant - (repeated ? kHour : 0));
}

}  // namespace
}  // namespace roster
