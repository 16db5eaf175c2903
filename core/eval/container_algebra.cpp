#include "core/eval/container_algebra.h"

#include <algorithm>
#include <array>

#include "core/data/roaring_kernels.h"
#include "core/eval/run_algebra.h"

namespace roster {

namespace {

constexpr Run kAll{0, static_cast<std::uint16_t>(kChunkSize - 1)};

std::uint16_t* asArray(ChunkWords& block) { return reinterpret_cast<std::uint16_t*>(block.data()); }

ContainerView arrayView(ChunkWords& block, std::uint32_t cardinality) {
  return {block.data(), cardinality, 0, ContainerKind::array};
}

// Keeps the values of an array for which membership in `other` equals `wanted`.
ContainerView filterArray(const ContainerView& array, const ContainerView& other, bool wanted, Scratch& scratch) {
  ChunkWords& block = scratch.take();
  std::uint16_t* out = asArray(block);
  const auto values = array.array();
  switch (other.kind) {
    case ContainerKind::bitset:
      for (const std::uint16_t value : values) {
        *out = value;
        out += static_cast<bool>((other.words()[value >> 6] >> (value & 63)) & 1) == wanted;
      }
      break;
    case ContainerKind::array:
      return arrayView(
          block, wanted ? roaringIntersect(values, other.array(), out) : roaringSubtract(values, other.array(), out));
    case ContainerKind::run: {
      const auto runs = other.runSpan();
      auto run = runs.begin();
      for (const std::uint16_t value : values) {
        while (run != runs.end() && run->last() < value) ++run;
        const bool held = run != runs.end() && run->first <= value;
        if (held == wanted) *out++ = value;
      }
      break;
    }
  }
  return arrayView(block, static_cast<std::uint32_t>(out - asArray(block)));
}

// a ∩ b, or a ∖ b, stored and counted in one pass.
ContainerView combineWords(WordsPtr a, WordsPtr b, bool negated, Scratch& scratch) {
  const std::array<WordGroup, 2> groups{WordGroup{{&a, 1}}, WordGroup{{&b, 1}, negated}};
  ChunkWords& block = scratch.take();
  const std::uint32_t cardinality = wordKernels().combine(groups, block.data());
  return settle(block, cardinality, scratch);
}

// As few values as those are an array from here on.
ContainerView settleRuns(const ContainerView& runs, Scratch& scratch) {
  if (runs.empty()) return {};
  if (runs.cardinality > kMaxSettledArray) return runs;
  ChunkWords& block = scratch.take();
  std::uint16_t* out = asArray(block);
  forEachValue(runs, [&](std::uint16_t value) { *out++ = value; });
  return arrayView(block, runs.cardinality);
}

}  // namespace

ContainerView fullContainer() { return {&kAll, kChunkSize, 1, ContainerKind::run}; }

WordsPtr wordsOf(const ContainerView& container, Scratch& scratch) {
  if (container.kind == ContainerKind::bitset && !container.empty()) return container.words();
  ChunkWords& block = scratch.take();
  expand(container, block);
  return block.data();
}

std::uint32_t countOf(const ChunkWords& words) {
  const WordsPtr operand = words.data();
  const WordGroup group{{&operand, 1}};
  return wordKernels().combine({&group, 1}, nullptr);
}

ContainerView settle(const ChunkWords& words, std::uint32_t cardinality, Scratch& scratch) {
  if (cardinality == 0) return {};
  if (cardinality > kMaxSettledArray) return {words.data(), cardinality, 0, ContainerKind::bitset};
  ChunkWords& block = scratch.take();
  return arrayView(block, wordKernels().places(words.data(), asArray(block)));
}

ContainerView filterByUnion(const ContainerView& array, std::span<const WordsPtr> operands, bool wanted,
                            Scratch& scratch) {
  ChunkWords& block = scratch.take();
  std::uint16_t* out = asArray(block);
  for (const std::uint16_t value : array.array()) {
    Word any = 0;
    for (const WordsPtr operand : operands) any |= operand[value >> 6];
    *out = value;
    out += static_cast<bool>((any >> (value & 63)) & 1) == wanted;
  }
  return arrayView(block, static_cast<std::uint32_t>(out - asArray(block)));
}

ContainerView intersect(const ContainerView& a, const ContainerView& b, Scratch& scratch) {
  if (a.empty() || b.empty()) return {};
  if (a.full()) return b;
  if (b.full()) return a;
  if (a.kind == ContainerKind::array && (b.kind != ContainerKind::array || a.cardinality <= b.cardinality)) {
    return filterArray(a, b, true, scratch);
  }
  if (b.kind == ContainerKind::array) return filterArray(b, a, true, scratch);
  if (const auto runs = intersectRuns(a, b, scratch)) return settleRuns(*runs, scratch);
  const WordsPtr left = wordsOf(a, scratch);
  return combineWords(left, wordsOf(b, scratch), false, scratch);
}

ContainerView subtract(const ContainerView& a, const ContainerView& b, Scratch& scratch) {
  if (a.empty() || b.full()) return {};
  if (b.empty()) return a;
  if (a.kind == ContainerKind::array) return filterArray(a, b, false, scratch);
  if (const auto runs = subtractRuns(a, b, scratch)) return settleRuns(*runs, scratch);
  if (b.kind == ContainerKind::array) {
    ChunkWords& block = scratch.take();
    expand(a, block);
    std::uint32_t removed = 0;
    for (const std::uint16_t value : b.array()) {
      removed += block.test(value);
      block.reset(value);
    }
    return settle(block, a.cardinality - removed, scratch);
  }
  const WordsPtr left = wordsOf(a, scratch);
  return combineWords(left, wordsOf(b, scratch), true, scratch);
}

ContainerView unite(const ContainerView& a, const ContainerView& b, Scratch& scratch) {
  if (a.empty() || b.full()) return b;
  if (b.empty() || a.full()) return a;
  const bool arrays = a.kind == ContainerKind::array && b.kind == ContainerKind::array;
  if (arrays && a.cardinality + b.cardinality <= kMaxArrayCardinality) {
    ChunkWords& block = scratch.take();
    return arrayView(block, roaringUnite(a.array(), b.array(), asArray(block)));
  }
  if (const auto runs = uniteRuns(a, b, scratch)) return settleRuns(*runs, scratch);
  ChunkWords& block = scratch.take();
  if (a.kind == ContainerKind::bitset && b.kind == ContainerKind::bitset) {
    const std::array<WordsPtr, 2> both{a.words(), b.words()};
    const WordGroup group{both};
    return settle(block, wordKernels().combine({&group, 1}, block.data()), scratch);
  }
  expand(a, block);
  addTo(b, block);
  return settle(block, countOf(block), scratch);
}

std::uint32_t intersectCount(const ContainerView& a, const ContainerView& b) {
  if (a.empty() || b.empty()) return 0;
  if (a.full()) return b.cardinality;
  if (b.full()) return a.cardinality;
  return roaringIntersectCount(a, b);
}

}  // namespace roster
