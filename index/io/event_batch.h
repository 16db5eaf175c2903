// From converted rows to a batch of events: keys become contacts, and ids that are known are passed over.
#pragma once

#include "index/io/import_batch.h"

namespace roster {

// Makes what rows record of one type, in file order; `event` is its id, which the batch may have yet to declare. A row
// whose contact is unknown is rejected unless contacts are created.
Result<ImportBatchResult> makeEventBatch(const std::vector<ConvertedRows>& blocks, const ImportPlan& plan,
                                         const ImportOptions& options, const Snapshot& snapshot, EventId event,
                                         const ParallelFor& parallelFor);

}  // namespace roster
