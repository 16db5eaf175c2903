// A plan made ready for one shard: operands found and held in memory, constants folded. What runs per chunk.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
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
    bool disjoint = false;  // any: no contact is in two of its operands
  };

  // A numeric field against intervals. Slices are held of the chunks whose least and greatest value do not decide.
  struct NumberOperand {
    Intervals intervals;
    std::shared_ptr<const Bitmap> present;
    std::array<NumberRange, kChunksPerShard> ranges;
    std::array<std::shared_ptr<const SliceChunk>, kChunksPerShard> slices;
  };

  // A scan and the fields it reads. Its columns are loaded chunk by chunk, because they can be large.
  struct ScanOperand {
    PlanScan scan;
    std::shared_ptr<const Bitmap> present;  // the contacts worth looking at
    const FieldShard* field = nullptr;
    const FieldShard* other = nullptr;  // the right side of a comparison of fields
  };

  // `snapshot` is held by the caller as long as the program lives. dataLoss where a piece cannot be loaded.
  static Result<ShardProgram> prepare(const PlanNode& plan, const Snapshot& snapshot, ShardIndex shard);

  const Node& root() const { return nodes_[root_]; }
  const Node& node(const Term& term) const { return nodes_[term.node]; }
  std::span<const Term> terms(const Node& node) const {
    return std::span(terms_).subspan(node.firstTerm, node.termCount);
  }
  const Bitmap& bitmap(const Node& node) const { return *bitmaps_[node.operand]; }
  const NumberOperand& numbers(const Node& node) const { return numbers_[node.operand]; }
  const ScanOperand& scan(const Node& node) const { return scans_[node.operand]; }
  const Bitmap& live() const { return *live_; }
  const Shard& shard() const { return *shard_; }

  // Chunks that hold contacts: 0 … chunkCount()-1.
  ChunkIndex chunkCount() const { return (shard_->size + kChunkSize - 1) / kChunkSize; }

  // Bytes of the bitmaps and slices that evaluation may read.
  std::size_t operandBytes() const;

 private:
  friend class ShardProgramBuilder;

  const Shard* shard_ = nullptr;
  std::shared_ptr<const Bitmap> live_;
  std::vector<Node> nodes_;
  std::vector<Term> terms_;
  std::vector<std::shared_ptr<const Bitmap>> bitmaps_;
  std::vector<NumberOperand> numbers_;
  std::vector<ScanOperand> scans_;
  std::uint32_t root_ = 0;
};

}  // namespace roster
