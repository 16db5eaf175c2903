#include "core/eval/contact_match.h"

#include "core/eval/chunk_evaluator.h"

namespace roster {

Result<bool> holdsFor(const Query& query, ContactId contact) {
  const PlanNode alone{PlanCombine{PlanCombination::all, {PlanNode{PlanContacts{{contact}}}, query.plan()}}};
  auto program = ShardProgram::prepare(alone, *query.snapshot(), shardOf(contact));
  if (!program) return propagate(program);
  Scratch scratch;
  ChunkEvaluator evaluator(*program, scratch);
  const ChunkIndex chunk = chunkOf(localOf(contact));
  const bool holds = ((program->candidateChunks() >> chunk) & 1) != 0 && evaluator.count(chunk) != 0;
  if (evaluator.error()) return tl::unexpected(*evaluator.error());
  return holds;
}

}  // namespace roster
