// Dates and times written in a given order, by a format like that of strptime.
//
// %Y year of four digits · %y of two (69–99 are 19xx, 00–68 are 20xx) · %m month · %d or %e day · %H hour · %I hour of
// twelve, with %p am or pm · %M minute · %S second · %f fraction of a second · %z offset (Z, +02:00, +0200) · %b or %B
// English month name · %F is %Y-%m-%d · %T is %H:%M:%S · %% a percent sign. A space stands for one or more. Numbers may
// lack leading zeros. Seconds and fractions at the end of a format may be missing in the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "core/base/error.h"

namespace roster {

// Immutable; safe to use from any thread.
class DateFormat {
 public:
  // A format without year, month and day, or with an unknown or repeated part, is invalidArgument.
  static Result<DateFormat> parse(std::string_view format);

  // What a text says, or none where it is not written so or no such day or time exists.
  std::optional<ParsedTime> read(std::string_view text) const;

  const std::string& text() const { return text_; }
  // True where the format has an hour.
  bool hasTime() const { return hasTime_; }

 private:
  struct Reading;
  bool readPart(char part, std::string_view& text, Reading& reading) const;
  bool mayEndAt(std::size_t part) const;

  std::string text_;
  std::string parts_;  // a letter of the list above, or '=' followed by the character itself
  bool hasTime_ = false;
};

}  // namespace roster
