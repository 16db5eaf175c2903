// How much of its operands a program's evaluation looks at.
#pragma once

#include <cstdint>

#include "core/eval/container_algebra.h"
#include "core/eval/shard_program.h"

namespace roster {

// An upper bound of the bytes of bitmaps, slices and columns that evaluating all chunks touches, following what
// ChunkEvaluator does with each: nothing where a count is known from cardinalities, and of other programs
//
//   - only chunks that may hold a match; in them nothing where an operand of an AND is empty, and nothing of an operand
//     that is empty or, in a count of two, holds everybody;
//   - of a number, slices only where the chunk's least and greatest value do not decide, and none below the lowest that
//     the comparison looks at;
//   - of bits that a short array filters, a cache line for each of its values at most;
//   - of what is scanned, the chunk's whole column; of buckets the slices of later runs, where many contacts are asked
//     for, and otherwise the keys.
//
// What several nodes look at counts once; directories and cardinalities do not count. It is more than what is touched
// where an operand evaluated first leaves nothing, or an OR holds everybody before its last operand.
std::uint64_t touchedBytes(const ShardProgram& program, Want want);

}  // namespace roster
