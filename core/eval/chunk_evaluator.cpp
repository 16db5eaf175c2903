#include "core/eval/chunk_evaluator.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/eval/chunk_scan.h"
#include "core/eval/number_search.h"

namespace roster {

namespace {

// How many contacts of an array are looked for one by one, instead of passing over all bits: in the other operands of
// an AND, and in those of its operands that are ORs (docs/decisions/004).
constexpr std::uint32_t kMaxFiltered = 512;
constexpr std::uint32_t kMaxFilteredByUnion = 192;

constexpr auto kUnobserved = [](std::uint32_t) {};

bool isArray(const ContainerView* container) { return container != nullptr && container->kind == ContainerKind::array; }

}  // namespace

class ChunkEvaluator::Frame {
 public:
  explicit Frame(ChunkEvaluator& evaluator)
      : evaluator_(evaluator), operands_(evaluator.operands_.size()), words_(evaluator.words_.size()) {}
  ~Frame() {
    evaluator_.operands_.resize(operands_);
    evaluator_.words_.resize(words_);
  }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  // The frame's operands begin here.
  std::size_t first() const { return operands_; }

 private:
  ChunkEvaluator& evaluator_;
  std::size_t operands_;
  std::size_t words_;
};

std::uint32_t ChunkEvaluator::count(ChunkIndex chunk) {
  if (const auto& pair = program_.pair()) return evaluatePair(*pair, chunk, Want::count).cardinality;
  const Scratch::Mark mark(scratch_);
  return evaluate(program_.root(), chunk, nullptr, Want::count).cardinality;
}

ContainerView ChunkEvaluator::evaluate(ChunkIndex chunk) {
  if (const auto& pair = program_.pair()) return evaluatePair(*pair, chunk, Want::contacts);
  return evaluate(program_.root(), chunk, nullptr, Want::contacts);
}

ContainerView ChunkEvaluator::evaluatePair(const ShardProgram::Pair& pair, ChunkIndex chunk, Want want) {
  return combinePair(pair.kept->chunk(chunk), pair.other->chunk(chunk), pair.excluded, want);
}

ContainerView ChunkEvaluator::combinePair(const ContainerView& kept, const ContainerView& other, bool excluded,
                                          Want want) {
  if (want == Want::count) return counted(excluded ? subtractCount(kept, other) : intersectCount(kept, other));
  return excluded ? subtract(kept, other, scratch_) : intersect(kept, other, scratch_);
}

template <class Evaluated>
void ChunkEvaluator::evaluateShared(ChunkIndex chunk, const Evaluated& evaluated) {
  shared_.resize(program_.nodeCount());
  for (const std::uint32_t node : program_.shared()) {
    shared_[node] = evaluateAnew(program_.node(node), chunk, nullptr, Want::contacts);
    evaluated(node);
  }
}

void ChunkEvaluator::evaluateEach(ChunkIndex chunk, std::span<ContainerView> results) {
  evaluateShared(chunk, kUnobserved);
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i] = evaluate(program_.node(program_.roots()[i]), chunk, nullptr, Want::contacts);
  }
}

template <class Evaluated>
void ChunkEvaluator::countRoots(ChunkIndex chunk, std::span<std::uint64_t> counts, const Evaluated& evaluated) {
  const Scratch::Mark mark(scratch_);
  evaluateShared(chunk, evaluated);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Scratch::Mark own(scratch_);
    const std::uint32_t root = program_.roots()[i];
    counts[i] += evaluate(program_.node(root), chunk, nullptr, Want::count).cardinality;
    evaluated(root);
  }
}

void ChunkEvaluator::countEach(ChunkIndex chunk, std::span<std::uint64_t> counts, const NodeObserver* observer) {
  if (observer == nullptr) countRoots(chunk, counts, kUnobserved);
  else countRoots(chunk, counts, *observer);
}

ContainerView ChunkEvaluator::evaluate(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want) {
  if (within != nullptr && within->empty()) return {};
  if (!isReady(node)) return evaluateAnew(node, chunk, within, want);
  const ContainerView container = ready(node, chunk);
  if (within == nullptr) return container;
  return want == Want::count ? counted(intersectCount(container, *within)) : intersect(container, *within, scratch_);
}

ContainerView ChunkEvaluator::evaluateAnew(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want) {
  switch (node.kind) {
    case ShardProgram::Kind::empty: return {};
    case ShardProgram::Kind::bitmap: return program_.bitmap(node).chunk(chunk);
    case ShardProgram::Kind::numbers: return evaluateNumbers(node, chunk, within, want);
    case ShardProgram::Kind::any: return evaluateAny(node, chunk, within, want);
    case ShardProgram::Kind::countOf: return evaluateCountOf(node, chunk, within, want);
    case ShardProgram::Kind::all: return evaluateAll(node, chunk, within, want);
    case ShardProgram::Kind::scan: return evaluateScan(node, chunk, within, want);
  }
  return {};
}

bool ChunkEvaluator::gather(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  if (within != nullptr) operands_.push_back({*within});
  for (const Term& term : program_.terms(node)) {
    const Node& operand = program_.node(term);
    if (!isReady(operand)) continue;
    const ContainerView container = ready(operand, chunk);
    const bool excludesAll = term.negated ? container.full() : container.empty();
    const bool excludesNone = term.negated && container.empty();
    if (excludesAll) return false;
    if (!excludesNone) operands_.push_back({container, 0, 0, term.negated});
  }
  return true;
}

ContainerView ChunkEvaluator::evaluateAll(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want) {
  const Frame frame(*this);
  if (!gather(node, chunk, within)) return {};
  const auto begin = [&] { return operands_.begin() + static_cast<std::ptrdiff_t>(frame.first()); };
  const auto isPositive = [](const Operand& operand) { return !operand.negated; };
  // Beside a sparse operand, a union is looked at where that has contacts only.
  const bool unionsFirst = std::none_of(begin(), operands_.end(), [](const Operand& operand) {
    return !operand.negated && operand.isSparse() && operand.container.cardinality <= kMaxFilteredByUnion;
  });
  std::size_t remaining = 0;
  const auto isRemaining = [&](const Node& operand) {
    return !isReady(operand) && !(unionsFirst && operand.ofBitmaps);
  };
  for (const Term& term : program_.terms(node)) {
    const Node& operand = program_.node(term);
    if (isRemaining(operand)) {
      ++remaining;
    } else if (!isReady(operand)) {
      Operand united = uniteTerms(operand, chunk, nullptr);
      if (!united.isUnion() && united.container.empty()) {
        if (term.negated) continue;
        return {};
      }
      united.negated = term.negated;
      operands_.push_back(united);
    }
  }

  const Term* evaluated = nullptr;
  if (std::none_of(begin(), operands_.end(), isPositive)) {
    // There is nothing to begin with yet but the first remaining term, or all contacts.
    for (const Term& term : program_.terms(node)) {
      if (term.negated || !isRemaining(program_.node(term))) continue;
      evaluated = &term;
      break;
    }
    if (evaluated != nullptr) --remaining;
    const ContainerView start = evaluated == nullptr
                                    ? program_.live().chunk(chunk)
                                    : evaluate(program_.node(*evaluated), chunk, nullptr, Want::contacts);
    if (start.empty()) return {};
    operands_.push_back({start});
  }

  ContainerView left = combineOperands(frame.first(), remaining == 0 ? want : Want::contacts);
  for (const Term& term : program_.terms(node)) {
    if (&term == evaluated || !isRemaining(program_.node(term))) continue;
    if (left.empty()) return {};
    const Want wanted = --remaining == 0 ? want : Want::contacts;
    const ContainerView operand = evaluate(program_.node(term), chunk, &left, wanted);
    if (!term.negated) left = operand;
    else if (wanted == Want::count) left = counted(left.cardinality - operand.cardinality);
    else left = subtract(left, operand, scratch_);
  }
  return left;
}

ContainerView ChunkEvaluator::combineOperands(std::size_t first, Want want) {
  const std::size_t count = operands_.size() - first;
  const Operand& a = operands_[first];
  if (count == 1 && !a.isUnion()) return a.container;
  const Operand& b = operands_[first + count - 1];
  if (count == 2 && !a.isUnion() && !b.isUnion()) {
    if (a.negated) return combinePair(b.container, a.container, true, want);
    return combinePair(a.container, b.container, b.negated, want);
  }
  const auto begin = operands_.begin() + static_cast<std::ptrdiff_t>(first);
  const bool anyUnion = std::any_of(begin, operands_.end(), [](const Operand& operand) { return operand.isUnion(); });
  const std::uint32_t mostFiltered = anyUnion ? kMaxFilteredByUnion : kMaxFiltered;
  const bool fewContacts = std::any_of(begin, operands_.end(), [&](const Operand& operand) {
    return !operand.negated && operand.isSparse() && operand.container.cardinality <= mostFiltered;
  });
  const bool arrays = std::all_of(begin, operands_.end(), [](const Operand& operand) { return operand.isSparse(); }) &&
                      std::any_of(begin, operands_.end(), [](const Operand& operand) { return !operand.negated; });
  return fewContacts || arrays ? filterSparse(first, want) : combineDense(first, want);
}

ContainerView ChunkEvaluator::filterSparse(std::size_t first, Want want) {
  const auto begin = operands_.begin() + static_cast<std::ptrdiff_t>(first);
  // The shortest array first, then what is likely to take most from it.
  std::sort(begin, operands_.end(), [](const Operand& a, const Operand& b) {
    if (a.negated != b.negated) return b.negated;
    if (a.negated) return a.container.cardinality > b.container.cardinality;
    if (a.isSparse() != b.isSparse()) return a.isSparse();
    return a.container.cardinality < b.container.cardinality;
  });
  ContainerView left = begin->container;
  for (auto operand = begin + 1; operand != operands_.end() && !left.empty(); ++operand) {
    const ContainerView& other = operand->container;
    if (operand->isUnion()) {
      left = filterByUnion(left, wordsOfUnion(*operand), !operand->negated, scratch_);
    } else if (want == Want::count && operand + 1 == operands_.end()) {
      left = counted(operand->negated ? subtractCount(left, other) : intersectCount(left, other));
    } else {
      left = operand->negated ? subtract(left, other, scratch_) : intersect(left, other, scratch_);
    }
  }
  return left;
}

ContainerView ChunkEvaluator::combineDense(std::size_t first, Want want) {
  // Everything becomes words: what is to be taken away and is none yet, in one block.
  ChunkWords* excluded = nullptr;
  for (std::size_t i = first; i < operands_.size(); ++i) {
    Operand& operand = operands_[i];
    if (operand.isUnion()) continue;
    if (operand.negated && operand.container.kind != ContainerKind::bitset) {
      if (excluded == nullptr) excluded = &cleared(scratch_.take());
      addTo(operand.container, *excluded);
      continue;
    }
    operand.firstWords = static_cast<std::uint32_t>(words_.size());
    operand.wordCount = 1;
    words_.push_back(wordsOf(operand.container, scratch_));
  }
  if (excluded != nullptr) words_.push_back(excluded->data());

  groups_.clear();
  for (std::size_t i = first; i < operands_.size(); ++i) {
    if (operands_[i].wordCount > 0) groups_.push_back({wordsOfUnion(operands_[i]), operands_[i].negated});
  }
  if (excluded != nullptr) groups_.push_back({std::span<const WordsPtr>(words_).last(1), true});
  return pass(groups_, want);
}

ContainerView ChunkEvaluator::pass(std::span<const WordGroup> groups, Want want) {
  if (want == Want::count) return counted(wordKernels().combine(groups, nullptr));
  ChunkWords& block = scratch_.take();
  const std::uint32_t cardinality = wordKernels().combine(groups, block.data());
  return settle(block, cardinality, scratch_);
}

ChunkEvaluator::Operand ChunkEvaluator::uniteTerms(const Node& node, ChunkIndex chunk, const ContainerView* within) {
  // So many results of evaluated operands are kept; further ones are added to a block, and their memory used again.
  constexpr std::uint32_t kMaxKept = 16;
  // With fewer operands to come, finding out that all contacts are there already saves nothing.
  constexpr std::size_t kLeastSpared = 4;
  const ContainerView everybody = program_.live().chunk(chunk);
  Operand united;
  united.firstWords = static_cast<std::uint32_t>(words_.size());
  ContainerView only;           // the operand seen so far, where there was but one
  ChunkWords* block = nullptr;  // the union of those that are no words
  std::uint32_t kept = 0;
  std::uint64_t bound = 0;
  std::uint64_t foldAt = everybody.cardinality;  // the bound from which the union may hold everybody
  const auto add = [&](const ContainerView& operand, bool lasts) {
    if (operand.kind == ContainerKind::bitset && lasts) {
      words_.push_back(operand.words());
      return;
    }
    if (block == nullptr) block = &cleared(scratch_.take());
    addTo(operand, *block);
  };
  // Makes one block of what is there, and counts it.
  const auto fold = [&] {
    if (block == nullptr) block = &scratch_.take();
    else words_.push_back(block->data());
    const WordGroup group{std::span<const WordsPtr>(words_).subspan(united.firstWords)};
    const std::uint32_t cardinality = wordKernels().combine({&group, 1}, block->data());
    words_.resize(united.firstWords);
    return cardinality;
  };
  std::size_t toCome = node.termCount;
  for (const Term& term : program_.terms(node)) {
    --toCome;
    const Node& operand = program_.node(term);
    const bool lasts = isReady(operand) || kept++ < kMaxKept;
    if (!lasts && block == nullptr) block = &cleared(scratch_.take());  // below the mark
    std::optional<Scratch::Mark> mark;
    if (!lasts) mark.emplace(scratch_);
    const ContainerView container = operandOf(operand, chunk, within);
    if (container.empty()) continue;
    if (container.full()) {
      words_.resize(united.firstWords);
      return {container};
    }
    bound += container.cardinality;
    if (bound == container.cardinality && lasts) {
      only = container;
      continue;
    }
    if (!only.empty()) add(std::exchange(only, {}), true);
    add(container, lasts);
    if (bound < foldAt || toCome < kLeastSpared || !lasts) continue;
    if (fold() == everybody.cardinality) return {everybody};
    foldAt = 2 * bound;
  }
  if (!only.empty() || bound == 0) return {only};
  united.wordCount = static_cast<std::uint32_t>(words_.size()) - united.firstWords;
  if (united.wordCount == 0) return {settle(*block, countOf(*block), scratch_)};
  if (block != nullptr) {
    words_.push_back(block->data());
    ++united.wordCount;
  }
  united.container = counted(static_cast<std::uint32_t>(std::min<std::uint64_t>(bound, kChunkSize)));
  return united;
}

ContainerView ChunkEvaluator::evaluateAnySparsely(const Node& node, ChunkIndex chunk, const ContainerView& within) {
  ContainerView without = within;
  for (const Term& term : program_.terms(node)) {
    const Node& operand = program_.node(term);
    const ContainerView taken =
        isReady(operand) ? ready(operand, chunk) : evaluate(operand, chunk, &without, Want::contacts);
    without = subtract(without, taken, scratch_);
    if (without.empty()) return within;
  }
  return subtract(within, without, scratch_);
}

ContainerView ChunkEvaluator::evaluateAny(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want) {
  if (isArray(within)) return evaluateAnySparsely(node, chunk, *within);
  const auto terms = program_.terms(node);
  if (within == nullptr && want == Want::count && node.disjoint) {
    std::uint32_t sum = 0;
    for (const Term& term : terms) sum += evaluate(program_.node(term), chunk, nullptr, want).cardinality;
    return counted(sum);
  }
  if (within == nullptr && terms.size() == 2) {
    const ContainerView a = evaluate(program_.node(terms[0]), chunk, nullptr, Want::contacts);
    const ContainerView b = evaluate(program_.node(terms[1]), chunk, nullptr, Want::contacts);
    return want == Want::count ? counted(uniteCount(a, b)) : unite(a, b, scratch_);
  }
  const Frame frame(*this);
  const Operand united = uniteTerms(node, chunk, within);
  if (!united.isUnion() && united.container.empty()) return {};
  operands_.push_back(united);
  if (within != nullptr) operands_.push_back({*within});
  return combineOperands(frame.first(), want);
}

ContainerView ChunkEvaluator::evaluateCountOf(const Node& node, ChunkIndex chunk, const ContainerView* within,
                                              Want want) {
  const auto terms = program_.terms(node);
  const ContainerView universe = within != nullptr ? *within : program_.live().chunk(chunk);
  if (terms.size() > kMaxThresholdOperands) return countOfMany(node, chunk, universe);
  const bool allReady =
      std::all_of(terms.begin(), terms.end(), [&](const Term& term) { return isReady(program_.node(term)); });
  if (allReady && isArray(within) && within->cardinality <= kMaxFilteredByThreshold)
    return countOfFew(node, chunk, *within);
  const Frame frame(*this);
  const std::size_t first = words_.size();
  for (const Term& term : terms) {
    const ContainerView container = operandOf(program_.node(term), chunk, within);
    if (!container.empty()) words_.push_back(wordsOf(container, scratch_));
  }
  const auto operands = std::span<const WordsPtr>(words_).subspan(first);
  if (node.minimum > operands.size() || universe.empty()) return {};
  const WordsPtr universeWords = wordsOf(universe, scratch_);
  ChunkWords* block = want == Want::count ? nullptr : &scratch_.take();
  const std::uint32_t cardinality = wordKernels().threshold(operands, node.minimum, node.maximum, universeWords,
                                                            block == nullptr ? nullptr : block->data());
  return block == nullptr ? counted(cardinality) : settle(*block, cardinality, scratch_);
}

// Where all operands are there: each contact is looked for in each of them.
ContainerView ChunkEvaluator::countOfFew(const Node& node, ChunkIndex chunk, const ContainerView& within) {
  const Frame frame(*this);
  for (const Term& term : program_.terms(node)) operands_.push_back({ready(program_.node(term), chunk)});
  const auto operands = std::span<const Operand>(operands_).subspan(frame.first());
  return filter(within, scratch_, [&](std::uint16_t place) {
    std::uint32_t holding = 0;
    for (const Operand& operand : operands) holding += static_cast<std::uint32_t>(operand.container.contains(place));
    return node.minimum <= holding && holding <= node.maximum;
  });
}

ContainerView ChunkEvaluator::countOfMany(const Node& node, ChunkIndex chunk, const ContainerView& universe) {
  std::vector<std::uint32_t> counts(kChunkSize, 0);
  for (const Term& term : program_.terms(node)) {
    const Scratch::Mark mark(scratch_);
    forEachValue(evaluate(program_.node(term), chunk, nullptr, Want::contacts),
                 [&](std::uint16_t place) { ++counts[place]; });
  }
  ChunkWords& block = cleared(scratch_.take());
  std::uint32_t cardinality = 0;
  forEachValue(universe, [&](std::uint16_t place) {
    if (counts[place] < node.minimum || counts[place] > node.maximum) return;
    block.set(place);
    ++cardinality;
  });
  return settle(block, cardinality, scratch_);
}

ContainerView ChunkEvaluator::evaluateNumbers(const Node& node, ChunkIndex chunk, const ContainerView* within,
                                              Want want) {
  const ShardProgram::NumberOperand& operand = program_.numbers(node);
  const NumberRange range = operand.columns->ranges[chunk];
  if (range.empty()) return {};
  const ContainerView present = operand.present->chunk(chunk);
  const bool allPresent = present.cardinality == program_.live().chunk(chunk).cardinality;
  const ContainerView candidates = within == nullptr ? present
                                   : allPresent      ? *within
                                                     : intersect(present, *within, scratch_);
  return findNumbers(operand.slices[chunk].get(), range, operand.intervals, candidates, want, scratch_);
}

ContainerView ChunkEvaluator::evaluateScan(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want) {
  const ShardProgram::ScanOperand& operand = program_.scan(node);
  const ContainerView present = operand.present->chunk(chunk);
  const ContainerView candidates = within == nullptr ? present : intersect(present, *within, scratch_);
  if (candidates.empty()) return {};
  auto scanned = scanChunk(operand, program_.shard(), chunk, candidates, want, scratch_);
  if (!scanned) {
    error_ = std::move(scanned.error());
    return {};
  }
  return *scanned;
}

}  // namespace roster
