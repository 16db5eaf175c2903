// When generated contacts do things: a calendar with busy and quiet seasons, and the waves in which contacts came.
// Built once for a run of the generator, read-only afterwards.
//
// Time from the first day to the end is a fraction of 2^32. The calendar stretches busy seasons, so that a fraction
// drawn evenly falls into December more often than into July.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "index/io/generator_random.h"

namespace roster::generator {

using Fraction = std::uint32_t;

// Nothing generated lies before the first of these days or after the last. Fixed, for the bytes of a seed must not
// depend on the day they are made.
Day firstDay();  // 2016-01-01
Day lastDay();   // 2026-10-31

// Events take up the last 365 days of that time.
Day firstEventDay();  // 2025-11-01

// How much happens on a day beside other days, and in each of the 24 hours of any day beside the others.
std::uint64_t weightOf(Day day);
std::span<const std::uint64_t> hourWeights();

class Calendar {
 public:
  Calendar();

  // The seasonal day of a fraction; rises with it.
  Day dayAt(Fraction fraction) const { return days_[fraction >> kShift]; }

  // How many fractions, from 0 on, lie before a day.
  std::uint64_t fractionsBefore(Day day) const;

  // "YYYY-MM-DD" for any day from 1900 to the last.
  std::string_view format(Day day) const {
    const auto& text = texts_[static_cast<std::size_t>(day - firstText_)];
    return {text.data(), text.size()};
  }

  // A second of the day: few at night, most in the evening.
  std::uint32_t drawSecond(RandomStream& random) const;

 private:
  static constexpr int kShift = 16;

  std::vector<Day> days_;
  Day firstText_;
  std::vector<std::array<char, 10>> texts_;
  WeightedTable hours_;
};

// A run of neighbouring rows that came in one way: by an import, all at once, or by themselves over some time.
struct Wave {
  std::uint64_t endRow = 0;  // the first row past it
  bool imported = false;
  Day day = 0;               // imports only
  std::uint32_t second = 0;  // imports only: when it began
  std::string source;        // "import-2019-03"; for the others the source that most of the run has
};

// Cuts `rows` rows into some sixty waves, in the order of time.
std::vector<Wave> cutWaves(std::uint64_t rows, std::uint64_t seed, const Calendar& calendar);

// Where row `row` of `rows` lies on the time axis.
inline Fraction fractionOf(std::uint64_t row, std::uint64_t rows) { return static_cast<Fraction>((row << 32) / rows); }

}  // namespace roster::generator
