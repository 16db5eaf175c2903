// Answers of leaves about events, kept from question to question and brought up to date.
//
// Between two questions, some events arrive and windows move by a minute: that changes the answer for a few contacts.
// What is kept for a chunk says which blocks and which instants it is of. Blocks are immutable, and those of a run in
// order of time, so what differs is found without reading what does not: blocks that came or went, and the rows between
// the old and the new ends of windows. Only contacts who have one of these rows are asked again; of counts, sums
// and averages, for which a tally is kept as well, only the rows themselves are read.
//
// Nothing is ever told that it is out of date: what is kept is compared with what is asked. So it is right for every
// snapshot, older ones among them, and after any change.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/eval/container_algebra.h"
#include "core/eval/event_plan.h"
#include "core/eval/event_shift.h"
#include "core/eval/plan.h"

namespace roster {

struct ChunkResult;

// Of all leaves that were asked of a database. Thread-safe; shared by its snapshots.
class EventResults {
 public:
  // What has not been asked for longest goes where more bytes than these are kept.
  explicit EventResults(std::size_t budget) : budget_(budget) {}

  // How a leaf is to be evaluated: through what is kept of those that are like it, or without where keeping is not
  // worth it, since the contacts of whole blocks answer it. What is kept may be of another leaf that says the same.
  PlanEvents of(std::shared_ptr<const EventLeaf> leaf);

  // What is kept names the blocks it was made from, so that they are still part of the database.
  void clear();

  std::size_t bytes() const;

  // Of the leaves that are kept: how often a chunk was evaluated as a whole, and brought up to date instead.
  struct Work {
    std::uint64_t evaluated = 0;
    std::uint64_t updated = 0;
  };
  Work work() const;

 private:
  std::size_t bytesLocked() const;

  const std::size_t budget_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<LeafResults>> leaves_;  // what was asked last comes last; guarded by mutex_
};

// The same data with other answers kept, or with none.
SnapshotPtr keeping(const SnapshotPtr& snapshot, std::shared_ptr<EventResults> results);

// Of leaves that are alike, chunk by chunk. Thread-safe.
class LeafResults {
 public:
  explicit LeafResults(std::shared_ptr<const EventLeaf> leaf);
  ~LeafResults();

  // One of them.
  const EventLeaf& leaf() const { return *leaf_; }
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  EventResults::Work work() const {
    return {evaluated_.load(std::memory_order_relaxed), updated_.load(std::memory_order_relaxed)};
  }

  // As scanEvents().
  Result<ContainerView> scan(const std::shared_ptr<const EventLeaf>& leaf, ShardIndex index, const Shard& shard,
                             ChunkIndex chunk, const ContainerView& candidates, Want want, Scratch& scratch);

 private:
  struct ShardResults;

  ChunkResult& chunkOf(ShardIndex index, ChunkIndex chunk);
  std::shared_ptr<const EventShift> shiftBetween(const std::shared_ptr<const EventLeaf>& before,
                                                 const std::shared_ptr<const EventLeaf>& after);

  const std::shared_ptr<const EventLeaf> leaf_;
  std::atomic<std::size_t> bytes_;
  std::atomic<std::uint64_t> evaluated_ = 0;
  std::atomic<std::uint64_t> updated_ = 0;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ShardResults>> shards_;  // guarded by mutex_, but for what is in a ChunkResult
  // The last shift that was asked for: mostly, all chunks are of one moment. Guarded by mutex_.
  std::shared_ptr<const EventLeaf> before_;
  std::shared_ptr<const EventLeaf> after_;
  std::shared_ptr<const EventShift> shift_;
};

}  // namespace roster
