// Plans made ready for one shard: operands found and held in memory, constants folded. What runs per chunk.
//
// Several plans become one program with a root each. What occurs in more than one place is there once, and is evaluated
// once a chunk; of a single plan nothing is looked for that occurs twice, since that takes longer than it saves.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/snapshot.h"
#include "core/eval/plan.h"

namespace roster {

// Immutable; safe to evaluate from several threads, each with a ChunkEvaluator of its own.
class ShardProgram {
 public:
  enum class Kind : std::uint8_t { empty, bitmap, numbers, any, countOf, all, scan };

  // An operand of a combination. Negated ones occur under `all` only.
  struct Term {
    std::uint32_t node = 0;
    bool negated = false;
  };

  struct Node {
    Kind kind = Kind::empty;
    std::uint32_t operand = 0;    // bitmap, numbers, scan: index of the operand
    std::uint32_t firstTerm = 0;  // all, any, countOf: its terms
    std::uint32_t termCount = 0;
    std::uint32_t minimum = 0;  // countOf
    std::uint32_t maximum = 0;
    bool disjoint = false;   // any: no contact is in two of its operands
    bool ofBitmaps = false;  // any: all its operands are bitmaps
    bool shared = false;     // several nodes or roots use it
  };

  // A numeric field against intervals. Slices are held of the chunks whose least and greatest value do not decide.
  struct NumberOperand {
    Intervals intervals;
    std::shared_ptr<const Bitmap> present;
    const NumberColumns* columns = nullptr;  // of the shard
    std::array<std::shared_ptr<const SliceChunk>, kChunksPerShard> slices;
  };

  // A scan and the fields it reads. Its columns are loaded chunk by chunk, because they can be large.
  struct ScanOperand {
    PlanScan scan;
    std::shared_ptr<const Bitmap> present;  // the contacts worth looking at
    const FieldShard* field = nullptr;
    const FieldShard* other = nullptr;  // the right side of a comparison of fields
    ShardIndex shard = 0;
  };

  // What is in one bitmap and in another one, or not in it: the commonest program, which needs no nodes.
  struct Pair {
    const Bitmap* kept = nullptr;
    const Bitmap* other = nullptr;
    bool excluded = false;
  };

  // `snapshot` is held by the caller as long as the program lives. dataLoss where a piece cannot be loaded.
  static Result<ShardProgram> prepare(const PlanNode& plan, const Snapshot& snapshot, ShardIndex shard);
  static Result<ShardProgram> prepare(std::span<const PlanNode* const> plans, const Snapshot& snapshot,
                                      ShardIndex shard);

  // The only root, and all of them in the order of their plans.
  const Node& root() const { return nodes_[roots_.front()]; }
  std::span<const std::uint32_t> roots() const { return roots_; }
  const std::optional<Pair>& pair() const { return pair_; }
  const Node& node(const Term& term) const { return nodes_[term.node]; }
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  std::uint32_t nodeCount() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::uint32_t indexOf(const Node& node) const { return static_cast<std::uint32_t>(&node - nodes_.data()); }
  // The shared nodes, each after those that it uses.
  std::span<const std::uint32_t> shared() const { return shared_; }
  std::span<const Term> terms(const Node& node) const {
    return std::span(terms_).subspan(node.firstTerm, node.termCount);
  }
  const Bitmap& bitmap(const Node& node) const { return *bitmaps_[node.operand]; }
  const NumberOperand& numbers(const Node& node) const { return numbers_[node.operand]; }
  const ScanOperand& scan(const Node& node) const { return scans_[node.operand]; }
  const Bitmap& live() const { return *live_; }
  const Shard& shard() const { return *shard_; }

  // Chunks that hold contacts: 0 … chunkCount()-1.
  ChunkIndex chunkCount() const { return chunkCountOf(shard_->size); }

  // Those of them, one bit each, that may hold a match of any root: told by which chunks the operands have anything in.
  std::uint32_t candidateChunks() const { return candidateChunks_; }

  // The number of contacts that match the only root, where the cardinalities of bitmaps tell it.
  std::optional<std::uint32_t> knownCount() const {
    return candidateChunks_ == 0 ? std::optional<std::uint32_t>(0) : knownCount(root());
  }

  // Roughly how long all chunks take on one core, for scheduling.
  std::uint64_t estimatedNanoseconds() const;

  // Bytes of the bitmaps, slices and scanned columns that evaluation may read.
  std::size_t operandBytes() const;

 private:
  friend class ShardProgramBuilder;

  std::optional<std::uint32_t> knownCount(const Node& node) const;
  std::uint32_t candidatesOf(const Node& node) const;

  const Shard* shard_ = nullptr;
  std::shared_ptr<const Bitmap> live_;
  std::vector<Node> nodes_;
  std::vector<Term> terms_;
  std::vector<std::shared_ptr<const Bitmap>> bitmaps_;
  std::vector<NumberOperand> numbers_;
  std::vector<ScanOperand> scans_;
  std::vector<std::uint32_t> roots_;
  std::vector<std::uint32_t> shared_;
  std::optional<Pair> pair_;
  std::uint32_t candidateChunks_ = 0;
};

}  // namespace roster
