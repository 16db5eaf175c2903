// Runs a shard's program over one chunk at a time. No intermediate bitmap is built: operands are read in place, and
// what is in between lives in a few blocks of 8 KiB.
//
// Techniques, after the best engines in print (BitMagic's aggregator, Lucene's dense conjunctions): leaves are resolved
// to empty, full or a container before data is touched; an AND that has a sparse operand filters it through the rest,
// smallest first; dense operands, ORs of them among it, are combined in one pass; what an AND has left so far is handed
// down into ORs, comparisons and scans, which need not look beyond it; an OR of many ends where it holds everybody;
// counting stores nothing in its last step.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/eval/container_algebra.h"
#include "core/eval/scratch.h"
#include "core/eval/shard_program.h"
#include "core/eval/word_kernels.h"

namespace roster {

// Called with the number of a node whose own evaluation over a chunk has just ended; the next one begins right after.
using NodeObserver = std::function<void(std::uint32_t node)>;

// So many contacts of an array are looked for one by one in the operands of a threshold, instead of passing over all
// bits (docs/decisions/004).
inline constexpr std::uint32_t kMaxFilteredByThreshold = 64;

// Not thread-safe: one a thread. The program outlives it.
class ChunkEvaluator {
 public:
  ChunkEvaluator(const ShardProgram& program, Scratch& scratch) : program_(program), scratch_(scratch) {}

  // The number of contacts of the chunk that match.
  std::uint32_t count(ChunkIndex chunk);

  // Of a program of several roots: adds how many contacts of the chunk match each root to its entry of `counts`.
  // An observer is told of every shared node in the program's order, then of every root.
  void countEach(ChunkIndex chunk, std::span<std::uint64_t> counts, const NodeObserver* observer = nullptr);

  // Of such a program, those that match each root; the views are valid as evaluate()'s are.
  void evaluateEach(ChunkIndex chunk, std::span<ContainerView> results);

  // Those that match; the view is valid until the scratch's mark before this call is gone.
  ContainerView evaluate(ChunkIndex chunk);

  // Set once a piece could not be loaded; results since then are worthless.
  const std::optional<Error>& error() const { return error_; }

 private:
  using Node = ShardProgram::Node;
  using Term = ShardProgram::Term;

  // An operand of an `all` or `any` that is there without evaluating: a container, or a union of chunks of bits.
  struct Operand {
    ContainerView container;  // of a union, the cardinality is an upper bound
    std::uint32_t firstWords = 0;
    std::uint32_t wordCount = 0;  // of a union, at least 2
    bool negated = false;

    bool isUnion() const { return wordCount > 0; }
    bool isSparse() const { return !isUnion() && container.kind == ContainerKind::array; }
  };

  // Gives back the operands that were pushed since it was made: evaluation nests.
  class Frame;

  // `evaluated` is a NodeObserver, or does nothing and costs nothing.
  template <class Evaluated>
  void evaluateShared(ChunkIndex chunk, const Evaluated& evaluated);
  template <class Evaluated>
  void countRoots(ChunkIndex chunk, std::span<std::uint64_t> counts, const Evaluated& evaluated);

  // Whether a node's contacts are there without evaluating: of a bitmap, or of what several nodes use.
  static bool isReady(const Node& node) { return node.kind == ShardProgram::Kind::bitmap || node.shared; }
  ContainerView ready(const Node& node, ChunkIndex chunk) const {
    return node.shared ? shared_[program_.indexOf(node)] : program_.bitmap(node).chunk(chunk);
  }

  ContainerView evaluatePair(const ShardProgram::Pair& pair, ChunkIndex chunk, Want want);
  // What is in one container and in another one, or not in it.
  ContainerView combinePair(const ContainerView& kept, const ContainerView& other, bool excluded, Want want);

  // A node's contacts, and of them only those in `within` where it is not null.
  ContainerView evaluate(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);
  // The same for whoever looks within `within` anyway: what is there is not cut to it, and what has to be found is less
  // work within it.
  ContainerView operandOf(const Node& node, ChunkIndex chunk, const ContainerView* within) {
    return isReady(node) ? ready(node, chunk) : evaluate(node, chunk, within, Want::contacts);
  }
  ContainerView evaluateAnew(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);
  ContainerView evaluateAll(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);
  ContainerView evaluateAny(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);
  ContainerView evaluateAnySparsely(const Node& node, ChunkIndex chunk, const ContainerView& within);
  ContainerView evaluateCountOf(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);
  ContainerView countOfFew(const Node& node, ChunkIndex chunk, const ContainerView& within);
  ContainerView countOfMany(const Node& node, ChunkIndex chunk, const ContainerView& universe);
  ContainerView evaluateNumbers(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);
  ContainerView evaluateScan(const Node& node, ChunkIndex chunk, const ContainerView* within, Want want);

  // Pushes the simple operands of an `all`; false where they leave nothing.
  bool gather(const Node& node, ChunkIndex chunk, const ContainerView* within);
  // All operands from `first` on: filtered through each other if one is sparse, in one pass otherwise.
  ContainerView combineOperands(std::size_t first, Want want);
  ContainerView filterSparse(std::size_t first, Want want);
  ContainerView combineDense(std::size_t first, Want want);

  // The union of an `any`'s operands, evaluated within `within` where they are not bitmaps.
  Operand uniteTerms(const Node& node, ChunkIndex chunk, const ContainerView* within);

  std::span<const WordsPtr> wordsOfUnion(const Operand& operand) const {
    return std::span(words_).subspan(operand.firstWords, operand.wordCount);
  }
  ContainerView pass(std::span<const WordGroup> groups, Want want);

  const ShardProgram& program_;
  Scratch& scratch_;
  std::vector<Operand> operands_;
  std::vector<WordsPtr> words_;
  std::vector<WordGroup> groups_;
  std::vector<ContainerView> shared_;  // by node, of those that are shared: the chunk's contacts
  std::optional<Error> error_;
};

}  // namespace roster
