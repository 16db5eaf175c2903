// The text suite: where the time goes that a count takes from a predicate's text on, beyond the prepared query.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

// The boolean queries of one predicate, on one thread, each checked against the naive evaluator before it is timed. In
// every round the prepared query is counted first, so that the caches hold what evaluation has left in them. Timings of
// a line: prepared, read (text to plan), operands (found and held, shard by shard), evaluate and release, which are
// what count() does; readAgain and operandsAgain, the same steps done a second time at once. Figures: textAdds, the
// median of what the four steps took beyond the prepared query of the same round.
Result<Report> runTextSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
