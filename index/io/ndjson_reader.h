// NDJSON: one JSON object a line. Members are columns; an array is a set, null is no value.
//
// Numbers keep the digits they are written with, so that a decimal stays exact. Strings are unescaped. A nested object,
// or an array that holds anything but scalars, makes its cell unusable, not the record: whoever takes that column
// refuses the row. null inside an array is passed over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "index/io/encoding.h"
#include "index/io/parsed_rows.h"
#include "index/io/record_block.h"

namespace roster {

// The names of the members of the objects at the start of an input, in the order first seen. `complete` says that
// `start` is the whole input; otherwise a torn last line is left out. Lines that are no objects are passed over.
std::vector<std::string> ndjsonColumns(std::string_view start, bool complete);

// Parses one block. For any number of threads at once, each with its own block.
ParsedRows parseNdjson(RecordBlock block, const std::vector<std::string>& columns, Encoding encoding);

}  // namespace roster
