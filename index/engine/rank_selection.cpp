#include "index/engine/rank_selection.h"

#include <mutex>

#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"
#include "index/engine/number_reader.h"
#include "index/engine/rank_search.h"

namespace roster {

namespace {

using Search = RankSearch<std::int64_t>;

// Counts the numbers of one run in the bins of a pass.
Result<void> countRun(const Audience& audience, const ChunkRun& run, FieldId id, const Search& search,
                      std::vector<std::uint32_t>& counts) {
  const FieldShard* field = audience.snapshot()->shards[run.shard]->field(id);
  if (field == nullptr) return {};
  const auto& columns = std::get<NumberColumns>(field->columns);
  auto present = load(field->present);
  if (!present) return propagate(present);
  NumberReader numbers;
  for (ChunkIndex chunk = run.begin; chunk < run.end; ++chunk) {
    const NumberRange range = columns.ranges[chunk];
    if (!search.touches(range.least, range.greatest)) continue;
    Scratch& scratch = scratchOfThread();
    const Scratch::Mark mark(scratch);
    const ContainerView held = intersect(audience.shard(run.shard).chunk(chunk), (*present)->chunk(chunk), scratch);
    if (held.empty()) continue;
    if (auto read = numbers.read(columns.numbers[chunk], held.cardinality); !read) return read;
    forEachValue(held, [&](std::uint16_t place) {
      if (const std::size_t bin = search.binOf(numbers[place]); bin != Search::kNoBin) ++counts[bin];
    });
  }
  return {};
}

// One pass over the audience.
Result<std::vector<std::uint64_t>> countBins(const Audience& audience, FieldId field, const Search& search,
                                             const Executor& executor) {
  std::vector<std::uint64_t> counts(search.binCount(), 0);
  std::mutex mutex;
  const bool byShard = shardsSuffice(audience.shardCount(), executor);  // each run has counters of its own
  const auto runs = runsOf(audience, byShard ? kChunksPerShard : kChunksPerShard / 4);
  auto counted = forEachUntilError(runs.size(), executor, [&](std::size_t i) -> Result<void> {
    std::vector<std::uint32_t> own(counts.size(), 0);
    auto done = countRun(audience, runs[i], field, search, own);
    if (!done) return done;
    const std::lock_guard lock(mutex);
    for (std::size_t bin = 0; bin < own.size(); ++bin) counts[bin] += own[bin];
    return {};
  });
  if (!counted) return propagate(counted);
  return counts;
}

}  // namespace

Result<std::vector<std::int64_t>> numbersAtRanks(const Audience& audience, FieldId field,
                                                 const std::vector<std::uint64_t>& ranks, std::int64_t least,
                                                 std::int64_t greatest, const Executor& executor) {
  Search search(ranks, audience.count(), least, greatest);
  while (!search.done()) {
    auto counts = countBins(audience, field, search, executor);
    if (!counts) return propagate(counts);
    search.narrow(*counts);
  }
  return search.found();
}

}  // namespace roster
