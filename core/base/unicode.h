// Unicode, through ICU: what makes two texts the same, and how many characters they have.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roster {

bool isValidUtf8(std::string_view text);

// The number of code points in valid UTF-8.
std::size_t countCharacters(std::string_view text);

// The number of cells of a terminal that valid UTF-8 takes: East Asian wide characters take two, combining marks none.
std::size_t displayWidth(std::string_view text);

// The bytes that the code point at `at` takes; valid UTF-8, `at` less than its size and at the start of a code point.
std::size_t characterLength(std::string_view text, std::size_t at);

// Normalisation form C. Text that is in it already, all of ASCII among it, is found out quickly and copied.
// `text` is valid UTF-8.
std::string normalizeNfc(std::string_view text);

// True where normalizeNfc would return the text as it is.
bool isNfc(std::string_view text);

// Full case folding, then NFC again: two texts that differ in case only fold to the same bytes. Valid UTF-8 in and out.
std::string foldCase(std::string_view text);

}  // namespace roster
