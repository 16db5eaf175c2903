// The dimensions of breakdowns in plain form: how the groups of a contact are found in plain columns.
//
// Of each, f is called with a number for every group of a contact, below `end` and 0 of those without a value, and
// weightOf() is what the group's digest is made of: a code, a number, or a day.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bench/kernels/analytic_data.h"

namespace roster::bench {

struct CodeGroups {
  const char* dimension;
  const std::vector<Code>* codes;
  std::uint32_t end = *std::max_element(codes->begin(), codes->end()) + 1;

  template <class F>
  void forEach(std::uint32_t place, const F& f) const {
    f((*codes)[place]);
  }
  static std::int64_t weightOf(std::uint32_t group) { return group; }
};

struct TagGroups {
  const char* dimension;
  const AnalyticData* data;
  std::uint32_t end = *std::max_element(data->tags.begin(), data->tags.end()) + 1;

  template <class F>
  void forEach(std::uint32_t place, const F& f) const {
    const auto tags = data->tagsOf(place);
    if (tags.empty()) f(kNoCode);
    for (const Code tag : tags) f(tag);
  }
  static std::int64_t weightOf(std::uint32_t group) { return group; }
};

// Ages by ten years.
struct DecadeGroups {
  const char* dimension;
  const std::vector<std::int64_t>* ages;
  std::uint32_t end = 10;

  template <class F>
  void forEach(std::uint32_t place, const F& f) const {
    const std::int64_t age = (*ages)[place];
    f(age == kNoNumber ? 0 : static_cast<std::uint32_t>(age / 10));
  }
  static std::int64_t weightOf(std::uint32_t group) { return std::int64_t{group} * 10; }
};

// Days by their month, from January 2015 on.
struct MonthGroups {
  const char* dimension;
  const std::vector<std::int64_t>* days;
  std::uint32_t end = 10 * 12 + 1;

  template <class F>
  void forEach(std::uint32_t place, const F& f) const {
    const std::int64_t day = (*days)[place];
    if (day == kNoNumber) return f(0);
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    f(static_cast<std::uint32_t>(int{date.year()} - kFirstYear) * 12 + unsigned{date.month()});
  }
  static std::int64_t weightOf(std::uint32_t group) {
    if (group == 0) return 0;
    const std::chrono::year year(kFirstYear + static_cast<int>((group - 1) / 12));
    const std::chrono::month month((group - 1) % 12 + 1);
    return std::chrono::sys_days(year / month / 1).time_since_epoch().count();
  }

  static constexpr int kFirstYear = 2015;
};

}  // namespace roster::bench
