// From converted rows to a batch of changes: keys become contacts, and the import's modes decide what a row does.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/data/apply.h"
#include "core/data/change_batch.h"
#include "core/data/snapshot.h"
#include "index/io/row_converter.h"

namespace roster {

// Which contacts have had a row in an import, by field (0: any field) and shard; survives from batch to batch.
class SeenContacts {
 public:
  // Restores what progress kept; dataLoss where that is damaged.
  static Result<SeenContacts> fromProgress(const ImportProgress& progress);
  void save(ImportProgress& progress) const;

  // Marks a contact; true where it was not marked yet.
  bool mark(FieldId field, ContactId contact);

 private:
  std::map<std::pair<FieldId, ShardIndex>, std::vector<std::uint64_t>> words_;
};

// What one batch did, to be added to the import's progress.
struct ImportBatchResult {
  ChangeBatch batch;
  std::uint64_t created = 0;
  std::uint64_t updated = 0;            // contacts of before the import, at their first row in it
  std::uint64_t recorded = 0;           // events
  std::uint64_t repeated = 0;           // events left out, since their ids were taken before
  std::vector<RejectedRecord> rejects;  // of `insert`: keys that were there before; of events: contacts that are not
};

// Makes the changes of rows in file order. `seen` and the snapshot carry what came before; fields of `plan` that the
// snapshot does not have must be added to the batch. Look-ups of keys run on `parallelFor`.
Result<ImportBatchResult> makeImportBatch(const std::vector<ConvertedRows>& blocks, const ImportPlan& plan,
                                          const ImportOptions& options, const Snapshot& snapshot,
                                          ContactId firstNewContact, SeenContacts& seen,
                                          const ParallelFor& parallelFor);

}  // namespace roster
