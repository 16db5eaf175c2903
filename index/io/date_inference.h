// Finds out how the dates of a column are written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

struct DateProposal {
  std::string format;  // empty: ISO 8601
  bool hasTime = false;
  std::size_t fitting = 0;  // the texts written so
};

// The way in which all of the texts are written or, where `mostly`, most of them; none where no known way fits.
// `preferred` is a format the user named, which is taken where it fits as many texts as any other. Where day before
// month and month before day fit equally, the order of `preferred` decides if days are written as in it and only the
// time of day is not; else it is invalidArgument, with the column's name and an example: the order is asked about,
// never guessed.
Result<std::optional<DateProposal>> inferDates(std::string_view column, std::span<const std::string_view> texts,
                                               const std::string& preferred, bool mostly);

}  // namespace roster
