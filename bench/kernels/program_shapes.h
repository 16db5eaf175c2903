// Predicates over one chunk in two forms that mean the same: a plan, and a plain condition on one contact.
//
// Plans are built by hand, so that a program has the shape that it is to have, whatever rewriting would make of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
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
Shape atLeast(std::uint32_t minimum, std::vector<Shape> operands);

// A number of each contact that has one.
struct HeldNumbers {
  FieldId field = 0;
  ChunkWords present;
  std::vector<std::int64_t> numbers;  // of all places
};
using HeldNumbersPtr = std::shared_ptr<const HeldNumbers>;

// One chunk of contacts, all alive, and the bitmaps and numbers that shapes are about.
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

  // What was added so far, as one shard.
  SnapshotPtr snapshot() const;

 private:
  PlanNode planOf(const std::vector<HeldPtr>& held, bool disjoint);

  std::vector<DenseValue> values_;  // of the one coded field
  std::vector<HeldNumbersPtr> numbers_;
};

}  // namespace roster::bench
