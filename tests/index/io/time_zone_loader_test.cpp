#include "index/io/time_zone_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/civil_time.h"

namespace roster {
namespace {

using ::testing::HasSubstr;

Instant utc(const char* text) { return parseTime(text)->local; }

std::int64_t hoursEast(const TimeZone& zone, const char* text) {
  return (zone.toLocal(utc(text)) - utc(text)) / kMillisecondsPerHour;
}

TEST(TimeZoneLoaderTest, KnowsWarsawThroughTheYears) {
  const auto zone = loadTimeZone("Europe/Warsaw");
  ASSERT_TRUE(zone) << zone.error().message;
  EXPECT_EQ(zone->name(), "Europe/Warsaw");
  EXPECT_EQ(hoursEast(*zone, "2026-01-15T12:00"), 1);
  EXPECT_EQ(hoursEast(*zone, "2026-07-15T12:00"), 2);
  EXPECT_EQ(hoursEast(*zone, "2026-03-29T00:59"), 1);
  EXPECT_EQ(hoursEast(*zone, "2026-03-29T01:00"), 2);
  EXPECT_EQ(hoursEast(*zone, "2026-10-25T00:59"), 2);
  EXPECT_EQ(hoursEast(*zone, "2026-10-25T01:00"), 1);
  // Warsaw Mean Time, 84 minutes, until 1915.
  EXPECT_EQ(zone->toLocal(utc("1905-01-01T00:00")) - utc("1905-01-01T00:00"), 84 * kMillisecondsPerMinute);
}

TEST(TimeZoneLoaderTest, TheRuleGoesOnAfterTheEntriesOfTheFile) {
  const auto warsaw = loadTimeZone("Europe/Warsaw");
  ASSERT_TRUE(warsaw);
  EXPECT_EQ(hoursEast(*warsaw, "2037-07-15T12:00"), 2);
  EXPECT_EQ(hoursEast(*warsaw, "2038-01-15T12:00"), 1);
  EXPECT_EQ(hoursEast(*warsaw, "2038-07-15T12:00"), 2);
  EXPECT_EQ(hoursEast(*warsaw, "2099-07-15T12:00"), 2);
  EXPECT_EQ(hoursEast(*warsaw, "2100-12-15T12:00"), 1);
  const auto sydney = loadTimeZone("Australia/Sydney");
  ASSERT_TRUE(sydney);
  EXPECT_EQ(hoursEast(*sydney, "2050-01-15T12:00"), 11);
  EXPECT_EQ(hoursEast(*sydney, "2050-07-15T12:00"), 10);
}

TEST(TimeZoneLoaderTest, ZonesWithoutSummerTime) {
  const auto moscow = loadTimeZone("Europe/Moscow");
  ASSERT_TRUE(moscow);
  EXPECT_EQ(hoursEast(*moscow, "2026-07-15T12:00"), 3);
  EXPECT_EQ(hoursEast(*moscow, "2090-07-15T12:00"), 3);
  EXPECT_EQ(hoursEast(*moscow, "2012-01-15T12:00"), 4);
  const auto utcZone = loadTimeZone("UTC");
  ASSERT_TRUE(utcZone);
  EXPECT_EQ(utcZone->periods().size(), 1U);
  EXPECT_EQ(hoursEast(*utcZone, "2026-07-15T12:00"), 0);
}

TEST(TimeZoneLoaderTest, PeriodsAscendAndDiffer) {
  for (const char* name : {"Europe/Warsaw", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia"}) {
    const auto zone = loadTimeZone(name);
    ASSERT_TRUE(zone) << name;
    const auto& periods = zone->periods();
    for (std::size_t i = 1; i < periods.size(); ++i) {
      ASSERT_LT(periods[i - 1].start, periods[i].start) << name;
      ASSERT_NE(periods[i - 1].offset, periods[i].offset) << name;
    }
  }
}

TEST(TimeZoneLoaderTest, UnknownNamesGetAHint) {
  for (const char* name : {"Warsaw", "europe/warsaw", "Europe/Warsow"}) {
    const auto zone = loadTimeZone(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::invalidArgument);
    EXPECT_THAT(zone.error().message, HasSubstr("did you mean 'Europe/Warsaw'"));
  }
  for (const char* name : {"", "Nowhere at all", "../../etc/passwd", "/etc/passwd"})
    EXPECT_FALSE(loadTimeZone(name)) << name;
}

}  // namespace
}  // namespace roster
