#include "index/engine/audience.h"

#include <atomic>
#include <numeric>

#include "core/eval/chunk_evaluator.h"

namespace roster {

namespace {

constexpr ChunkIndex kChunksPerRun = 8;

// The scratch of the calling thread, kept from one evaluation to the next.
Scratch& threadScratch() {
  thread_local Scratch scratch;
  return scratch;
}

void addResult(ContainerPackBuilder& builder, ChunkIndex chunk, const ContainerView& result) {
  switch (result.kind) {
    case ContainerKind::array: return builder.addArray(chunk, result.array());
    case ContainerKind::run: return builder.add(chunk, result);
    case ContainerKind::bitset: {
      ChunkWords words;
      expand(result, words);
      return builder.addWords(chunk, words);
    }
  }
}

Result<std::uint64_t> countRun(const ShardProgram& program, ChunkIndex begin, ChunkIndex end) {
  ChunkEvaluator evaluator(program, threadScratch());
  std::uint64_t count = 0;
  for (ChunkIndex chunk = begin; chunk < end; ++chunk) count += evaluator.count(chunk);
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  return count;
}

Result<Bitmap> evaluateShard(const ShardProgram& program) {
  Scratch& scratch = threadScratch();
  ChunkEvaluator evaluator(program, scratch);
  ContainerPackBuilder builder;
  for (ChunkIndex chunk = 0; chunk < program.chunkCount(); ++chunk) {
    const Scratch::Mark mark(scratch);
    addResult(builder, chunk, evaluator.evaluate(chunk));
  }
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  return Bitmap::fromBuilder(std::move(builder));
}

// Runs body(i) for each i on the executor; the first error in order of i, or all values.
template <class T, class Body>
Result<std::vector<T>> collect(std::size_t count, const Executor& executor, const Body& body) {
  std::vector<Result<T>> results(count);
  executor.forEach(count, 1, [&](std::size_t i) { results[i] = body(i); });
  std::vector<T> values;
  values.reserve(count);
  for (Result<T>& result : results) {
    if (!result) return propagate(result);
    values.push_back(*std::move(result));
  }
  return values;
}

template <class Combine>
Audience combine(const Audience& a, const Audience& b, const Combine& combineChunks) {
  std::vector<Bitmap> shards;
  Scratch& scratch = threadScratch();
  for (ShardIndex shard = 0; shard < a.shardCount(); ++shard) {
    ContainerPackBuilder builder;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      const Scratch::Mark mark(scratch);
      addResult(builder, chunk, combineChunks(a.shard(shard).chunk(chunk), b.shard(shard).chunk(chunk), scratch));
    }
    shards.push_back(Bitmap::fromBuilder(std::move(builder)));
  }
  return {a.snapshot(), std::move(shards)};
}

}  // namespace

std::uint64_t Audience::count() const {
  std::uint64_t count = 0;
  for (const Bitmap& shard : shards_) count += shard.cardinality();
  return count;
}

PreparedQuery::PreparedQuery(SnapshotPtr snapshot, std::vector<ShardProgram> programs)
    : snapshot_(std::move(snapshot)), programs_(std::move(programs)) {
  for (ShardIndex shard = 0; shard < programs_.size(); ++shard) {
    const ChunkIndex chunks = programs_[shard].chunkCount();
    for (ChunkIndex chunk = 0; chunk < chunks; chunk += kChunksPerRun) {
      runs_.push_back({shard, chunk, std::min(chunk + kChunksPerRun, chunks)});
    }
  }
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
  auto counts = collect<std::uint64_t>(runs_.size(), executor, [&](std::size_t i) {
    return countRun(programs_[runs_[i].shard], runs_[i].begin, runs_[i].end);
  });
  if (!counts) return propagate(counts);
  return std::accumulate(counts->begin(), counts->end(), std::uint64_t{0});
}

Result<Audience> PreparedQuery::evaluate(const Executor& executor) const {
  auto shards = collect<Bitmap>(programs_.size(), executor, [&](std::size_t i) { return evaluateShard(programs_[i]); });
  if (!shards) return propagate(shards);
  return Audience(snapshot_, *std::move(shards));
}

std::size_t PreparedQuery::operandBytes() const {
  std::size_t bytes = 0;
  for (const ShardProgram& program : programs_) bytes += program.operandBytes();
  return bytes;
}

Result<std::uint64_t> count(const Query& query, const Executor& executor) {
  const Snapshot& snapshot = *query.snapshot();
  auto counts =
      collect<std::uint64_t>(snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<std::uint64_t> {
        auto program = ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
        if (!program) return propagate(program);
        return countRun(*program, 0, program->chunkCount());
      });
  if (!counts) return propagate(counts);
  return std::accumulate(counts->begin(), counts->end(), std::uint64_t{0});
}

Result<Audience> evaluate(const Query& query, const Executor& executor) {
  const Snapshot& snapshot = *query.snapshot();
  auto shards = collect<Bitmap>(snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<Bitmap> {
    auto program = ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
    if (!program) return propagate(program);
    return evaluateShard(*program);
  });
  if (!shards) return propagate(shards);
  return Audience(query.snapshot(), *std::move(shards));
}

Result<std::vector<std::uint64_t>> countAll(const std::vector<Query>& queries, const Executor& executor) {
  std::vector<std::uint64_t> totals(queries.size(), 0);
  if (queries.empty()) return totals;
  const Snapshot& snapshot = *queries.front().snapshot();
  // Shard by shard, so that the pieces of a shard serve all queries while they are in memory.
  auto counts = collect<std::vector<std::uint64_t>>(
      snapshot.shards.size(), executor, [&](std::size_t shard) -> Result<std::vector<std::uint64_t>> {
        std::vector<std::uint64_t> own;
        for (const Query& query : queries) {
          auto program = ShardProgram::prepare(query.plan(), snapshot, static_cast<ShardIndex>(shard));
          if (!program) return propagate(program);
          auto counted = countRun(*program, 0, program->chunkCount());
          if (!counted) return propagate(counted);
          own.push_back(*counted);
        }
        return own;
      });
  if (!counts) return propagate(counts);
  for (const auto& own : *counts) {
    for (std::size_t i = 0; i < own.size(); ++i) totals[i] += own[i];
  }
  return totals;
}

Audience intersect(const Audience& a, const Audience& b) {
  return combine(a, b, [](const auto& x, const auto& y, Scratch& scratch) { return intersect(x, y, scratch); });
}

Audience subtract(const Audience& a, const Audience& b) {
  return combine(a, b, [](const auto& x, const auto& y, Scratch& scratch) { return subtract(x, y, scratch); });
}

}  // namespace roster
