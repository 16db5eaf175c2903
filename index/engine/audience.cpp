#include "index/engine/audience.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <utility>

#include "core/eval/chunk_evaluator.h"
#include "core/eval/program_bytes.h"
#include "index/engine/audience_runs.h"

namespace roster {

namespace {

constexpr ChunkIndex kChunksPerRun = 8;

// Below this estimate, waking other threads costs more than they take off.
constexpr std::uint64_t kSerialNanoseconds = 40'000;

std::uint64_t sumOf(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// Calls f(chunk) for those of a run of chunks that may hold a match.
template <class F>
void forEachCandidate(const ShardProgram& program, ChunkIndex begin, ChunkIndex end, const F& f) {
  std::uint64_t chunks = program.candidateChunks() >> begin & ((std::uint64_t{1} << (end - begin)) - 1);
  for (; chunks != 0; chunks &= chunks - 1) f(begin + static_cast<ChunkIndex>(std::countr_zero(chunks)));
}

Result<std::uint64_t> countRun(const ShardProgram& program, ChunkIndex begin, ChunkIndex end) {
  ChunkEvaluator evaluator(program, scratchOfThread());
  std::uint64_t count = 0;
  forEachCandidate(program, begin, end, [&](ChunkIndex chunk) { count += evaluator.count(chunk); });
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  return count;
}

using RootCounts = std::vector<std::uint64_t>;

// Each root's contacts in a run of chunks: chunk by chunk, so that what they have in common is read while it is near.
Result<RootCounts> countEachObserved(const ShardProgram& program, ChunkIndex begin, ChunkIndex end,
                                     const NodeObserver* observer) {
  RootCounts counts(program.roots().size(), 0);
  ChunkEvaluator evaluator(program, scratchOfThread());
  forEachCandidate(program, begin, end, [&](ChunkIndex chunk) { evaluator.countEach(chunk, counts, observer); });
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  return counts;
}

Result<RootCounts> countEachInRun(const ShardProgram& program, ChunkIndex begin, ChunkIndex end) {
  return countEachObserved(program, begin, end, nullptr);
}

using TimedCounts = std::vector<TimedCount>;

Result<TimedCounts> countEachInRunTimed(const ShardProgram& program, ChunkIndex begin, ChunkIndex end) {
  std::vector<std::chrono::nanoseconds> times(program.nodeCount());
  auto last = std::chrono::steady_clock::now();
  const NodeObserver observer = [&](std::uint32_t node) {
    const auto now = std::chrono::steady_clock::now();
    times[node] += now - std::exchange(last, now);
  };
  const auto counts = countEachObserved(program, begin, end, &observer);
  if (!counts) return tl::unexpected(counts.error());
  TimedCounts timed;
  for (std::size_t i = 0; i < counts->size(); ++i) timed.push_back({(*counts)[i], times[program.roots()[i]]});
  return timed;
}

// Of parts with an entry a query, the sums.
template <class T>
std::vector<T> sumOf(const std::vector<std::vector<T>>& parts, std::size_t size) {
  std::vector<T> sum(size);
  for (const auto& part : parts) std::transform(sum.begin(), sum.end(), part.begin(), sum.begin(), std::plus<>());
  return sum;
}

void addRuns(ShardIndex shard, const ShardProgram& program, std::vector<ChunkRun>& runs) {
  const ChunkIndex chunks = program.chunkCount();
  for (ChunkIndex chunk = 0; chunk < chunks; chunk += kChunksPerRun) {
    runs.push_back({shard, chunk, std::min(chunk + kChunksPerRun, chunks)});
  }
}

std::vector<ChunkRun> runsOf(const std::vector<ShardProgram>& programs) {
  std::vector<ChunkRun> runs;
  for (ShardIndex shard = 0; shard < programs.size(); ++shard) addRuns(shard, programs[shard], runs);
  return runs;
}

std::uint64_t touchedBytesOf(const std::vector<ShardProgram>& programs, Want want) {
  std::uint64_t bytes = 0;
  for (const ShardProgram& program : programs) bytes += touchedBytes(program, want);
  return bytes;
}

Result<Bitmap> evaluateRun(const ShardProgram& program, ChunkIndex begin, ChunkIndex end) {
  Scratch& scratch = scratchOfThread();
  ChunkEvaluator evaluator(program, scratch);
  thread_local ContainerPackBuilder builder;  // which keeps its memory from one shard to the next
  builder.clear();
  forEachCandidate(program, begin, end, [&](ChunkIndex chunk) {
    const Scratch::Mark mark(scratch);
    builder.add(chunk, evaluator.evaluate(chunk));
  });
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  return Bitmap::fromBuilder(std::move(builder));
}

Result<Bitmap> evaluateShard(const ShardProgram& program) { return evaluateRun(program, 0, program.chunkCount()); }

// A bitmap a shard, from those of consecutive runs of chunks.
std::vector<Bitmap> joined(std::span<const Bitmap> parts, std::span<const ChunkRun> runs, std::size_t shardCount) {
  std::vector<Bitmap> shards;
  shards.reserve(shardCount);
  std::size_t at = 0;
  for (ShardIndex shard = 0; shard < shardCount; ++shard) {
    ContainerPackBuilder builder;
    for (; at < runs.size() && runs[at].shard == shard; ++at) {
      for (ChunkIndex chunk = runs[at].begin; chunk < runs[at].end; ++chunk) builder.add(chunk, parts[at].chunk(chunk));
    }
    shards.push_back(Bitmap::fromBuilder(std::move(builder)));
  }
  return shards;
}

enum class Where : std::uint8_t { onAllCores, here };

// Runs body(i) for each i, on the executor or on the caller's thread; the first error in order of i, or all values.
template <class T, class Body>
Result<std::vector<T>> collect(std::size_t count, const Executor& executor, const Body& body,
                               Where where = Where::onAllCores) {
  std::vector<Result<T>> results(count);
  const std::size_t grain = where == Where::here ? count : 1;
  executor.forEach(count, grain, [&](std::size_t i) { results[i] = body(i); });
  if (executor.isStopped()) return failStopped();
  std::vector<T> values;
  values.reserve(count);
  for (Result<T>& result : results) {
    if (!result) return propagate(result);
    values.push_back(*std::move(result));
  }
  return values;
}

// What countRun(program, begin, end) gives of every run of chunks, added up: an entry a query.
template <class T, class CountRun>
Result<std::vector<T>> sumOfRuns(const std::vector<ShardProgram>& programs, std::size_t queries,
                                 const Executor& executor, const CountRun& countRun, Where where = Where::onAllCores) {
  const std::vector<ChunkRun> runs = runsOf(programs);
  const auto countOf = [&](std::size_t i) { return countRun(programs[runs[i].shard], runs[i].begin, runs[i].end); };
  auto counts = collect<std::vector<T>>(runs.size(), executor, countOf, where);
  if (!counts) return propagate(counts);
  return sumOf(*counts, queries);
}

Result<std::vector<ShardProgram>> prepareAll(std::span<const Query> queries, const Executor& executor) {
  return collect<ShardProgram>(queries.front().snapshot()->shards.size(), executor, [&](std::size_t shard) {
    return prepareTogether(queries, static_cast<ShardIndex>(shard));
  });
}

// The same of queries, at least one, whose programs are prepared shard by shard where there are shards enough.
template <class T, class CountRun>
Result<std::vector<T>> countTogether(std::span<const Query> queries, const Executor& executor,
                                     const CountRun& countRun) {
  const std::size_t shards = queries.front().snapshot()->shards.size();
  if (!shardsSuffice(shards, executor)) {
    auto programs = prepareAll(queries, executor);
    return programs ? sumOfRuns<T>(*programs, queries.size(), executor, countRun) : propagate(programs);
  }
  auto counts = collect<std::vector<T>>(shards, executor, [&](std::size_t shard) -> Result<std::vector<T>> {
    auto program = prepareTogether(queries, static_cast<ShardIndex>(shard));
    if (!program) return propagate(program);
    return countRun(*program, 0, program->chunkCount());
  });
  if (!counts) return propagate(counts);
  return sumOf(*counts, queries.size());
}

template <class Combine>
Audience combine(const Audience& a, const Audience& b, const Combine& combineChunks) {
  std::vector<Bitmap> shards;
  Scratch& scratch = scratchOfThread();
  for (ShardIndex shard = 0; shard < a.shardCount(); ++shard) {
    ContainerPackBuilder builder;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      const Scratch::Mark mark(scratch);
      builder.add(chunk, combineChunks(a.shard(shard).chunk(chunk), b.shard(shard).chunk(chunk), scratch));
    }
    shards.push_back(Bitmap::fromBuilder(std::move(builder)));
  }
  return {a.snapshot(), std::move(shards)};
}

}  // namespace

Result<std::uint64_t> countShard(const ShardProgram& program) {
  if (const auto known = program.knownCount()) return *known;
  return countRun(program, 0, program.chunkCount());
}

std::uint64_t Audience::count() const {
  std::uint64_t count = 0;
  for (const Bitmap& shard : shards_) count += shard.cardinality();
  return count;
}

PreparedQuery::PreparedQuery(SnapshotPtr snapshot, std::vector<ShardProgram> programs)
    : snapshot_(std::move(snapshot)), programs_(std::move(programs)) {
  std::uint64_t nanoseconds = 0;
  for (ShardIndex shard = 0; shard < programs_.size(); ++shard) {
    if (const auto known = programs_[shard].knownCount()) {
      known_ += *known;
      continue;
    }
    nanoseconds += programs_[shard].estimatedNanoseconds();
    addRuns(shard, programs_[shard], runs_);
  }
  isShort_ = nanoseconds < kSerialNanoseconds;
}

Result<PreparedQuery> PreparedQuery::prepare(const Query& query, const Executor& executor) {
  const Snapshot& snapshot = *query.snapshot();
  auto programs = collect<ShardProgram>(snapshot.shards.size(), executor, [&](std::size_t shard) {
    return ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
  });
  if (!programs) return propagate(programs);
  return PreparedQuery(query.snapshot(), *std::move(programs));
}

Result<std::uint64_t> PreparedQuery::count(const Executor& executor) const {
  const auto countOf = [&](const ChunkRun& run) { return countRun(programs_[run.shard], run.begin, run.end); };
  if (!isShort_) {
    auto counts = collect<std::uint64_t>(runs_.size(), executor, [&](std::size_t i) { return countOf(runs_[i]); });
    return counts ? Result<std::uint64_t>(known_ + sumOf(*counts)) : propagate(counts);
  }
  std::uint64_t count = known_;
  for (const ChunkRun& run : runs_) {
    auto counted = countOf(run);
    if (!counted) return counted;
    count += *counted;
  }
  return count;
}

Result<Audience> PreparedQuery::evaluate(const Executor& executor) const {
  const bool enoughShards = shardsSuffice(programs_.size(), executor);
  if (enoughShards || isShort_) {
    auto shards = collect<Bitmap>(
        programs_.size(), executor, [&](std::size_t i) { return evaluateShard(programs_[i]); },
        enoughShards ? Where::onAllCores : Where::here);
    if (!shards) return propagate(shards);
    return Audience(snapshot_, *std::move(shards));
  }
  const std::vector<ChunkRun> runs = runsOf(programs_);
  auto parts = collect<Bitmap>(runs.size(), executor, [&](std::size_t i) {
    return evaluateRun(programs_[runs[i].shard], runs[i].begin, runs[i].end);
  });
  if (!parts) return propagate(parts);
  return Audience(snapshot_, joined(*parts, runs, programs_.size()));
}

std::size_t PreparedQuery::operandBytes() const {
  std::size_t bytes = 0;
  for (const ShardProgram& program : programs_) bytes += program.operandBytes();
  return bytes;
}

std::uint64_t PreparedQuery::touchedBytes(Want want) const { return touchedBytesOf(programs_, want); }

// Where there are shards enough, one thread finds the operands of a shard and counts it while they are near.
Result<std::uint64_t> count(const Query& query, const Executor& executor) {
  const Snapshot& snapshot = *query.snapshot();
  if (!shardsSuffice(snapshot.shards.size(), executor)) {
    auto prepared = PreparedQuery::prepare(query, executor);
    return prepared ? prepared->count(executor) : propagate(prepared);
  }
  auto counts =
      collect<std::uint64_t>(snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<std::uint64_t> {
        auto program = ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
        if (!program) return propagate(program);
        return countShard(*program);
      });
  if (!counts) return propagate(counts);
  return sumOf(*counts);
}

Result<Audience> evaluate(const Query& query, const Executor& executor) {
  const Snapshot& snapshot = *query.snapshot();
  if (!shardsSuffice(snapshot.shards.size(), executor)) {
    auto prepared = PreparedQuery::prepare(query, executor);
    return prepared ? prepared->evaluate(executor) : propagate(prepared);
  }
  auto shards = collect<Bitmap>(snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<Bitmap> {
    auto program = ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
    if (!program) return propagate(program);
    return evaluateShard(*program);
  });
  if (!shards) return propagate(shards);
  return Audience(query.snapshot(), *std::move(shards));
}

Result<PreparedCounts> PreparedCounts::prepare(std::span<const Query> queries, const Executor& executor) {
  PreparedCounts prepared;
  prepared.queries_ = queries.size();
  if (queries.empty()) return prepared;
  prepared.snapshot_ = queries.front().snapshot();
  auto programs = prepareAll(queries, executor);
  if (!programs) return propagate(programs);
  prepared.programs_ = *std::move(programs);
  const std::uint64_t nanoseconds = std::accumulate(
      prepared.programs_.begin(), prepared.programs_.end(), std::uint64_t{0},
      [](std::uint64_t sum, const ShardProgram& program) { return sum + program.estimatedNanoseconds(); });
  prepared.isShort_ = nanoseconds < kSerialNanoseconds;
  return prepared;
}

Result<std::vector<std::uint64_t>> PreparedCounts::count(const Executor& executor) const {
  return sumOfRuns<std::uint64_t>(programs_, queries_, executor, countEachInRun,
                                  isShort_ ? Where::here : Where::onAllCores);
}

std::uint64_t PreparedCounts::touchedBytes(Want want) const { return touchedBytesOf(programs_, want); }

Result<std::vector<std::uint64_t>> countAll(std::span<const Query> queries, const Executor& executor) {
  if (queries.empty()) return RootCounts();
  return countTogether<std::uint64_t>(queries, executor, countEachInRun);
}

Result<std::vector<TimedCount>> countAllTimed(std::span<const Query> queries, const Executor& executor) {
  if (queries.empty()) return TimedCounts();
  return countTogether<TimedCount>(queries, executor, countEachInRunTimed);
}

Audience intersect(const Audience& a, const Audience& b) {
  return combine(a, b, [](const auto& x, const auto& y, Scratch& scratch) { return intersect(x, y, scratch); });
}

Audience subtract(const Audience& a, const Audience& b) {
  return combine(a, b, [](const auto& x, const auto& y, Scratch& scratch) { return subtract(x, y, scratch); });
}

}  // namespace roster
