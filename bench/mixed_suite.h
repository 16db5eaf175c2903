// The mixed suite: counts on one thread, alone and beside a writer of durable changes.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

inline constexpr double kAimedChangesPerSecond = 50'000;

// Works on a copy of the generated database. Every count, with and without the writer, is held against the naive
// evaluator's answer for the generated contacts, which no change of the writer touches; and each snapshot that is
// counted on holds the writer's invariant. What was acknowledged is there when the copy is opened again. internal where
// any of these does not hold.
//
// Lines: every query and all of them together (timings alone and busy, figure tailRatio, of p99), the commit of a batch
// and a sync. Where a checkpoint ran: what checkpoint_tails.h adds to each query and in a group, and from
// kLeastForTail counts on a line of all counts that it ran beside. Figures: changesPerSecond, aimedChangesPerSecond,
// checkedCounts, busyBatches, tailRatio.
Result<Report> runMixedSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
