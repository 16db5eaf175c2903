// Comparing the values of two fields, whatever their units.
#pragma once

#include <bitset>
#include <cstdint>

#include "core/base/time_zone.h"
#include "core/data/field_type.h"
#include "core/query/bound.h"

namespace roster {

// Whether `left op right` holds for values of these types: integers and decimals by magnitude whatever their digits;
// dates and timestamps by time, where a day against an instant is the day's local interval: equal within it, less
// before its start, greater from its end on.
bool compareValues(std::int64_t left, const FieldType& leftType, CompareOp op, std::int64_t right,
                   const FieldType& rightType, const TimeZone& zone);

// Whether a day's month and day are marked, as BoundDayOfYearIn marks them.
bool isOnDayOfYear(const std::bitset<12 * 31>& marked, Day day);

}  // namespace roster
