#include "core/eval/word_kernels.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/data/container.h"

// Highway compiles what stands between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for every level, by including
// this file again. AVX3_DL is AVX-512 with the instruction that counts bits.
#define HWY_WANT_AVX3_DL
// Vectors whose size is known when compiling only: there are arrays of them.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/eval/word_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace roster::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<Word>;
using Vector = hn::Vec<Tag>;

constexpr std::size_t kLanes = hn::MaxLanes(Tag());

// So many vectors stay in registers while all operands pass over them. Named ones: compilers keep arrays in memory.
struct Block {
  Vector a;
  Vector b;
  Vector c;
  Vector d;
};
constexpr std::size_t kBlockWords = 4 * kLanes;
static_assert(kChunkWords % kBlockWords == 0);

HWY_INLINE Vector load(WordsPtr words) { return hn::LoadU(Tag(), words); }
HWY_INLINE Vector zeros() { return hn::Zero(Tag()); }
HWY_INLINE Vector ones() { return hn::Set(Tag(), ~Word{0}); }

HWY_INLINE Block blockOf(Vector v) { return {v, v, v, v}; }
HWY_INLINE Block loadBlock(WordsPtr words) {
  return {load(words), load(words + kLanes), load(words + 2 * kLanes), load(words + 3 * kLanes)};
}
HWY_INLINE Block both(const Block& x, const Block& y) {
  return {hn::And(x.a, y.a), hn::And(x.b, y.b), hn::And(x.c, y.c), hn::And(x.d, y.d)};
}
HWY_INLINE Block either(const Block& x, const Block& y) {
  return {hn::Or(x.a, y.a), hn::Or(x.b, y.b), hn::Or(x.c, y.c), hn::Or(x.d, y.d)};
}
HWY_INLINE Block without(const Block& x, const Block& y) {
  return {hn::AndNot(y.a, x.a), hn::AndNot(y.b, x.b), hn::AndNot(y.c, x.c), hn::AndNot(y.d, x.d)};
}
HWY_INLINE bool isEmpty(const Block& x) {
  const Vector any = hn::Or(hn::Or(x.a, x.b), hn::Or(x.c, x.d));
  return hn::AllTrue(Tag(), hn::Eq(any, zeros()));
}

// The result of a pass: counted, and stored where there is a place for it.
class Sink {
 public:
  HWY_INLINE explicit Sink(Word* out) : out_(out), counts_(blockOf(zeros())) {}

  HWY_INLINE void take(std::size_t at, const Block& x) {
    counts_ = {hn::Add(counts_.a, hn::PopulationCount(x.a)), hn::Add(counts_.b, hn::PopulationCount(x.b)),
               hn::Add(counts_.c, hn::PopulationCount(x.c)), hn::Add(counts_.d, hn::PopulationCount(x.d))};
    if (out_ == nullptr) return;
    hn::StoreU(x.a, Tag(), out_ + at);
    hn::StoreU(x.b, Tag(), out_ + at + kLanes);
    hn::StoreU(x.c, Tag(), out_ + at + 2 * kLanes);
    hn::StoreU(x.d, Tag(), out_ + at + 3 * kLanes);
  }

  HWY_INLINE std::uint32_t count() const {
    const Vector sum = hn::Add(hn::Add(counts_.a, counts_.b), hn::Add(counts_.c, counts_.d));
    return static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(Tag(), sum)));
  }

 private:
  Word* out_;
  Block counts_;
};

HWY_INLINE Block unionAt(std::span<const WordsPtr> operands, std::size_t at) {
  Block any = loadBlock(operands[0] + at);
  for (std::size_t k = 1; k < operands.size(); ++k) any = either(any, loadBlock(operands[k] + at));
  return any;
}

HWY_ATTR std::uint32_t combine(std::span<const WordGroup> groups, Word* out) {
  Sink sink(out);
  for (std::size_t at = 0; at < kChunkWords; at += kBlockWords) {
    Block left = blockOf(ones());
    for (const WordGroup& group : groups) {
      const Block any = unionAt(group.operands, at);
      left = group.negated ? without(left, any) : both(left, any);
    }
    sink.take(at, left);
  }
  return sink.count();
}

// A bit for each of 64 words that is not zero.
HWY_INLINE Word holdingWords(WordsPtr words) {
  Word holding = 0;
  for (std::size_t at = 0; at < 64; at += kLanes) {
    std::array<std::uint8_t, 8> bits{};
    hn::StoreMaskBits(Tag(), hn::Not(hn::Eq(load(words + at), zeros())), bits.data());
    holding |= Word{bits[0]} << at;
  }
  return holding;
}

HWY_ATTR std::uint32_t places(WordsPtr words, std::uint16_t* out) {
  const std::uint16_t* const begin = out;
  for (std::size_t first = 0; first < kChunkWords; first += 64) {
    for (Word holding = holdingWords(words + first); holding != 0; holding &= holding - 1) {
      const std::size_t at = first + static_cast<std::size_t>(std::countr_zero(holding));
      for (Word bits = words[at]; bits != 0; bits &= bits - 1) {
        *out++ = static_cast<std::uint16_t>(at * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
      }
    }
  }
  return static_cast<std::uint32_t>(out - begin);
}

// One slice, from the lowest up, joins a comparison with a constant. Begun with false it ends with value > constant,
// begun with true with value >= constant.
HWY_INLINE Block compareStep(const Block& above, const Block& slice, bool constantBit) {
  return constantBit ? both(above, slice) : either(above, slice);
}

HWY_ATTR std::uint32_t range(const WordSlices& values, std::uint64_t low, std::uint64_t high, WordsPtr within,
                             Word* out) {
  // Below these slices the constants' bits leave the comparisons as they were begun.
  const auto bits = static_cast<std::uint32_t>(values.slices.size());
  const std::uint32_t lowFrom = low == 0 ? bits : std::min(bits, static_cast<std::uint32_t>(std::countr_zero(low)));
  const std::uint32_t highFrom = std::min(bits, static_cast<std::uint32_t>(std::countr_one(high)));
  const auto sliceAt = [&](std::uint32_t k, std::size_t at) HWY_ATTR {
    return values.slices[k] == nullptr ? blockOf(zeros()) : loadBlock(values.slices[k] + at);
  };
  const auto bitOf = [](std::uint64_t constant, std::uint32_t k) { return ((constant >> k) & 1) != 0; };
  Sink sink(out);
  for (std::size_t at = 0; at < kChunkWords; at += kBlockWords) {
    Block left = loadBlock(within + at);
    if (!isEmpty(left)) {
      Block aboveHigh = blockOf(zeros());
      Block notBelowLow = blockOf(ones());
      std::uint32_t k = std::min(lowFrom, highFrom);
      for (; k < lowFrom; ++k) aboveHigh = compareStep(aboveHigh, sliceAt(k, at), bitOf(high, k));
      for (; k < highFrom; ++k) notBelowLow = compareStep(notBelowLow, sliceAt(k, at), bitOf(low, k));
      for (; k < bits; ++k) {
        const Block slice = sliceAt(k, at);
        aboveHigh = compareStep(aboveHigh, slice, bitOf(high, k));
        notBelowLow = compareStep(notBelowLow, slice, bitOf(low, k));
      }
      left = both(without(left, aboveHigh), notBelowLow);
    }
    sink.take(at, left);
  }
  return sink.count();
}

// A vertical counter of one vector's contacts: plane k holds bit k of each one's count.
template <std::size_t Planes>
struct Counter {
  std::array<Vector, Planes> planes;

  // Adds two operands at once, with a full adder for the lowest plane.
  HWY_INLINE void add(Vector x, Vector y) {
    const Vector differ = hn::Xor(x, y);
    Vector carry = hn::Or(hn::And(x, y), hn::And(planes[0], differ));
    planes[0] = hn::Xor(planes[0], differ);
    for (std::size_t k = 1; k < Planes; ++k) {
      const Vector next = hn::And(planes[k], carry);
      planes[k] = hn::Xor(planes[k], carry);
      carry = next;
    }
  }
};

template <std::size_t Planes>
HWY_INLINE Vector thresholdAt(std::span<const WordsPtr> operands, std::size_t at, std::uint32_t minimum,
                              std::uint32_t maximum) {
  Counter<Planes> counter;
  counter.planes.fill(zeros());
  std::size_t i = 0;
  for (; i + 1 < operands.size(); i += 2) counter.add(load(operands[i] + at), load(operands[i + 1] + at));
  if (i < operands.size()) counter.add(load(operands[i] + at), zeros());
  Vector aboveMaximum = zeros();
  Vector notBelowMinimum = ones();
  for (std::size_t k = 0; k < Planes; ++k) {
    const Vector plane = counter.planes[k];
    aboveMaximum = ((maximum >> k) & 1) != 0 ? hn::And(aboveMaximum, plane) : hn::Or(aboveMaximum, plane);
    notBelowMinimum = ((minimum >> k) & 1) != 0 ? hn::And(notBelowMinimum, plane) : hn::Or(notBelowMinimum, plane);
  }
  return hn::AndNot(aboveMaximum, notBelowMinimum);
}

template <std::size_t Planes>
HWY_INLINE std::uint32_t thresholdOf(std::span<const WordsPtr> operands, std::uint32_t minimum, std::uint32_t maximum,
                                     WordsPtr within, Word* out) {
  const auto matching = [&](std::size_t at) HWY_ATTR { return thresholdAt<Planes>(operands, at, minimum, maximum); };
  Sink sink(out);
  for (std::size_t at = 0; at < kChunkWords; at += kBlockWords) {
    const Block left = {matching(at), matching(at + kLanes), matching(at + 2 * kLanes), matching(at + 3 * kLanes)};
    sink.take(at, both(left, loadBlock(within + at)));
  }
  return sink.count();
}

HWY_ATTR std::uint32_t threshold(std::span<const WordsPtr> operands, std::uint32_t minimum, std::uint32_t maximum,
                                 WordsPtr within, Word* out) {
  // Counts end at the number of operands: a larger maximum would have bits that no plane has.
  const std::uint32_t most = std::min(maximum, static_cast<std::uint32_t>(operands.size()));
  if (operands.size() < 4) return thresholdOf<2>(operands, minimum, most, within, out);
  if (operands.size() < 8) return thresholdOf<3>(operands, minimum, most, within, out);
  if (operands.size() < 16) return thresholdOf<4>(operands, minimum, most, within, out);
  if (operands.size() < 32) return thresholdOf<5>(operands, minimum, most, within, out);
  static_assert(kMaxThresholdOperands < 256);
  return thresholdOf<8>(operands, minimum, most, within, out);
}

// Splits what one vector holds by the first `Operands` operands, the last of them first, down to regions that it
// counts. The two levels next to the leaves are spelt out in place; above them a branch without a contact ends.
template <std::size_t Operands>
struct RegionSplit {
  static constexpr std::size_t kHalf = std::size_t{1} << (Operands - 1);

  static HWY_INLINE void halve(Vector contacts, const Vector* operands, Vector* counts) {
    const Vector operand = operands[Operands - 1];
    RegionSplit<Operands - 1>::run(hn::AndNot(operand, contacts), operands, counts);
    RegionSplit<Operands - 1>::run(hn::And(operand, contacts), operands, counts + kHalf);
  }
  static HWY_NOINLINE HWY_ATTR void descend(Vector contacts, const Vector* operands, Vector* counts) {
    halve(contacts, operands, counts);
  }
  static HWY_INLINE HWY_ATTR void run(Vector contacts, const Vector* operands, Vector* counts) {
    if constexpr (Operands <= 2) halve(contacts, operands, counts);
    else if (!hn::AllTrue(Tag(), hn::Eq(contacts, zeros()))) descend(contacts, operands, counts);
  }
};

template <>
struct RegionSplit<0> {
  static HWY_INLINE void run(Vector contacts, const Vector* /*operands*/, Vector* counts) {
    *counts = hn::Add(*counts, hn::PopulationCount(contacts));
  }
};

template <std::size_t Operands>
HWY_ATTR void regionsOf(std::span<const WordsPtr> words, std::uint64_t* counts) {
  std::array<Vector, std::size_t{1} << Operands> sums;
  sums.fill(zeros());
  std::array<Vector, Operands> operands;
  for (std::size_t at = 0; at < kChunkWords; at += kLanes) {
    for (std::size_t i = 0; i < Operands; ++i) operands[i] = load(words[i] + at);
    RegionSplit<Operands>::run(ones(), operands.data(), sums.data());
  }
  for (std::size_t region = 0; region < sums.size(); ++region)
    counts[region] += hn::GetLane(hn::SumOfLanes(Tag(), sums[region]));
}

// Without an instruction that counts the bits of a vector, splitting costs more than naming each contact's region: the
// bits that eight operands have for it become one byte, and a table counts bytes. Scalars have nothing to interleave.
#if HWY_TARGET != HWY_AVX3_DL && HWY_TARGET != HWY_SCALAR

// Transposes the 8 × 8 bits of each lane (Hacker's Delight, section 7-3).
HWY_INLINE Vector transposeBits(Vector x) {
  const auto swap = [](Vector v, Vector shifted, Word mask)
                        HWY_ATTR { return hn::And(hn::Xor(v, shifted), hn::Set(Tag(), mask)); };
  Vector moved = swap(x, hn::ShiftRight<7>(x), 0x00AA00AA00AA00AA);
  x = hn::Xor(x, hn::Xor(moved, hn::ShiftLeft<7>(moved)));
  moved = swap(x, hn::ShiftRight<14>(x), 0x0000CCCC0000CCCC);
  x = hn::Xor(x, hn::Xor(moved, hn::ShiftLeft<14>(moved)));
  moved = swap(x, hn::ShiftRight<28>(x), 0x00000000F0F0F0F0);
  return hn::Xor(x, hn::Xor(moved, hn::ShiftLeft<28>(moved)));
}

// Interleaves the lanes of T of neighbouring vectors; their order means nothing here.
template <class T>
HWY_INLINE void interleave(std::array<Vector, 8>& rows) {
  const hn::Repartition<T, Tag> tag;
  std::array<Vector, 8> paired;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto even = hn::BitCast(tag, rows[2 * i]);
    const auto odd = hn::BitCast(tag, rows[2 * i + 1]);
    paired[i] = hn::BitCast(Tag(), hn::InterleaveLower(tag, even, odd));
    paired[i + 4] = hn::BitCast(Tag(), hn::InterleaveUpper(tag, even, odd));
  }
  rows = paired;
}

// The region of each contact that vectors at `at` hold, a byte each.
HWY_INLINE void nameRegions(std::span<const WordsPtr> words, std::size_t at, std::uint8_t* regions) {
  std::array<Vector, 8> rows;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i < words.size() ? load(words[i] + at) : zeros();
  interleave<std::uint8_t>(rows);   // two operands' bytes of the same contacts stand together,
  interleave<std::uint16_t>(rows);  // then four's,
  interleave<std::uint32_t>(rows);  // then all eight's
  for (std::size_t i = 0; i < rows.size(); ++i) {
    hn::StoreU(transposeBits(rows[i]), Tag(), reinterpret_cast<Word*>(regions) + i * kLanes);
  }
}

HWY_ATTR void tallyRegions(std::span<const WordsPtr> words, std::uint64_t* counts) {
  constexpr std::size_t kTables = 4;  // neighbours are often in one region, and an addition waits for the one before
  std::array<std::array<std::uint32_t, 256>, kTables> tables{};
  alignas(64) std::array<std::uint8_t, 64 * kLanes> regions;
  for (std::size_t at = 0; at < kChunkWords; at += kLanes) {
    nameRegions(words, at, regions.data());
    for (std::size_t i = 0; i < regions.size(); i += kTables) {
      for (std::size_t table = 0; table < kTables; ++table) ++tables[table][regions[i + table]];
    }
  }
  for (std::size_t region = 0; region < std::size_t{1} << words.size(); ++region) {
    for (const auto& table : tables) counts[region] += table[region];
  }
}

#endif

HWY_ATTR void regions(std::span<const WordsPtr> operands, std::uint64_t* counts) {
  static_assert(kMaxRegionOperands == 8);
#if HWY_TARGET != HWY_AVX3_DL && HWY_TARGET != HWY_SCALAR
  constexpr std::size_t kSplitOperands = 3;  // up to here splitting is faster all the same
  if (operands.size() > kSplitOperands) return tallyRegions(operands, counts);
#endif
  switch (operands.size()) {
    case 1: return regionsOf<1>(operands, counts);
    case 2: return regionsOf<2>(operands, counts);
    case 3: return regionsOf<3>(operands, counts);
    case 4: return regionsOf<4>(operands, counts);
    case 5: return regionsOf<5>(operands, counts);
    case 6: return regionsOf<6>(operands, counts);
    case 7: return regionsOf<7>(operands, counts);
    default: return regionsOf<8>(operands, counts);
  }
}

#if HWY_TARGET == HWY_SCALAR

void slice(std::span<const std::uint16_t> values, std::span<Word* const> slices, std::size_t at) {
  for (std::size_t i = 0; i < values.size(); i += 64, ++at) {
    for (std::size_t k = 0; k < slices.size(); ++k) {
      Word bits = 0;
      for (std::size_t bit = 0; bit < 64; ++bit) bits |= Word{(values[i + bit] >> k) & 1U} << bit;
      slices[k][at] = bits;
    }
  }
}

#else

// Bit by bit of a byte of each value.
HWY_ATTR void slice(std::span<const std::uint16_t> values, std::span<Word* const> slices, std::size_t at) {
  const hn::Repartition<std::uint8_t, Tag> tag;
  const std::size_t lanes = hn::Lanes(tag);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  for (std::size_t i = 0; i < values.size(); i += lanes) {
    decltype(hn::Zero(tag)) low;
    decltype(hn::Zero(tag)) high;
    hn::LoadInterleaved2(tag, bytes + 2 * i, low, high);
    for (std::size_t k = 0; k < slices.size(); ++k) {
      const auto bit = hn::Set(tag, static_cast<std::uint8_t>(1U << (k % 8)));
      hn::StoreMaskBits(tag, hn::TestBit(k < 8 ? low : high, bit),
                        reinterpret_cast<std::uint8_t*>(slices[k] + at) + i / 8);
    }
  }
}

#endif

WordKernels kernels() { return {hwy::TargetName(HWY_TARGET), combine, threshold, range, places, regions, slice}; }

}  // namespace
}  // namespace roster::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "core/eval/vector_levels.h"

namespace roster {

HWY_EXPORT(kernels);

std::vector<WordKernels> allWordKernels() {
  return atEveryLevel([] { return HWY_DYNAMIC_DISPATCH(kernels)(); });
}

const WordKernels& wordKernels() {
  static const WordKernels best = HWY_DYNAMIC_DISPATCH(kernels)();
  return best;
}

}  // namespace roster
#endif
