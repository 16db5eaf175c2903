// Predicates without a stored index, looked at contact by contact.
#pragma once

#include "core/eval/container_algebra.h"
#include "core/eval/shard_program.h"

namespace roster {

// Those of the candidates (contacts of one chunk) that a scan accepts. dataLoss where a column cannot be loaded.
Result<ContainerView> scanChunk(const ShardProgram::ScanOperand& operand, const Shard& shard, ChunkIndex chunk,
                                const ContainerView& candidates, Want want, Scratch& scratch);

}  // namespace roster
