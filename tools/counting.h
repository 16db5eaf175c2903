// Counting predicates and printing the counts: what `count` and `segment count` share.
#pragma once

#include <string>
#include <vector>

#include "index/engine/database.h"
#include "tools/predicates.h"

namespace roster::tools {

// Prints a count a line; as JSON with the time it took, the snapshot and the bytes of the operands.
Outcome<> printCounts(Program& program, const Database& database, const std::vector<std::string>& predicates,
                      const std::string& asOf, bool json);

}  // namespace roster::tools
