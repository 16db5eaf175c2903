// How long the machine takes to make a few bytes durable: what no durable change can be faster than.
#pragma once

#include <filesystem>

#include "bench/measure.h"

namespace roster::bench {

// Appends 4 KiB and syncs, again and again for about `seconds`, to a file that is removed afterwards. unavailable where
// the directory cannot be written to.
Result<Timing> measureSyncs(const std::filesystem::path& directory, double seconds);

}  // namespace roster::bench
