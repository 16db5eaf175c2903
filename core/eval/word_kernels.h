// Loops over the 1,024 words of a chunk, compiled for several levels of vector instructions and chosen at run time,
// since a distributed binary cannot assume the machine it was built on.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace roster {

// Every function works on whole chunks (kChunkWords words); those that return a number return the cardinality of their
// result. Inputs may be unaligned.
struct WordKernels {
  std::string_view level;
  std::uint32_t (*count)(const std::uint64_t* a);
  std::uint32_t (*andCount)(const std::uint64_t* a, const std::uint64_t* b);
  std::uint32_t (*andNotCount)(const std::uint64_t* a, const std::uint64_t* b);
  std::uint32_t (*andTo)(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* out);     // out may be a
  std::uint32_t (*andNotTo)(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* out);  // out may be a
  std::uint32_t (*orTo)(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* out);      // out may be a
  // Those of `within` whose bit-sliced value lies in [low, high], from the low bit up in one pass. slices[k] is slice
  // k's words, null where it is empty; values have no bit from `bits` on.
  std::uint32_t (*sliceRange)(const std::uint64_t* const* slices, std::uint32_t bits, std::uint64_t low,
                              std::uint64_t high, const std::uint64_t* within, std::uint64_t* out);
};

// The best level this machine runs; decided once.
const WordKernels& wordKernels();

// All levels this machine runs, the portable one first: tests compare them.
std::vector<WordKernels> allWordKernels();

}  // namespace roster
