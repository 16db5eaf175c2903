// How near counting comes to the rate at which the machine can read.
//
// Fifty tags over the contacts, each contact having each with a chance of a quarter, in ten disjoint sets of five. The
// AND of two or of all five of a set is counted, set after set, so that no cache holds what is asked for next; in
// between, a plain loop sums the same bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/report.h"
#include "index/engine/executor.h"

namespace roster::bench {

// A line for pairs and one for ANDs of five, on each of the executors, checked against a plain loop and then timed.
// Figures: streamRate (of the sum of the line's bytes, on as many threads), countRate, ofStream (the one by the other)
// and ofBest (countRate by the best of all lines' rates, of sums or counts). Takes 6.25 bytes of memory a contact.
Result<std::vector<ReportLine>> measureStreamRates(std::uint64_t contacts, double seconds,
                                                   const std::vector<const Executor*>& executors);

}  // namespace roster::bench
