// Evaluating a query on all cores: how many contacts match, and who they are.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "core/data/bitmap.h"
#include "core/eval/container_algebra.h"
#include "core/eval/query.h"
#include "core/eval/shard_program.h"
#include "index/engine/executor.h"

namespace roster {

// The contacts of one snapshot that match a predicate: a bitmap a shard. Immutable; holds the snapshot.
class Audience {
 public:
  Audience(SnapshotPtr snapshot, std::vector<Bitmap> shards)
      : snapshot_(std::move(snapshot)), shards_(std::move(shards)) {}

  const SnapshotPtr& snapshot() const { return snapshot_; }
  std::size_t shardCount() const { return shards_.size(); }
  const Bitmap& shard(ShardIndex index) const { return shards_[index]; }
  std::uint64_t count() const;

 private:
  SnapshotPtr snapshot_;
  std::vector<Bitmap> shards_;
};

// A run of chunks of one shard, begin … end-1: what one task works on.
struct ChunkRun {
  ShardIndex shard = 0;
  ChunkIndex begin = 0;
  ChunkIndex end = 0;
};

// A query with its operands found and held in memory: evaluating it again touches no cache and no store.
class PreparedQuery {
 public:
  // dataLoss where a piece cannot be loaded.
  static Result<PreparedQuery> prepare(const Query& query, const Executor& executor);

  Result<std::uint64_t> count(const Executor& executor) const;
  Result<Audience> evaluate(const Executor& executor) const;

  // Whether counting is expected to take less than about 40 µs on one thread.
  bool isShort() const { return isShort_; }

  // Bytes of the bitmaps, slices and scanned columns that an evaluation may read.
  std::size_t operandBytes() const;
  // Bytes that one does touch, at most (see core/eval/program_bytes.h).
  std::uint64_t touchedBytes(Want want) const;

 private:
  PreparedQuery(SnapshotPtr snapshot, std::vector<ShardProgram> programs);

  SnapshotPtr snapshot_;
  std::vector<ShardProgram> programs_;
  std::vector<ChunkRun> runs_;  // of the shards whose count is not known
  std::uint64_t known_ = 0;     // contacts of the others
  bool isShort_ = false;        // not worth a second thread
};

// Several queries of one snapshot made ready together: what they have in common is held and evaluated once.
class PreparedCounts {
 public:
  // dataLoss where a piece cannot be loaded.
  static Result<PreparedCounts> prepare(std::span<const Query> queries, const Executor& executor);

  // Each query's count.
  Result<std::vector<std::uint64_t>> count(const Executor& executor) const;

  // Bytes that counting, or finding the contacts of each query, touches at most.
  std::uint64_t touchedBytes(Want want) const;

 private:
  SnapshotPtr snapshot_;
  std::size_t queries_ = 0;
  std::vector<ShardProgram> programs_;
  bool isShort_ = false;  // not worth a second thread
};

// Prepares and evaluates shard by shard, so that no more than a few shards' operands are held at a time.
Result<std::uint64_t> count(const Query& query, const Executor& executor);
Result<Audience> evaluate(const Query& query, const Executor& executor);

// Each query's count. They share a snapshot; what they have in common is loaded and evaluated once.
Result<std::vector<std::uint64_t>> countAll(std::span<const Query> queries, const Executor& executor);

// A query's count, and the time that the query itself took in the pass that counted it among others.
struct TimedCount {
  std::uint64_t count = 0;
  std::chrono::nanoseconds time{0};

  friend TimedCount operator+(const TimedCount& a, const TimedCount& b) { return {a.count + b.count, a.time + b.time}; }
};

// countAll, and how long each query took, added up over threads. A part that is a query of its own, or that several
// queries have, is evaluated before them and is not in their times; one with a scan in it is, since it is not kept.
// Equal queries are one, whose time each of them has. Finding operands is in no time; loading the columns of a scan is.
// Reading the clock adds some 30 ns a chunk and query.
Result<std::vector<TimedCount>> countAllTimed(std::span<const Query> queries, const Executor& executor);

// Audiences of one snapshot combined.
Audience intersect(const Audience& a, const Audience& b);
Audience subtract(const Audience& a, const Audience& b);

}  // namespace roster
