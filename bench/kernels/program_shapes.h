// Predicates over one chunk in two forms that mean the same: a plan, and a plain condition on one contact.
//
// Plans are built by hand, so that a program has the shape that it is to have, whatever rewriting would make of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "bench/kernels/kernel_data.h"
#include "core/data/snapshot.h"
#include "core/eval/plan.h"

namespace roster::bench {

struct Shape {
  PlanNode plan;
  std::function<bool(std::uint32_t)> holds;  // for a place in the chunk
};

Shape all(std::vector<Shape> operands);
Shape any(std::vector<Shape> operands);
Shape no(Shape operand);
// Those that match at least `minimum` and at most `maximum` of the operands.
Shape countOf(std::uint32_t minimum, std::uint32_t maximum, std::vector<Shape> operands);
Shape atLeast(std::uint32_t minimum, std::vector<Shape> operands);

// A number of each contact that has one.
struct HeldNumbers {
  FieldId field = 0;
  ChunkWords present;
  std::vector<std::int64_t> numbers;  // of all places
};
using HeldNumbersPtr = std::shared_ptr<const HeldNumbers>;

// One chunk of contacts, all alive, and the fields, keys and lists that shapes are about.
class ChunkData {
 public:
  // A bitmap in its own form.
  Shape bitmap(const HeldPtr& held);
  std::vector<Shape> bitmaps(const std::vector<HeldPtr>& held);

  // The contacts that hold one of these, of which no contact is in two.
  Shape oneOf(const std::vector<HeldPtr>& disjoint);

  // Numbers from `least` to `greatest` of one contact in `every`.
  HeldNumbersPtr numbers(Dice& dice, std::uint32_t every, std::int64_t least, std::int64_t greatest);
  static Shape in(const HeldNumbersPtr& numbers, Intervals intervals);
  // Read from the forward columns, contact by contact.
  static Shape less(const HeldNumbersPtr& left, const HeldNumbersPtr& right);

  // What shapes of other kinds are about.
  FieldId addField(std::shared_ptr<const FieldShard> field);
  ListId addList(SlotPtr<Bitmap> members);
  void setKeys(SlotPtr<StringChunk> keys) { keys_ = std::move(keys); }

  // What was added so far, as one shard.
  SnapshotPtr snapshot() const;

 private:
  PlanNode planOf(const std::vector<HeldPtr>& held, bool disjoint);

  std::vector<DenseValue> values_;                         // of the one coded field
  std::vector<std::shared_ptr<const FieldShard>> fields_;  // all others
  std::vector<SlotPtr<Bitmap>> lists_;
  SlotPtr<StringChunk> keys_;
};

}  // namespace roster::bench
