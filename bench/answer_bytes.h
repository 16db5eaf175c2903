// What an answer is read from, beside the predicate's operands.
#pragma once

#include <cstdint>

#include "bench/queries.h"
#include "index/engine/audience.h"

namespace roster::bench {

// Bytes that a list, a breakdown or statistics of an audience touch at most: of the columns of the query's fields,
// those of chunks that hold contacts of it, each as a whole; of a list with a limit, of chunks up to where it is
// reached. A breakdown by one field is read from its column or from its values' bitmaps, whichever is estimated to be
// faster; here the larger of the two counts. Statistics read slices and numbers.
Result<std::uint64_t> answerBytes(const BenchQuery& query, const Audience& audience);

}  // namespace roster::bench
