// The groups of a value by the definition of each grouping: what breakdowns are held against.
#pragma once

#include <set>
#include <string>

#include "core/data/set_element.h"
#include "core/eval/contact_record.h"
#include "index/engine/dimension.h"

namespace roster::testing {

// The text of each group; `value` is null where there is none.
inline std::set<std::string> naiveGroups(const Dimension& dimension, const FieldValue* value, const TimeZone& zone) {
  if (value == nullptr) return {"(no value)"};
  const auto numberGroup = [&](std::int64_t number) -> std::string {
    const FieldType& type = dimension.field.type;
    if (type.kind == FieldKind::timestamp) number = zone.dayOf(number);
    std::int64_t start = number;
    switch (dimension.grouping) {
      case Grouping::step: start -= ((number % dimension.step) + dimension.step) % dimension.step; break;
      case Grouping::week:
        while (weekdayOf(start) != 0) --start;
        break;
      case Grouping::month:
        while (civilFromDay(start).day != 1) --start;
        break;
      case Grouping::quarter:
        while (civilFromDay(start).day != 1 || civilFromDay(start).month % 3 != 1) --start;
        break;
      case Grouping::year:
        while (civilFromDay(start).day != 1 || civilFromDay(start).month != 1) --start;
        break;
      default: break;
    }
    return groupText(start, dimension);
  };
  if (const auto* flag = std::get_if<bool>(value)) return {*flag ? "true" : "false"};
  if (const auto* number = std::get_if<std::int64_t>(value)) return {numberGroup(*number)};
  if (const auto* text = std::get_if<std::string>(value)) return {*text};
  std::set<std::string> groups;
  for (const std::string& element : std::get<std::vector<std::string>>(*value)) {
    groups.insert(dimension.field.type.element == FieldKind::category ? element : numberGroup(*readElement(element)));
  }
  return groups;
}

}  // namespace roster::testing
