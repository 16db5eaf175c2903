// Importing contacts, items or events: files read, converted on all cores, and committed batch by batch, exactly once.
//
// Each batch commits how far the import has come together with its data, under an identity made of the files' contents
// and the options. Killed half-way, the same import goes on where it was; run when complete, it adds nothing. New
// fields come with the first batch, so that an input found to be damaged before it leaves nothing behind.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "index/engine/database.h"
#include "index/io/import_options.h"
#include "index/io/import_plan.h"
#include "index/io/row_converter.h"

namespace roster {

struct ImportSummary {
  std::uint64_t rows = 0;  // read, good, bad and left out, those of earlier runs among them
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t rejected = 0;
  std::uint64_t recorded = 0;                // events
  std::uint64_t repeated = 0;                // events left out, since their ids were taken before
  std::optional<std::uint64_t> leftOut;      // rows that the filter did not take; none without a filter
  std::uint64_t resumedAt = 0;               // rows that an earlier run of the same import had done
  bool alreadyComplete = false;              // an earlier run had done all; nothing was changed
  bool interrupted = false;                  // stopped by the caller; what is counted is in
  std::vector<RejectedRecord> firstRejects;  // of this run, a few
  std::vector<std::string> files;            // what RejectedRecord::file numbers
};

struct ImportProgressReport {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;                  // of the input as it lies on disk
  std::optional<std::uint64_t> totalBytes;  // none for a pipe
};

struct ImportHooks {
  std::function<void(const ImportProgressReport&)> report;  // called after each block; may be empty
  const std::atomic<bool>* stop = nullptr;                  // set from outside: stop at the next block
};

// Carries out a plan made by planImport for the database's schema. A damaged or truncated input ends the import with an
// error that names it; batches committed before it stay.
Result<ImportSummary> runImport(Database& database, const ImportOptions& options, ImportPlan plan,
                                const ImportHooks& hooks = {});

}  // namespace roster
