#include "index/engine/overlap.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <mutex>

#include "core/eval/chunk_evaluator.h"
#include "core/eval/container_algebra.h"
#include "core/eval/word_kernels.h"
#include "index/engine/audience_runs.h"

namespace roster {

namespace {

constexpr std::size_t kRegions = std::size_t{1} << kMaxOverlapQueries;
static_assert(kMaxOverlapQueries <= kMaxRegionOperands);
using RegionCounts = std::array<std::uint64_t, kRegions>;

Result<void> splitChunk(const ShardProgram& program, ChunkIndex chunk, RegionCounts& counts) {
  Scratch& scratch = scratchOfThread();
  const Scratch::Mark mark(scratch);
  const std::size_t queries = program.roots().size();
  std::array<ContainerView, kMaxOverlapQueries> found;
  ChunkEvaluator evaluator(program, scratch);
  evaluator.evaluateEach(chunk, std::span(found).first(queries));
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  std::array<WordsPtr, kMaxOverlapQueries> matches;
  for (std::size_t i = 0; i < queries; ++i) matches[i] = wordsOf(found[i], scratch);
  wordKernels().regions(std::span(matches).first(queries), counts.data());
  return {};
}

Result<RegionCounts> countRegions(std::span<const Query> queries, const Executor& executor) {
  const Snapshot& snapshot = *queries.front().snapshot();
  RegionCounts total{};
  std::mutex mutex;
  auto done = forEachUntilError(snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<void> {
    const auto program = prepareTogether(queries, static_cast<ShardIndex>(shard));
    if (!program) return tl::unexpected(program.error());
    return forEachUntilError(program->chunkCount(), executor, [&](std::size_t chunk) -> Result<void> {
      RegionCounts own{};
      if (auto split = splitChunk(*program, static_cast<ChunkIndex>(chunk), own); !split) return split;
      const std::lock_guard lock(mutex);
      for (std::size_t region = 0; region < kRegions; ++region) total[region] += own[region];
      return {};
    });
  });
  if (!done) return propagate(done);
  return total;
}

std::vector<OverlapPair> pairsOf(const std::vector<OverlapRegion>& regions, std::size_t queries) {
  std::vector<OverlapPair> pairs;
  for (std::size_t first = 0; first < queries; ++first) {
    for (std::size_t second = first + 1; second < queries; ++second) {
      OverlapPair pair{first, second, 0, 0};
      for (const OverlapRegion& region : regions) {
        const bool inFirst = (region.queries >> first) & 1;
        const bool inSecond = (region.queries >> second) & 1;
        if (inFirst && inSecond) pair.both += region.count;
        if (inFirst || inSecond) pair.either += region.count;
      }
      pairs.push_back(pair);
    }
  }
  return pairs;
}

}  // namespace

Result<Overlap> overlap(std::span<const Query> queries, const Executor& executor) {
  if (queries.empty() || queries.size() > kMaxOverlapQueries) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("an overlap is of one to {} predicates, not of {}", kMaxOverlapQueries, queries.size()));
  }
  auto counts = countRegions(queries, executor);
  if (!counts) return propagate(counts);
  Overlap result;
  result.counts.assign(queries.size(), 0);
  for (std::uint32_t region = 1; region < kRegions; ++region) {
    const std::uint64_t count = (*counts)[region];
    if (count == 0) continue;
    result.regions.push_back({region, count});
    result.any += count;
    for (std::size_t i = 0; i < queries.size(); ++i) result.counts[i] += (region >> i) & 1 ? count : 0;
  }
  result.pairs = pairsOf(result.regions, queries.size());
  std::stable_sort(result.regions.begin(), result.regions.end(),
                   [](const OverlapRegion& a, const OverlapRegion& b) { return a.count > b.count; });
  return result;
}

}  // namespace roster
