// Scans over one chunk: of all contacts, within an array, and within bits.
#pragma once

#include <vector>

#include "bench/kernels/kernels.h"

namespace roster::bench {

// Appends each scan as a count ("program-count/…") and as contacts ("program/…"). The same data every time.
void addScans(std::vector<Kernel>& kernels);

}  // namespace roster::bench
