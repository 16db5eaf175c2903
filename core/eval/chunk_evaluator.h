// Runs a shard's program over one chunk at a time. No intermediate bitmap is built: operands are read in place, and
// what is in between lives in a few blocks of 8 KiB.
//
// Techniques, after the best engines in print (BitMagic's aggregator, Lucene's dense conjunctions): leaves are resolved
// to empty, full or a container before data is touched; an AND goes by this chunk's cardinalities, smallest first; a
// sparse accumulator turns into an array and filters it through the rest; what an AND has left so far is handed down
// into ORs, comparisons and scans, which need not look beyond it; counting stores nothing for the last operand.
#pragma once

#include <optional>

#include "core/eval/container_algebra.h"
#include "core/eval/scratch.h"
#include "core/eval/shard_program.h"

namespace roster {

// Not thread-safe: one a thread. The program outlives it.
class ChunkEvaluator {
 public:
  ChunkEvaluator(const ShardProgram& program, Scratch& scratch) : program_(program), scratch_(scratch) {}

  // The number of contacts of the chunk that match.
  std::uint32_t count(ChunkIndex chunk);

  // Those that match; the view is valid until the scratch's mark before this call is gone.
  ContainerView evaluate(ChunkIndex chunk) { return evaluate(program_.root(), chunk, nullptr); }

  // Set once a piece could not be loaded; results since then are worthless.
  const std::optional<Error>& error() const { return error_; }

 private:
  using Node = ShardProgram::Node;
  using Term = ShardProgram::Term;

  // A node's contacts, and of them only those in `within` where it is not null.
  ContainerView evaluate(const Node& node, ChunkIndex chunk, const ContainerView* within);
  ContainerView evaluateAll(const Node& node, ChunkIndex chunk, const ContainerView* within);
  ContainerView evaluateAny(const Node& node, ChunkIndex chunk, const ContainerView* within);
  ContainerView evaluateCountOf(const Node& node, ChunkIndex chunk, const ContainerView* within);
  ContainerView evaluateNumbers(const Node& node, ChunkIndex chunk, const ContainerView* within);
  ContainerView evaluateScan(const Node& node, ChunkIndex chunk, const ContainerView* within);

  std::uint32_t countAll(const Node& node, ChunkIndex chunk);
  std::uint32_t countAny(const Node& node, ChunkIndex chunk);

  // The simple operands of an `all` in the order they are best applied; nullopt where they leave nothing.
  struct Conjunction;
  bool gather(const Node& node, ChunkIndex chunk, Conjunction& conjunction);

  const ShardProgram& program_;
  Scratch& scratch_;
  std::optional<Error> error_;
};

}  // namespace roster
