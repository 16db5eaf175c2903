// A pass over the stripes of a chunk that a digest says are not empty: what docs/decisions/004 holds passes over all
// words and arrays against.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/container.h"
#include "core/eval/word_kernels.h"

namespace roster::bench {

// A digest keeps a bit for each 512 of a chunk. Where the bits are read its numbers are what is needed, so it is that.
using Digest = std::vector<std::uint8_t>;
Digest digestOf(const ChunkWords& words);

// How many of a chunk's contacts are in all operands. Compiled for the levels of vectors that WordKernels has.
std::uint32_t countInStripes(WordsPtr words, const Digest& stripes, std::span<const ChunkWords> operands);

}  // namespace roster::bench
