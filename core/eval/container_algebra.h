// Set algebra of two containers, with results as views: of scratch memory, or of an operand where that is the answer.
//
// A result keeps the form that suits its size: an array where it is sparse, bits otherwise. Counting stores nothing.
#pragma once

#include <span>

#include "core/data/container.h"
#include "core/eval/scratch.h"
#include "core/eval/word_kernels.h"

namespace roster {

// What is asked of an evaluation: where only a count is, a result's cardinality holds and its data may be missing.
enum class Want : std::uint8_t { contacts, count };

inline ContainerView counted(std::uint32_t cardinality) { return {nullptr, cardinality, 0, ContainerKind::bitset}; }

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
WordsPtr wordsOf(const ContainerView& container, Scratch& scratch);

// Those of an array that are in any of some chunks of bits, or in none of them.
ContainerView filterByUnion(const ContainerView& array, std::span<const WordsPtr> operands, bool wanted,
                            Scratch& scratch);

// A view of bits: of an array in scratch where they are so few that going on with one is faster. With more values it
// stays bits: to take it apart costs more than passes over all of them (docs/decisions/004).
inline constexpr std::uint32_t kMaxSettledArray = 128;
ContainerView settle(const ChunkWords& words, std::uint32_t cardinality, Scratch& scratch);

std::uint32_t countOf(const ChunkWords& words);

// The candidates that `accepts` accepts, each looked at once.
template <class Accepts>
ContainerView filter(const ContainerView& candidates, Scratch& scratch, const Accepts& accepts) {
  ChunkWords& words = scratch.take();
  words.clear();
  std::uint32_t count = 0;
  forEachValue(candidates, [&](std::uint16_t at) {
    if (!accepts(at)) return;
    words.set(at);
    ++count;
  });
  return settle(words, count, scratch);
}

inline ChunkWords& cleared(ChunkWords& words) {
  words.clear();
  return words;
}

// A view of all values of a chunk.
ContainerView fullContainer();

}  // namespace roster
