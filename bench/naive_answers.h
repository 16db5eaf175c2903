// What the queries must answer, found the slow way: every contact is read from the forward columns and put to the
// naive evaluator, the predicate as it was bound, before any rule has rewritten it.
#pragma once

#include <vector>

#include "bench/answer.h"
#include "bench/queries.h"
#include "index/engine/executor.h"

namespace roster::bench {

// The answer of each query. Goes through all contacts once, on all cores of the executor: some ten microseconds a
// contact and one for every leaf of a predicate.
Result<std::vector<Answer>> naiveAnswers(const std::vector<BenchQuery>& queries, const SnapshotPtr& snapshot,
                                         const Executor& executor);

}  // namespace roster::bench
