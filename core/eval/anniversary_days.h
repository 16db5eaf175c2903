// Which days an anniversary falls on, ready for being asked about millions of them.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "core/base/civil_time.h"

namespace roster {

// Taking a day apart into year, month and day costs several times what looking it up does. So the days of two hundred
// years, which hold nearly every birthday, stand in a table of 9 KiB. Immutable, safe to read from any thread.
class AnniversaryDays {
 public:
  // Months and days as BoundDayOfYearIn marks them. Takes some nanoseconds for each that is marked, two hundred times.
  explicit AnniversaryDays(const std::bitset<12 * 31>& marked);

  // How many days of a leap year are marked.
  std::size_t count() const { return marked_.count(); }

  // Whether the day's month and day are marked, in whatever year.
  bool contains(Day day) const {
    const auto at = static_cast<std::uint64_t>(day) - static_cast<std::uint64_t>(first_);
    return at / 64 < words_.size() ? (words_[at / 64] >> (at % 64) & 1) != 0 : isMarkedBeyond(day);
  }

  friend bool operator==(const AnniversaryDays& a, const AnniversaryDays& b) { return a.marked_ == b.marked_; }

 private:
  bool isMarkedBeyond(Day day) const;  // the table

  std::bitset<12 * 31> marked_;
  Day first_ = 0;
  std::vector<std::uint64_t> words_;  // a bit a day, from first_ on, whole words of days within the table's years
};

}  // namespace roster
