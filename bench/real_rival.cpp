#include "bench/real_rival.h"

#include <algorithm>

namespace roster::bench {

RealRival::RealRival(const RealSet& set) {
  for (const std::vector<ContactId>& bitmap : set.bitmaps) {
    bitmaps_.emplace_back(roaring_bitmap_of_ptr(bitmap.size(), bitmap.data()));
    roaring_bitmap_run_optimize(bitmaps_.back().get());
    roaring_bitmap_shrink_to_fit(bitmaps_.back().get());
    inOrder_.push_back(bitmaps_.back().get());
  }
  bySize_ = inOrder_;
  std::ranges::stable_sort(bySize_, {}, roaring_bitmap_get_cardinality);
}

RealRival::PairCalls RealRival::callsOf(RealAlgebra algebra) {
  switch (algebra) {
    case RealAlgebra::intersect: return {roaring_bitmap_and_cardinality, roaring_bitmap_and};
    case RealAlgebra::unite: return {roaring_bitmap_or_cardinality, roaring_bitmap_or};
    case RealAlgebra::subtract: break;
  }
  return {roaring_bitmap_andnot_cardinality, roaring_bitmap_andnot};
}

RoaringPtr RealRival::intersectionOf(std::size_t count) const {
  RoaringPtr left(roaring_bitmap_and(bySize_[0], bySize_[1]));
  for (std::size_t i = 2; i < count && !roaring_bitmap_is_empty(left.get()); ++i) {
    roaring_bitmap_and_inplace(left.get(), bySize_[i]);
  }
  return left;
}

// The last bitmap is counted against and not made part of a result.
std::uint64_t RealRival::countAll(RealAlgebra algebra, WideUnion wide) const {
  if (algebra == RealAlgebra::unite) return roaring_bitmap_get_cardinality(combineAll(algebra, wide).get());
  if (bySize_.size() == 2) return roaring_bitmap_and_cardinality(bySize_[0], bySize_[1]);
  const RoaringPtr left = intersectionOf(bySize_.size() - 1);
  return roaring_bitmap_and_cardinality(left.get(), bySize_.back());
}

RoaringPtr RealRival::combineAll(RealAlgebra algebra, WideUnion wide) const {
  if (algebra != RealAlgebra::unite) return intersectionOf(bySize_.size());
  auto** const operands = const_cast<Operand*>(inOrder_.data());  // which CRoaring reads only
  if (wide == WideUnion::many) return RoaringPtr(roaring_bitmap_or_many(inOrder_.size(), operands));
  return RoaringPtr(roaring_bitmap_or_many_heap(static_cast<std::uint32_t>(inOrder_.size()), operands));
}

std::size_t RealRival::portableBytes() const {
  std::size_t bytes = 0;
  for (const RoaringPtr& bitmap : bitmaps_) bytes += roaring_bitmap_portable_size_in_bytes(bitmap.get());
  return bytes;
}

}  // namespace roster::bench
