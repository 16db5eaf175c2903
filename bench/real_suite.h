// The suite over the real sets of CRoaring's own benchmark: two bitmaps after each other and all of them at once,
// intersected, united and subtracted, counted and made, beside CRoaring.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

// Every answer of Roster's and of CRoaring's is held against one found by merging lists of integers before anything of
// its set is timed. Timings, on one thread, each of all questions of a line: prepared and croaring. Figures: questions,
// prepared and croaring for one question, and the ratio. The groups "means" and "memory" follow.
Result<Report> runRealSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
