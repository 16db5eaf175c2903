#include "core/eval/chunk_evaluator.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/eval/chunk_scan.h"
#include "core/eval/word_kernels.h"

namespace roster {

// The operands of an `all` that are containers already, and the terms that have to be evaluated.
struct ChunkEvaluator::Conjunction {
  struct Simple {
    ContainerView container;
    bool negated = false;
  };
  std::vector<Simple> simple;     // positive by ascending cardinality, then negated by descending
  std::vector<const Term*> rest;  // in the program's order
  std::size_t size() const { return simple.size() + rest.size(); }
};

bool ChunkEvaluator::gather(const Node& node, ChunkIndex chunk, Conjunction& conjunction) {
  for (const Term& term : program_.terms(node)) {
    const Node& operand = program_.node(term);
    if (operand.kind != ShardProgram::Kind::bitmap) {
      conjunction.rest.push_back(&term);
      continue;
    }
    const ContainerView container = program_.bitmap(operand).chunk(chunk);
    const bool excludesAll = term.negated ? container.full() : container.empty();
    const bool excludesNone = term.negated && container.empty();
    if (excludesAll) return false;
    if (!excludesNone) conjunction.simple.push_back({container, term.negated});
  }
  std::sort(conjunction.simple.begin(), conjunction.simple.end(), [](const auto& a, const auto& b) {
    if (a.negated != b.negated) return b.negated;
    return a.negated ? a.container.cardinality > b.container.cardinality
                     : a.container.cardinality < b.container.cardinality;
  });
  return true;
}

ContainerView ChunkEvaluator::evaluate(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  if (within != nullptr && within->empty()) return {};
  switch (node.kind) {
    case ShardProgram::Kind::empty: return {};
    case ShardProgram::Kind::bitmap: {
      const ContainerView container = program_.bitmap(node).chunk(chunk);
      return within == nullptr ? container : intersect(container, *within, scratch_);
    }
    case ShardProgram::Kind::numbers: return evaluateNumbers(node, chunk, within);
    case ShardProgram::Kind::any: return evaluateAny(node, chunk, within);
    case ShardProgram::Kind::countOf: return evaluateCountOf(node, chunk, within);
    case ShardProgram::Kind::all: return evaluateAll(node, chunk, within);
    case ShardProgram::Kind::scan: return evaluateScan(node, chunk, within);
  }
  return {};
}

ContainerView ChunkEvaluator::evaluateAll(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  Conjunction conjunction;
  if (!gather(node, chunk, conjunction)) return {};
  ContainerView left;
  bool begun = within != nullptr;
  if (begun) left = *within;
  for (const auto& [container, negated] : conjunction.simple) {
    // Positive operands come first, so by the first negated one there is something to subtract from, unless all
    // positive operands are still to be evaluated.
    if (negated && !begun) {
      left = program_.live().chunk(chunk);
      begun = true;
    }
    left = negated ? subtract(left, container, scratch_) : begun ? intersect(left, container, scratch_) : container;
    begun = true;
    if (left.empty()) return {};
  }
  for (const Term* term : conjunction.rest) {
    if (term->negated && !begun) left = program_.live().chunk(chunk), begun = true;
    const ContainerView operand = evaluate(program_.node(*term), chunk, begun ? &left : nullptr);
    left = term->negated ? subtract(left, operand, scratch_) : operand;
    begun = true;
    if (left.empty()) return {};
  }
  return begun ? left : program_.live().chunk(chunk);
}

ContainerView ChunkEvaluator::evaluateAny(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  // A few short arrays are merged; from then on all is added to one block of bits.
  constexpr std::uint32_t kMaxMerges = 8;
  const bool sparse = within != nullptr && within->kind == ContainerKind::array;
  ContainerView united;
  std::uint32_t merges = 0;
  ChunkWords* words = nullptr;
  for (const Term& term : program_.terms(node)) {
    std::optional<Scratch::Mark> mark;  // what an operand took is free again once it has been added to the block
    if (words != nullptr) mark.emplace(scratch_);
    const ContainerView operand = evaluate(program_.node(term), chunk, sparse ? within : nullptr);
    if (operand.empty()) continue;
    if (operand.full()) return within == nullptr ? fullContainer() : *within;
    if (words != nullptr) {
      addTo(operand, *words);
    } else if (united.empty()) {
      united = operand;
    } else if (united.kind == ContainerKind::array && operand.kind == ContainerKind::array && merges < kMaxMerges &&
               united.cardinality + operand.cardinality <= kMaxArrayCardinality / 4) {
      united = unite(united, operand, scratch_);
      ++merges;
    } else {
      words = &scratch_.take();
      expand(united, *words);
      addTo(operand, *words);
    }
  }
  if (words != nullptr) united = viewOf(*words, wordKernels().count(words->data()), scratch_);
  return within == nullptr || sparse ? united : intersect(united, *within, scratch_);
}

ContainerView ChunkEvaluator::evaluateCountOf(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  // A vertical counter: plane k holds bit k of each contact's count, and an operand is added with carry.
  std::array<ChunkWords*, 32> planes{};
  std::uint32_t planeCount = 0;
  std::uint32_t added = 0;
  ChunkWords* carry = nullptr;
  for (const Term& term : program_.terms(node)) {
    if (carry == nullptr) carry = &scratch_.take();
    const Scratch::Mark mark(scratch_);
    const ContainerView operand = evaluate(program_.node(term), chunk, within);
    if (operand.empty()) continue;
    expand(operand, *carry);
    ++added;
    for (std::uint32_t k = 0; k < planeCount; ++k) {
      for (std::uint32_t w = 0; w < kChunkWords; ++w) {
        const std::uint64_t both = planes[k]->words[w] & carry->words[w];
        planes[k]->words[w] ^= carry->words[w];
        carry->words[w] = both;
      }
    }
    if (static_cast<std::uint32_t>(std::bit_width(added)) > planeCount)
      planes[planeCount++] = std::exchange(carry, nullptr);
  }
  if (node.minimum > added) return {};
  const ContainerView universe = within != nullptr ? *within : program_.live().chunk(chunk);
  const std::uint64_t* universeWords = wordsOf(universe, scratch_);
  std::array<const std::uint64_t*, 32> slices{};
  for (std::uint32_t k = 0; k < planeCount; ++k) slices[k] = planes[k]->data();
  ChunkWords& out = scratch_.take();
  const std::uint32_t count = wordKernels().sliceRange(slices.data(), planeCount, node.minimum,
                                                       std::min(node.maximum, added), universeWords, out.data());
  return viewOf(out, count, scratch_);
}

ContainerView ChunkEvaluator::evaluateNumbers(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  const ShardProgram::NumberOperand& operand = program_.numbers(node);
  const NumberRange range = operand.ranges[chunk];
  if (range.empty()) return {};
  const ContainerView present = operand.present->chunk(chunk);
  const ContainerView candidates = within == nullptr ? present : intersect(present, *within, scratch_);
  if (candidates.empty()) return {};
  ChunkWords* united = nullptr;
  ChunkWords* next = nullptr;
  std::uint32_t count = 0;
  std::array<const std::uint64_t*, 64> slices{};
  const std::uint64_t* candidateWords = nullptr;
  const SliceChunk* chunkSlices = operand.slices[chunk].get();
  for (const Interval& interval : operand.intervals) {
    if (interval.high < range.least || interval.low > range.greatest) continue;
    if (interval.low <= range.least && range.greatest <= interval.high) return candidates;
    if (candidateWords == nullptr) {
      candidateWords = wordsOf(candidates, scratch_);
      for (std::uint32_t k = 0; k < chunkSlices->bits(); ++k) {
        const ContainerView slice = chunkSlices->slice(k);
        slices[k] = slice.empty() ? nullptr : wordsOf(slice, scratch_);
      }
    }
    const auto base = static_cast<std::uint64_t>(chunkSlices->base());
    const std::uint64_t low = static_cast<std::uint64_t>(std::max(interval.low, range.least)) - base;
    const std::uint64_t high = static_cast<std::uint64_t>(std::min(interval.high, range.greatest)) - base;
    ChunkWords*& out = united == nullptr ? united : next;
    if (out == nullptr) out = &scratch_.take();
    count = wordKernels().sliceRange(slices.data(), chunkSlices->bits(), low, high, candidateWords, out->data());
    if (out == next) count = wordKernels().orTo(united->data(), next->data(), united->data());
  }
  return united == nullptr ? ContainerView() : viewOf(*united, count, scratch_);
}

ContainerView ChunkEvaluator::evaluateScan(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  const ShardProgram::ScanOperand& operand = program_.scan(node);
  const ContainerView present = operand.present->chunk(chunk);
  const ContainerView candidates = within == nullptr ? present : intersect(present, *within, scratch_);
  if (candidates.empty()) return {};
  auto scanned = scanChunk(operand, program_.shard(), chunk, candidates, scratch_);
  if (!scanned) {
    error_ = std::move(scanned.error());
    return {};
  }
  return *scanned;
}

std::uint32_t ChunkEvaluator::count(ChunkIndex chunk) {
  const Scratch::Mark mark(scratch_);
  const Node& root = program_.root();
  switch (root.kind) {
    case ShardProgram::Kind::all: return countAll(root, chunk);
    case ShardProgram::Kind::any: return countAny(root, chunk);
    default: return evaluate(root, chunk, nullptr).cardinality;
  }
}

std::uint32_t ChunkEvaluator::countAll(const Node& node, ChunkIndex chunk) {
  Conjunction conjunction;
  if (!gather(node, chunk, conjunction)) return 0;
  if (!conjunction.rest.empty() || conjunction.simple.size() < 2 || conjunction.simple.front().negated) {
    return evaluateAll(node, chunk, nullptr).cardinality;
  }
  ContainerView left = conjunction.simple.front().container;
  for (std::size_t i = 1; i + 1 < conjunction.simple.size() && !left.empty(); ++i) {
    const auto& [container, negated] = conjunction.simple[i];
    left = negated ? subtract(left, container, scratch_) : intersect(left, container, scratch_);
  }
  const auto& [last, negated] = conjunction.simple.back();
  return negated ? subtractCount(left, last) : intersectCount(left, last);
}

std::uint32_t ChunkEvaluator::countAny(const Node& node, ChunkIndex chunk) {
  if (node.disjoint) {
    std::uint32_t sum = 0;
    for (const Term& term : program_.terms(node)) sum += evaluate(program_.node(term), chunk, nullptr).cardinality;
    return sum;
  }
  const auto terms = program_.terms(node);
  if (terms.size() == 2) {
    return uniteCount(evaluate(program_.node(terms[0]), chunk, nullptr),
                      evaluate(program_.node(terms[1]), chunk, nullptr));
  }
  return evaluateAny(node, chunk, nullptr).cardinality;
}

}  // namespace roster
