#include "index/engine/audience_runs.h"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace roster {

bool shardsSuffice(std::size_t shards, const Executor& executor) {
  constexpr std::size_t kShardsPerThread = 4;
  return executor.threads() == 1 || shards >= kShardsPerThread * executor.threads();
}

std::vector<ChunkRun> runsOf(const Audience& audience, ChunkIndex chunksPerRun) {
  std::vector<ChunkRun> runs;
  for (ShardIndex shard = 0; shard < audience.shardCount(); ++shard) {
    const std::uint32_t mask = audience.shard(shard).chunkMask();
    for (ChunkIndex at = 0; at < kChunksPerShard; at += chunksPerRun) {
      ChunkRun run{shard, at, std::min(at + chunksPerRun, kChunksPerShard)};
      while (run.begin < run.end && ((mask >> run.begin) & 1) == 0) ++run.begin;
      while (run.begin < run.end && ((mask >> (run.end - 1)) & 1) == 0) --run.end;
      if (run.begin < run.end) runs.push_back(run);
    }
  }
  return runs;
}

Result<void> forEachUntilError(std::size_t count, const Executor& executor,
                               const std::function<Result<void>(std::size_t)>& body) {
  std::atomic<bool> failed = false;
  std::mutex mutex;
  std::size_t firstFailure = count;
  Error error;
  executor.forEach(count, 1, [&](std::size_t i) {
    if (failed.load(std::memory_order_relaxed)) return;
    auto done = body(i);
    if (done) return;
    failed = true;
    const std::lock_guard lock(mutex);
    if (i >= firstFailure) return;
    firstFailure = i;
    error = std::move(done.error());
  });
  if (failed) return tl::unexpected(std::move(error));
  if (executor.isStopped()) return failStopped();
  return {};
}

tl::unexpected<Error> failStopped() { return fail(ErrorCode::cancelled, "given up by whoever asked for it"); }

Result<ShardProgram> prepareTogether(std::span<const Query> queries, ShardIndex shard) {
  std::vector<const PlanNode*> plans;
  for (const Query& query : queries) plans.push_back(&query.plan());
  return ShardProgram::prepare(plans, *queries.front().snapshot(), shard);
}

std::span<const std::uint16_t> placesOf(const ContainerView& container, std::vector<std::uint16_t>& room) {
  if (container.kind == ContainerKind::array) return container.array();
  room.clear();
  room.reserve(container.cardinality);
  forEachValue(container, [&](std::uint16_t place) { room.push_back(place); });
  return room;
}

Scratch& scratchOfThread() {
  thread_local Scratch scratch;
  return scratch;
}

}  // namespace roster
