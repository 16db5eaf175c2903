// Time zones of the system's database, as core's tables.
#pragma once

#include <string_view>

#include "core/base/error.h"
#include "core/base/time_zone.h"

namespace roster {

// The zone of an IANA name such as 'Europe/Warsaw', with its offsets from 1900 to 2100. An unknown name is
// invalidArgument with the nearest known one; a system without the database is notFound. Takes some milliseconds.
Result<TimeZone> loadTimeZone(std::string_view name);

}  // namespace roster
