#include "core/base/civil_time.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

namespace roster {
namespace {

Day day(std::string_view text) { return *parseDay(text); }

TEST(CivilTime, DaysAndDates) {
  EXPECT_EQ(day("1970-01-01"), 0);
  EXPECT_EQ(day("1969-12-31"), -1);
  EXPECT_EQ(day("2000-03-01") - day("2000-02-28"), 2);
  EXPECT_EQ(day("1900-03-01") - day("1900-02-28"), 1);
  EXPECT_EQ(formatDay(day("0000-01-01")), "0000-01-01");
  EXPECT_EQ(formatDay(day("9999-12-31")), "9999-12-31");
  for (const char* bad : {"2026-02-29", "2026-13-01", "2026-00-01", "2026-01-32", "2026-1-1", "26-01-01", "2026-01-01 ",
                          "2026/01/01", "", "2026-01", "-026-01-01"}) {
    EXPECT_FALSE(parseDay(bad)) << bad;
  }
}

TEST(CivilTime, MonthsClamp) {
  EXPECT_EQ(addMonths(day("2026-01-31"), 1), day("2026-02-28"));
  EXPECT_EQ(addMonths(day("2024-01-31"), 1), day("2024-02-29"));
  EXPECT_EQ(addMonths(day("2026-03-31"), -1), day("2026-02-28"));
  EXPECT_EQ(addMonths(day("2026-01-15"), -1), day("2025-12-15"));
  EXPECT_EQ(addMonths(day("2024-02-29"), 12), day("2025-02-28"));
  EXPECT_EQ(addMonths(day("2026-12-31"), 2), day("2027-02-28"));
  EXPECT_EQ(addMonths(day("2026-05-10"), 0), day("2026-05-10"));
  EXPECT_EQ(addMonths(day("0001-01-10"), -12), day("0000-01-10"));
}

TEST(CivilTime, StartsOfUnits) {
  EXPECT_EQ(weekdayOf(day("2026-03-30")), 0);
  EXPECT_EQ(weekdayOf(day("1969-12-28")), 6);
  EXPECT_EQ(startOfWeek(day("2026-04-05")), day("2026-03-30"));
  EXPECT_EQ(startOfWeek(day("2026-03-30")), day("2026-03-30"));
  EXPECT_EQ(startOfMonth(day("2026-03-30")), day("2026-03-01"));
  EXPECT_EQ(startOfQuarter(day("2026-06-30")), day("2026-04-01"));
  EXPECT_EQ(startOfQuarter(day("2026-12-31")), day("2026-10-01"));
  EXPECT_EQ(startOfYear(day("2026-12-31")), day("2026-01-01"));
}

TEST(CivilTime, ParsesTimes) {
  const LocalTime noon = day("2026-01-31") * kMillisecondsPerDay + 12 * kMillisecondsPerHour;
  EXPECT_EQ(parseTime("2026-01-31T12:00")->local, noon);
  EXPECT_EQ(parseTime("2026-01-31 12:00:00")->local, noon);
  EXPECT_FALSE(parseTime("2026-01-31T12:00")->offset);
  EXPECT_EQ(parseTime("2026-01-31T12:00:00.5Z")->local, noon + 500);
  EXPECT_EQ(parseTime("2026-01-31T12:00:00.5Z")->offset, 0);
  EXPECT_EQ(parseTime("2026-01-31T12:00:00+02:00")->offset, 2 * kMillisecondsPerHour);
  EXPECT_EQ(parseTime("2026-01-31T12:00:00-0330")->offset, -(3 * kMillisecondsPerHour + 30 * kMillisecondsPerMinute));
  EXPECT_EQ(parseTime("2026-01-31T12:00:00+02")->offset, 2 * kMillisecondsPerHour);
  EXPECT_EQ(parseTime("2026-01-31T12:00:00.123000")->local, noon + 123);
  for (const char* bad :
       {"2026-01-31", "2026-01-31T24:00", "2026-01-31T12:60", "2026-01-31T12:00:60", "2026-01-31T12",
        "2026-01-31T12:00:00.", "2026-01-31T12:00:00.1234", "2026-01-31T12:00:00+2", "2026-01-31T12:00Zx",
        "2026-01-31T12:00:00+02:", "2026-02-30T12:00", "2026-01-31T12:00:00+24:00"}) {
    EXPECT_FALSE(parseTime(bad)) << bad;
  }
}

TEST(CivilTime, FormatsInstants) {
  EXPECT_EQ(formatInstant(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(formatInstant(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(formatInstant(1'500), "1970-01-01T00:00:01.500Z");
}

TEST(CivilTime, LocalTimeFloors) {
  EXPECT_EQ(dayOfLocal(-1), -1);
  EXPECT_EQ(dayOfLocal(-kMillisecondsPerDay), -1);
  EXPECT_EQ(dayOfLocal(-kMillisecondsPerDay - 1), -2);
  EXPECT_EQ(timeWithinDay(-1), kMillisecondsPerDay - 1);
  EXPECT_EQ(dayOfLocal(std::numeric_limits<LocalTime>::min()), -106'751'991'168);
  EXPECT_EQ(timeWithinDay(std::numeric_limits<LocalTime>::min()), 60'424'192);
}

RC_GTEST_PROP(CivilTime, FormatAndParseAreInverse, ()) {
  const Day any = *rc::gen::inRange<Day>(day("0000-01-01"), day("9999-12-31") + 1);
  RC_ASSERT(day(formatDay(any)) == any);
  const Instant instant = any * kMillisecondsPerDay + *rc::gen::inRange<std::int64_t>(0, kMillisecondsPerDay);
  RC_ASSERT(parseTime(formatInstant(instant))->local == instant);
}

}  // namespace
}  // namespace roster
