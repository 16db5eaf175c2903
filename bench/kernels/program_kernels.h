// Whole programs over one chunk, as queries run them: every shape that a program has.
#pragma once

#include <vector>

#include "bench/kernels/kernels.h"

namespace roster::bench {

// Appends each shape as a count ("program-count/…") and as contacts ("program/…"). The same data every time.
void addPrograms(std::vector<Kernel>& kernels);

}  // namespace roster::bench
