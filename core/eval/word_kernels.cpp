#include "core/eval/word_kernels.h"

#include <array>
#include <bit>

#include "core/data/container.h"

namespace roster {

namespace {

using Word = std::uint64_t;

// The loops. Each is inlined into a function of every level, where the compiler vectorises it for that level.

template <class Combine>
[[gnu::always_inline]] inline std::uint32_t countOf(const Word* a, const Word* b, Combine combine) {
  std::uint64_t count = 0;
  for (std::uint32_t w = 0; w < kChunkWords; ++w)
    count += static_cast<std::uint64_t>(std::popcount(combine(a[w], b[w])));
  return static_cast<std::uint32_t>(count);
}

template <class Combine>
[[gnu::always_inline]] inline std::uint32_t storeOf(const Word* a, const Word* b, Word* out, Combine combine) {
  std::uint64_t count = 0;
  for (std::uint32_t w = 0; w < kChunkWords; ++w) {
    const Word word = combine(a[w], b[w]);
    out[w] = word;
    count += static_cast<std::uint64_t>(std::popcount(word));
  }
  return static_cast<std::uint32_t>(count);
}

// A few cache lines of accumulators stay in registers while all slices pass over them.
constexpr std::uint32_t kBlock = 32;

// One slice joins a comparison with a constant: bit k of the constant decides how.
[[gnu::always_inline]] inline void compareStep(std::array<Word, kBlock>& below, const Word* slice, bool constantBit) {
  if (slice == nullptr) {
    // No value has the bit: with it in the constant all are below, without it nothing changes.
    if (constantBit) below.fill(~Word{0});
    return;
  }
  if (constantBit) {
    for (std::uint32_t i = 0; i < kBlock; ++i) below[i] |= ~slice[i];
  } else {
    for (std::uint32_t i = 0; i < kBlock; ++i) below[i] &= ~slice[i];
  }
}

[[gnu::always_inline]] inline std::uint32_t sliceRangeOf(const Word* const* slices, std::uint32_t bits, Word low,
                                                         Word high, const Word* within, Word* out) {
  std::uint64_t count = 0;
  for (std::uint32_t at = 0; at < kChunkWords; at += kBlock) {
    std::array<Word, kBlock> notAbove;  // value <= high
    std::array<Word, kBlock> below;     // value < low
    notAbove.fill(~Word{0});
    below.fill(0);
    for (std::uint32_t k = 0; k < bits; ++k) {
      const Word* slice = slices[k] == nullptr ? nullptr : slices[k] + at;
      compareStep(notAbove, slice, ((high >> k) & 1) != 0);
      compareStep(below, slice, ((low >> k) & 1) != 0);
    }
    for (std::uint32_t i = 0; i < kBlock; ++i) {
      const Word word = within[at + i] & notAbove[i] & ~below[i];
      out[at + i] = word;
      count += static_cast<std::uint64_t>(std::popcount(word));
    }
  }
  return static_cast<std::uint32_t>(count);
}

constexpr auto kFirst = [](Word a, Word) { return a; };
constexpr auto kAnd = [](Word a, Word b) { return a & b; };
constexpr auto kAndNot = [](Word a, Word b) { return a & ~b; };
constexpr auto kOr = [](Word a, Word b) { return a | b; };

namespace portable {
std::uint32_t count(const Word* a) { return countOf(a, a, kFirst); }
std::uint32_t andCount(const Word* a, const Word* b) { return countOf(a, b, kAnd); }
std::uint32_t andNotCount(const Word* a, const Word* b) { return countOf(a, b, kAndNot); }
std::uint32_t andTo(const Word* a, const Word* b, Word* out) { return storeOf(a, b, out, kAnd); }
std::uint32_t andNotTo(const Word* a, const Word* b, Word* out) { return storeOf(a, b, out, kAndNot); }
std::uint32_t orTo(const Word* a, const Word* b, Word* out) { return storeOf(a, b, out, kOr); }
std::uint32_t sliceRange(const Word* const* slices, std::uint32_t bits, Word low, Word high, const Word* within,
                         Word* out) {
  return sliceRangeOf(slices, bits, low, high, within, out);
}
constexpr WordKernels kKernels{"portable", count, andCount, andNotCount, andTo, andNotTo, orTo, sliceRange};
}  // namespace portable

#if defined(__x86_64__)
namespace avx2 {
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t count(const Word* a) { return countOf(a, a, kFirst); }
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t andCount(const Word* a, const Word* b) {
  return countOf(a, b, kAnd);
}
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t andNotCount(const Word* a, const Word* b) {
  return countOf(a, b, kAndNot);
}
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t andTo(const Word* a, const Word* b, Word* out) {
  return storeOf(a, b, out, kAnd);
}
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t andNotTo(const Word* a, const Word* b, Word* out) {
  return storeOf(a, b, out, kAndNot);
}
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t orTo(const Word* a, const Word* b, Word* out) {
  return storeOf(a, b, out, kOr);
}
[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::uint32_t sliceRange(const Word* const* slices, std::uint32_t bits,
                                                                 Word low, Word high, const Word* within, Word* out) {
  return sliceRangeOf(slices, bits, low, high, within, out);
}
constexpr WordKernels kKernels{"avx2", count, andCount, andNotCount, andTo, andNotTo, orTo, sliceRange};
}  // namespace avx2

namespace avx512 {
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t count(const Word* a) {
  return countOf(a, a, kFirst);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t andCount(const Word* a,
                                                                                           const Word* b) {
  return countOf(a, b, kAnd);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t andNotCount(const Word* a,
                                                                                              const Word* b) {
  return countOf(a, b, kAndNot);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t andTo(const Word* a, const Word* b,
                                                                                        Word* out) {
  return storeOf(a, b, out, kAnd);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t andNotTo(const Word* a, const Word* b,
                                                                                           Word* out) {
  return storeOf(a, b, out, kAndNot);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t orTo(const Word* a, const Word* b,
                                                                                       Word* out) {
  return storeOf(a, b, out, kOr);
}
[[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]] std::uint32_t sliceRange(
    const Word* const* slices, std::uint32_t bits, Word low, Word high, const Word* within, Word* out) {
  return sliceRangeOf(slices, bits, low, high, within, out);
}
constexpr WordKernels kKernels{"avx512", count, andCount, andNotCount, andTo, andNotTo, orTo, sliceRange};
}  // namespace avx512

bool hasAvx2() { return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("popcnt") != 0; }
bool hasAvx512() {
  return hasAvx2() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vpopcntdq") != 0;
}
#endif

}  // namespace

std::vector<WordKernels> allWordKernels() {
  std::vector<WordKernels> all{portable::kKernels};
#if defined(__x86_64__)
  if (hasAvx2()) all.push_back(avx2::kKernels);
  if (hasAvx512()) all.push_back(avx512::kKernels);
#endif
  return all;
}

const WordKernels& wordKernels() {
  static const WordKernels best = allWordKernels().back();
  return best;
}

}  // namespace roster
