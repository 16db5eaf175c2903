#include "tests/support/evaluate.h"

#include <fmt/format.h>

#include "core/eval/chunk_evaluator.h"
#include "core/eval/plan.h"
#include "tests/support/random_containers.h"

namespace roster {

namespace {

Result<void> evaluateShard(const ShardProgram& program, ShardIndex shard, Evaluation& evaluation) {
  Scratch scratch;
  ChunkEvaluator evaluator(program, scratch);
  for (ChunkIndex chunk = 0; chunk < program.chunkCount(); ++chunk) {
    const Scratch::Mark mark(scratch);
    const std::uint32_t counted = evaluator.count(chunk);
    const ContainerView matches = evaluator.evaluate(chunk);
    if (evaluator.error()) return tl::unexpected(*evaluator.error());
    const std::string fault = faultOf(matches);
    if (!fault.empty()) {
      return fail(ErrorCode::internal,
                  fmt::format("shard {}, chunk {}: the result is broken: {}", shard, chunk, fault));
    }
    if (counted != matches.cardinality) {
      return fail(ErrorCode::internal, fmt::format("shard {}, chunk {}: {} counted, {} evaluated", shard, chunk,
                                                   counted, matches.cardinality));
    }
    if (counted != 0 && ((program.candidateChunks() >> chunk) & 1) == 0) {
      return fail(ErrorCode::internal,
                  fmt::format("shard {}, chunk {}: it has matches and is no candidate", shard, chunk));
    }
    evaluation.counted += counted;
    forEachValue(matches, [&](std::uint16_t at) {
      evaluation.contacts.push_back(contactAt(shard, (chunk << kChunkBits) + at));
    });
  }
  return {};
}

}  // namespace

Result<Evaluation> evaluate(const Bound& predicate, const Snapshot& snapshot) {
  const auto planned = plan(predicate, snapshot);
  if (!planned) return tl::unexpected(planned.error());
  Evaluation evaluation;
  for (ShardIndex shard = 0; shard < snapshot.shards.size(); ++shard) {
    const auto program = ShardProgram::prepare(*planned, snapshot, shard);
    if (!program) return tl::unexpected(program.error());
    if (auto done = evaluateShard(*program, shard, evaluation); !done) return propagate(done);
  }
  return evaluation;
}

}  // namespace roster
