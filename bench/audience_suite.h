// The audience suite: every named query checked against the naive evaluator, then timed: prepared and from its text on
// one thread, prepared on several, and written by hand with CRoaring.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

// Timings: prepared, text, threaded (prepared, on all threads), textThreaded (what the peers' times are compared with)
// and, for boolean queries, croaring. Figures: leaves (comparisons of the predicates) and bytes (of the bitmaps and
// slices that a query may read). The group "memory" is not there where data was imported in this run, which leaves
// pieces in memory.
Result<Report> runAudienceSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
