// A repeatable sequence of random batches, and what a database must hold after each of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "index/engine/database.h"
#include "tests/support/model_database.h"

namespace roster {

// Batches 1, 2, 3 … follow from the seed alone; batch n has the sequence n.
class Workload {
 public:
  explicit Workload(std::uint64_t seed) : random_(seed) {}

  // Commits the next `count` batches, some logged, some in bulk, some followed by a checkpoint; after each, calls
  // acknowledged(its sequence). Stops at the first error, which is returned.
  Result<void> run(Database& database, std::uint64_t count, const std::function<void(Sequence)>& acknowledged);

  // The first `count` batches of a seed.
  static std::vector<ChangeBatch> batches(std::uint64_t seed, std::uint64_t count);

  // Where a database differs from the state after as many batches as its own sequence says; empty where it does not.
  static std::string difference(const Database& database, std::uint64_t seed);

 private:
  struct Step {
    ChangeBatch batch;
    CommitMode mode = CommitMode::logged;
    bool checkpoint = false;
  };
  Step next();

  RandomSource random_;
  ModelDatabase model_;
};

}  // namespace roster
