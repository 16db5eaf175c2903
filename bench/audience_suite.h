// The audience suite: every named query checked against the naive evaluator, then timed: prepared and from its text, on
// one thread and on several, and written by hand with CRoaring.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

// Timings: prepared and text (on one thread), threaded and textThreaded (the same on all; the latter is what the peers'
// times are compared with) and, for boolean queries, croaring.
//
// Figures: leaves (comparisons of the predicates), bytesTouched (by one run, at most), textAdds (the median of how much
// longer a run from text took than the prepared one before it), textAlone (preparing with no query in between); of all
// but lists perSecond (prepared queries that all threads answer together); of `bucket` firstTime (on all threads, of a
// name that was not asked for before); of boolean queries ratio (CRoaring's time by the prepared query's).
//
// Groups: means, and memory, which is not there where data was imported in this run: that leaves pieces in memory.
Result<Report> runAudienceSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
