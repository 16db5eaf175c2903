// What must hold of an answer whatever the contacts are, for databases too large to be asked the naive way.
#pragma once

#include "bench/answer.h"
#include "bench/queries.h"
#include "index/engine/executor.h"

namespace roster::bench {

// A count and that of its complement are all contacts; a breakdown, the regions of an overlap, a statistic's contacts
// and the rows of a list are as many as match. internal, with the query's name and both numbers, where it is not so.
Result<void> checkConsistency(const BenchQuery& query, const Answer& answer, const SnapshotPtr& snapshot,
                              const Executor& executor);

}  // namespace roster::bench
