// What a generated file holds, counted from its text by a scan that shares no code with the importer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace roster::bench {

// So many contacts of the file match the predicate.
struct GeneratedFact {
  std::string predicate;
  std::uint64_t contacts = 0;
};

// Goes through the whole file, some microseconds a row. notFound where there is none; dataLoss where a row has not as
// many cells as the header.
Result<std::vector<GeneratedFact>> factsOf(const std::filesystem::path& csv);

}  // namespace roster::bench
