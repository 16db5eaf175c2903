// What is wrong with the bytes of a record, whatever its format.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "index/io/encoding.h"

namespace roster {

// Whether the text is valid UTF-8 without a NUL byte. Fast: several gigabytes a second.
bool isSoundText(std::string_view text);

// The place of the first byte that makes a text unsound.
std::optional<std::size_t> firstUnsoundByte(std::string_view text);

// "broken encoding: byte 0x98 is not windows-1251", for the byte at a place firstUnsoundByte gave.
std::string describeUnsoundByte(std::string_view text, std::size_t at, Encoding encoding);

}  // namespace roster
