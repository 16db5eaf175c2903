// Set algebra of two containers, with results as views: of scratch memory, or of an operand where that is the answer.
//
// A result keeps the form that suits its size: an array where it is sparse, bits otherwise. Counting stores nothing.
#pragma once

#include "core/data/container.h"
#include "core/eval/scratch.h"

namespace roster {

ContainerView intersect(const ContainerView& a, const ContainerView& b, Scratch& scratch);
ContainerView subtract(const ContainerView& a, const ContainerView& b, Scratch& scratch);
ContainerView unite(const ContainerView& a, const ContainerView& b, Scratch& scratch);

std::uint32_t intersectCount(const ContainerView& a, const ContainerView& b);
inline std::uint32_t subtractCount(const ContainerView& a, const ContainerView& b) {
  return a.cardinality - intersectCount(a, b);
}
inline std::uint32_t uniteCount(const ContainerView& a, const ContainerView& b) {
  return a.cardinality + b.cardinality - intersectCount(a, b);
}

// The words of a container: its own where it is a bitset, otherwise expanded into a block of scratch.
const std::uint64_t* wordsOf(const ContainerView& container, Scratch& scratch);

// A view of bits, in the shorter of the forms that fit: an array (in scratch) where they are few.
ContainerView viewOf(const ChunkWords& words, std::uint32_t cardinality, Scratch& scratch);

// A view of all values of a chunk.
ContainerView fullContainer();

}  // namespace roster
