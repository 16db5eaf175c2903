// A reader of CSV for tests, plainer than the importer's, so that the two cannot be wrong together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roster {

// The records of a text, the header among them. The test fails where the text ends within a record.
std::vector<std::vector<std::string>> parseCsv(std::string_view text);

}  // namespace roster
