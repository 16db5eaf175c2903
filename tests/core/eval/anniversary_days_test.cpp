#include "core/eval/anniversary_days.h"

#include <gtest/gtest.h>

#include "core/eval/value_compare.h"

namespace roster {
namespace {

// From before the year 1500 to beyond 2400, across both ends of the table.
void expectAsTakenApart(const std::bitset<12 * 31>& marked) {
  const AnniversaryDays days(marked);
  EXPECT_EQ(days.count(), marked.count());
  for (Day day = dayFromCivil({1499, 1, 1}); day < dayFromCivil({2401, 1, 1}); ++day) {
    ASSERT_EQ(days.contains(day), isOnDayOfYear(marked, day)) << formatDay(day);
  }
  for (const Day day : {dayFromCivil({0, 1, 1}), dayFromCivil({9999, 12, 31})}) {
    EXPECT_EQ(days.contains(day), isOnDayOfYear(marked, day)) << formatDay(day);
  }
}

TEST(AnniversaryDays, AreThoseOfTheDayTakenApart) {
  std::bitset<12 * 31> leapDay;
  leapDay.set(1 * 31 + 28);
  std::bitset<12 * 31> aroundNewYear;
  for (const std::size_t at : {0, 1, 11 * 31 + 29, 11 * 31 + 30}) aroundNewYear.set(at);
  std::bitset<12 * 31> everyDay;
  for (Day day = 0; day < 366; ++day) {
    const CivilDate date = civilFromDay(dayFromCivil({2024, 1, 1}) + day);
    everyDay.set(static_cast<std::size_t>((date.month - 1) * 31 + date.day - 1));
  }
  for (const auto& marked : {std::bitset<12 * 31>(), leapDay, aroundNewYear, everyDay}) expectAsTakenApart(marked);
}

}  // namespace
}  // namespace roster
