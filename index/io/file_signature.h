// Recognises by its first bytes what is no text of records, to say what a user has given by mistake.
#pragma once

#include <optional>
#include <string_view>

namespace roster {

// "an Excel workbook or another zip archive" …; none where the start could be text.
std::optional<std::string_view> recogniseForeign(std::string_view start);

}  // namespace roster
