#include "tests/support/workload.h"

#include <fmt/format.h>

#include "core/data/consistency.h"

namespace roster {

Workload::Step Workload::next() {
  Step step;
  do {
    step.batch = randomBatch(model_, random_);
  } while (step.batch.empty());
  // Erasures are always logged, since they are recorded with the log.
  step.mode = random_.chance(30) && step.batch.erased.empty() ? CommitMode::bulk : CommitMode::logged;
  step.checkpoint = random_.chance(20);
  model_.apply(step.batch);
  return step;
}

Result<void> Workload::run(Database& database, std::uint64_t count, const std::function<void(Sequence)>& acknowledged) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const Step step = next();
    auto sequence = database.commit(step.mode, step.batch);
    if (!sequence) return propagate(sequence);
    acknowledged(*sequence);
    if (!step.checkpoint) continue;
    if (auto done = database.checkpoint(); !done) return done;
  }
  return {};
}

std::vector<ChangeBatch> Workload::batches(std::uint64_t seed, std::uint64_t count) {
  Workload workload(seed);
  std::vector<ChangeBatch> batches;
  for (std::uint64_t i = 0; i < count; ++i) batches.push_back(workload.next().batch);
  return batches;
}

std::string Workload::difference(const Database& database, std::uint64_t seed) {
  const SnapshotPtr snapshot = database.snapshot();
  Workload replay(seed);
  for (Sequence sequence = 0; sequence < snapshot->sequence; ++sequence) replay.next();
  if (const auto consistent = checkConsistency(*snapshot); !consistent) return consistent.error().message;
  const std::string difference = replay.model_.difference(*snapshot);
  return difference.empty() ? difference : fmt::format("after batch {}: {}", snapshot->sequence, difference);
}

}  // namespace roster
