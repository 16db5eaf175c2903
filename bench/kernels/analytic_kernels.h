// The loops of analytic queries over a database of one chunk: of everybody, of bits and of an array.
#pragma once

#include <vector>

#include "bench/kernels/kernels.h"

namespace roster::bench {

struct Analytics;

// A kernel's answer is a digest of the query's.
void addBreakdowns(std::vector<Kernel>& kernels, const Analytics& analytics);
void addStatistics(std::vector<Kernel>& kernels, const Analytics& analytics);
void addOverlaps(std::vector<Kernel>& kernels, const Analytics& analytics);

// All of them. The same data every time.
void addAnalytics(std::vector<Kernel>& kernels);

}  // namespace roster::bench
