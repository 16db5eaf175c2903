// Loops over the 1,024 words of a chunk, compiled for several levels of vector instructions and chosen at run time,
// since a distributed binary cannot assume the machine it was built on.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace roster {

using Word = std::uint64_t;

// The bits of a chunk: kChunkWords words at any address.
using WordsPtr = const Word*;

// One operand of a pass: what is in any of some chunks, or what is in none of them.
struct WordGroup {
  std::span<const WordsPtr> operands;
  bool negated = false;
};

// Bit-sliced values: slices[k] holds bit k of each, null where no value has it.
struct WordSlices {
  std::span<const WordsPtr> slices;  // at most 64
};

inline constexpr std::size_t kMaxThresholdOperands = 255;
inline constexpr std::size_t kMaxRegionOperands = 8;

// Every function but `slice` makes one pass over whole chunks. Where it has a result it returns its cardinality and
// writes it to `out` unless that is null. `out` may be an operand, but overlaps none in part.
struct WordKernels {
  std::string_view level;

  // What is in every group; at least one of them is not negated.
  std::uint32_t (*combine)(std::span<const WordGroup> groups, Word* out);

  // Of `within`, what is in at least `minimum` and at most `maximum` of up to kMaxThresholdOperands: a vertical
  // counter, to which operands are added with carry. There are at least `minimum` operands.
  std::uint32_t (*threshold)(std::span<const WordsPtr> operands, std::uint32_t minimum, std::uint32_t maximum,
                             WordsPtr within, Word* out);

  // Of `within`, what has a value in [low, high]: from the lowest slice that matters up (O'Neil and Quass, "Improved
  // query performance with variant indexes", 1997).
  std::uint32_t (*range)(const WordSlices& values, std::uint64_t low, std::uint64_t high, WordsPtr within, Word* out);

  // Writes the places of all bits, ascending, to `out`, and returns how many there are: for few of them, since empty
  // words cost next to nothing.
  std::uint32_t (*places)(WordsPtr words, std::uint16_t* out);

  // Every region of the Venn diagram of one to kMaxRegionOperands: adds to counts[r] how many places are in operand i
  // for each bit i of r and in no other. `counts` has 1 << operands.size() entries.
  void (*regions)(std::span<const WordsPtr> operands, std::uint64_t* counts);

  // The other way round from values to slices, for 64 values to a word: bit k of values[i], which are a multiple of 64,
  // becomes bit i of what begins at slices[k][at]. Up to 16 slices; what a value has beyond them is left out.
  void (*slice)(std::span<const std::uint16_t> values, std::span<Word* const> slices, std::size_t at);
};

// The best level this machine runs; decided once.
const WordKernels& wordKernels();

// All levels this machine runs, the best one first: tests compare them with plain loops.
std::vector<WordKernels> allWordKernels();

}  // namespace roster
