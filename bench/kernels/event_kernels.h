// Leaves about events over one chunk: of everybody, of a few contacts, and brought up to date.
#pragma once

#include <vector>

#include "bench/kernels/kernels.h"

namespace roster::bench {

// Appends each leaf as a count ("program-count/…") and as contacts ("program/…"), and what it takes to bring its answer
// to ten minutes later and back ("updated/…"). The same data every time.
void addEvents(std::vector<Kernel>& kernels);

}  // namespace roster::bench
