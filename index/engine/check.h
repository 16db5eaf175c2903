// Verifying a database: every checksum and every invariant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "index/engine/database.h"

namespace roster {

struct CheckReport {
  std::uint64_t contacts = 0;
  std::uint64_t pieces = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> damage;  // what is wrong, one sentence each, of pieces by field and shard; empty for a
                                    // sound database
};

// Reads all of it. Only a database that could not be opened at all is an error.
Result<CheckReport> checkDatabase(const Database& database);

}  // namespace roster
