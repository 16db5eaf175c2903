// The operations over a real set as a careful programmer runs them with CRoaring's public API, on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bench/hand_index.h"
#include "bench/real_operations.h"

namespace roster::bench {

// How a union of all bitmaps is made; which one is faster depends on the set.
enum class WideUnion : std::uint8_t { many, heap };

// A bitmap each, run-optimized and shrunk. Not thread-safe.
class RealRival {
 public:
  explicit RealRival(const RealSet& set);

  // Answers every question of the operation once, in order: `counted` takes each count of one that counts, `made` each
  // bitmap of one that makes them, as soon as it is there.
  template <class Counted, class Made>
  void run(const RealOperation& operation, WideUnion wide, const Counted& counted, const Made& made) const {
    if (operation.isWide) {
      if (operation.isCount) counted(countAll(operation.algebra, wide));
      else made(combineAll(operation.algebra, wide));
      return;
    }
    const PairCalls calls = callsOf(operation.algebra);
    for (std::size_t i = 0; i + 1 < bitmaps_.size(); ++i) {
      if (operation.isCount) counted(calls.count(bitmaps_[i].get(), bitmaps_[i + 1].get()));
      else made(RoaringPtr(calls.make(bitmaps_[i].get(), bitmaps_[i + 1].get())));
    }
  }

  // All bitmaps in Roaring's portable format.
  std::size_t portableBytes() const;

 private:
  using Operand = const roaring_bitmap_t*;

  // CRoaring's own functions.
  struct PairCalls {
    std::uint64_t (*count)(Operand, Operand) = nullptr;
    roaring_bitmap_t* (*make)(Operand, Operand) = nullptr;
  };
  static PairCalls callsOf(RealAlgebra algebra);

  std::uint64_t countAll(RealAlgebra algebra, WideUnion wide) const;
  RoaringPtr combineAll(RealAlgebra algebra, WideUnion wide) const;
  // What is in the first `count` bitmaps of those in order of size, of which there are two or more.
  RoaringPtr intersectionOf(std::size_t count) const;

  std::vector<RoaringPtr> bitmaps_;
  std::vector<Operand> bySize_;  // ascending
  std::vector<Operand> inOrder_;
};

}  // namespace roster::bench
