// Going through an audience chunk by chunk on all cores: what breakdowns, statistics and overlaps have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "core/eval/scratch.h"
#include "index/engine/audience.h"
#include "index/engine/executor.h"

namespace roster {

// Queries of one snapshot, at least one, as one program of a shard with a root each.
Result<ShardProgram> prepareTogether(std::span<const Query> queries, ShardIndex shard);

// Counts a program's only root, one chunk after the other. dataLoss where a piece cannot be loaded.
Result<std::uint64_t> countShard(const ShardProgram& program);

// Whether shards alone give every thread so much to do that it matters little which one takes the last.
bool shardsSuffice(std::size_t shards, const Executor& executor);

// Runs of up to `chunksPerRun` chunks; those without a member are left out at both ends.
std::vector<ChunkRun> runsOf(const Audience& audience, ChunkIndex chunksPerRun = 8);

// What work ends in that its asker has given up.
tl::unexpected<Error> failStopped();

// Runs body(0) … body(count - 1) on the executor. Returns the first error in order; once there is one, what has not
// begun is left out.
Result<void> forEachUntilError(std::size_t count, const Executor& executor,
                               const std::function<Result<void>(std::size_t)>& body);

// Makes the work on each run, which counts it, and hands each to `merge`, one at a time.
template <class MakeRun, class Merge>
Result<void> countRuns(const std::vector<ChunkRun>& runs, const Executor& executor, const MakeRun& makeRun,
                       const Merge& merge) {
  std::mutex mutex;
  return forEachUntilError(runs.size(), executor, [&](std::size_t i) -> Result<void> {
    auto run = makeRun(runs[i]);
    if (auto counted = run->count(); !counted) return counted;
    const std::lock_guard lock(mutex);
    return merge(*run);
  });
}

// The values of a container, ascending: the container's own where it is an array, otherwise written to `room`.
std::span<const std::uint16_t> placesOf(const ContainerView& container, std::vector<std::uint16_t>& room);

// Working memory of the calling thread, kept from one task to the next.
Scratch& scratchOfThread();

}  // namespace roster
