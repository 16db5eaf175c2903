// A writer of durable changes with an invariant: a tag moves from some contacts to as many others in every batch.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "index/engine/database.h"

namespace roster::bench {

inline constexpr std::string_view kMovedTag = "bench-moved";

// Not thread-safe, but for what is said of run().
class TagMover {
 public:
  // The database holds the generated contacts, no more, and is open for writing.
  explicit TagMover(Database& database);

  // Tags a tenth of the contacts.
  Result<void> begin();

  // Moves the tag between contacts chosen at random, half of a batch's changes taking it and half giving it, until
  // `stop` is set, one batch at least: so many changes a second, or as many as there can be. The stop comes from
  // another thread.
  Result<void> run(double changesPerSecond, const std::atomic<bool>& stop);

  std::uint64_t changesPerBatch() const { return 2 * moved_; }
  std::uint64_t tagged() const { return tagged_.size(); }
  double changesPerSecond() const { return changes_ / seconds_; }  // that run() reached
  const std::vector<double>& commitMicros() const { return commitMicros_; }

  // Whether another database, or this one opened again, has the tag at exactly the contacts that it was moved to.
  Result<bool> isWhereItShouldBe(const Database& database) const;

 private:
  ChangeBatch nextBatch();
  std::uint32_t draw(std::uint32_t below);

  Database& database_;
  FieldId tags_ = 0;
  std::vector<ContactId> tagged_;
  std::vector<ContactId> others_;
  std::size_t moved_ = 0;  // contacts that lose the tag in a batch, and as many get it
  std::uint64_t random_;
  double changes_ = 0;
  double seconds_ = 0;
  std::vector<double> commitMicros_;
};

}  // namespace roster::bench
