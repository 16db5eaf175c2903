// The place where an export goes on, as text that nobody but Roster reads into.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/ids.h"

namespace roster {

struct ExportCursor {
  std::uint32_t epoch = 0;  // ids mean the same within an epoch
  ContactId contact = 0;    // the last one that was handed over

  friend bool operator==(const ExportCursor&, const ExportCursor&) = default;
};

std::string formatCursor(const ExportCursor& cursor);

// invalidArgument where the text is no cursor, or not a whole one.
Result<ExportCursor> parseCursor(std::string_view text);

}  // namespace roster
