// Shows an error against the text it is about, as a person at a terminal wants to see it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

// For an error with a position: "1:14: message", the source line indented by two, and an underline:
//
//   1:14: unknown field 'ctiy'; did you mean 'city'?
//     age > 30 and ctiy = 'Łódź'
//                  ^~~~
//
// Columns count characters; the underline also allows for characters that take two cells. A long line is cut to what
// is around the position. An error without a position, or with one outside the text, is its message alone. No newline
// at the end.
std::string renderDiagnostic(const Error& error, std::string_view text);

}  // namespace roster
