// What a breakdown goes by: a field, and how its values fall into groups.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/data/schema.h"

namespace roster {

enum class Grouping : std::uint8_t {
  value,  // every value is a group
  step,   // numbers, or a set's numbers, by multiples of a step
  day,    // times by civil days of the database's time zone, and so on
  week,   // from Monday
  month,
  quarter,
  year,
  weekday,  // of events: 0 is Monday
};

struct Dimension {
  Field field;
  Grouping grouping = Grouping::value;
  std::int64_t step = 1;  // for Grouping::step, in the field's unit, at least 1

  friend bool operator==(const Dimension&, const Dimension&) = default;
};

// A group of a dimension: nothing for contacts without a value; a bool; a string; or where a group of numbers or times
// begins: a number in the field's unit, for times of all kinds a civil day, for weekdays 0 … 6. A step's first group
// may begin below what 64 bits hold; the least number stands for that.
using Group = std::variant<std::monostate, bool, std::int64_t, std::string>;

// Parses `city`, `age:10`, `price:9.99`, `signup:month`. A name that holds `:` or `,` stands in double quotes, unless
// the whole text is a field's name. Times go by day unless told. notFound for an unknown field, with the nearest name;
// invalidArgument for a field that has no groups (text) or another kind's grouping.
Result<Dimension> parseDimension(std::string_view text, const Schema& schema);

// Parses one dimension, or two that are parted by a comma.
Result<std::vector<Dimension>> parseDimensions(std::string_view text, const Schema& schema);

// The same where `parse` reads each, and where `isName` knows the names that a comma does not part.
Result<std::vector<Dimension>> parseDimensions(std::string_view text,
                                               const std::function<bool(std::string_view)>& isName,
                                               const std::function<Result<Dimension>(std::string_view)>& parse);

// A field by its name, or notFound with the nearest known one.
Result<Field> fieldNamed(std::string_view name, const Schema& schema);

// "Łódź", "true", "40", "40..49", "2026-03-30", "2026-03", "2026-Q1", "2026", "mon"; "(no value)".
std::string groupText(const Group& group, const Dimension& dimension);

// Values ascending, contacts without one last.
bool isBefore(const Group& a, const Group& b);
bool isBefore(const std::vector<Group>& a, const std::vector<Group>& b);

}  // namespace roster
