#include "index/engine/overlap.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <mutex>

#include "core/eval/chunk_evaluator.h"
#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"

namespace roster {

namespace {

constexpr std::size_t kRegions = std::size_t{1} << kMaxOverlapQueries;
using RegionCounts = std::array<std::uint64_t, kRegions>;

// Splits one chunk's contacts into regions, query by query; a branch without a contact ends.
class RegionSplit {
 public:
  RegionSplit(std::span<const ContainerView> matches, Scratch& scratch, RegionCounts& counts)
      : matches_(matches), scratch_(scratch), counts_(counts) {}

  void run() {
    // Contacts whose first match is query i need not be looked for in those before it.
    for (std::size_t first = 0; first < matches_.size(); ++first) {
      const Scratch::Mark mark(scratch_);
      ContainerView left = matches_[first];
      for (std::size_t before = 0; before < first && !left.empty(); ++before) {
        left = subtract(left, matches_[before], scratch_);
      }
      split(left, first + 1, std::uint32_t{1} << first);
    }
  }

 private:
  void split(const ContainerView& contacts, std::size_t next, std::uint32_t region) {
    if (contacts.empty()) return;
    if (next == matches_.size()) {
      counts_[region] += contacts.cardinality;
      return;
    }
    if (next + 1 == matches_.size()) {  // the last query's part needs no more than counting
      const std::uint32_t inside = intersectCount(contacts, matches_[next]);
      counts_[region | std::uint32_t{1} << next] += inside;
      counts_[region] += contacts.cardinality - inside;
      return;
    }
    const Scratch::Mark mark(scratch_);
    split(intersect(contacts, matches_[next], scratch_), next + 1, region | std::uint32_t{1} << next);
    split(subtract(contacts, matches_[next], scratch_), next + 1, region);
  }

  std::span<const ContainerView> matches_;
  Scratch& scratch_;
  RegionCounts& counts_;
};

Result<void> splitChunk(std::span<const ShardProgram> programs, ChunkIndex chunk, RegionCounts& counts) {
  Scratch& scratch = scratchOfThread();
  const Scratch::Mark mark(scratch);
  std::array<ContainerView, kMaxOverlapQueries> matches;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    ChunkEvaluator evaluator(programs[i], scratch);
    matches[i] = evaluator.evaluate(chunk);
    if (evaluator.error()) return tl::unexpected(*evaluator.error());
  }
  RegionSplit(std::span(matches).first(programs.size()), scratch, counts).run();
  return {};
}

Result<RegionCounts> countRegions(std::span<const Query> queries, const Executor& executor) {
  const Snapshot& snapshot = *queries.front().snapshot();
  RegionCounts total{};
  std::mutex mutex;
  auto done = forEachUntilError(snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<void> {
    std::vector<ShardProgram> programs;
    for (const Query& query : queries) {
      auto program = ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
      if (!program) return propagate(program);
      programs.push_back(*std::move(program));
    }
    return forEachUntilError(programs.front().chunkCount(), executor, [&](std::size_t chunk) -> Result<void> {
      RegionCounts own{};
      if (auto split = splitChunk(programs, static_cast<ChunkIndex>(chunk), own); !split) return split;
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
