#include "bench/hand_slices.h"

namespace roster::bench {

namespace {

bool bitOf(std::uint64_t number, std::size_t bit) { return ((number >> bit) & 1) != 0; }

// Those above `distance` as far as the slices below `top` tell. From the low bit up: where the limit has a one, a
// number must have it too; where it has a zero, a number that has it is above. Null stands for nobody.
RoaringPtr aboveUpTo(const BitSlices& numbers, std::uint64_t distance, std::size_t top) {
  RoaringPtr above;
  bool lazy = false;
  for (std::size_t bit = 0; bit < top; ++bit) {
    const roaring_bitmap_t* slice = numbers.slices[bit].get();
    if (!bitOf(distance, bit)) {
      if (above == nullptr) {
        above.reset(roaring_bitmap_copy(slice));
        continue;
      }
      roaring_bitmap_lazy_or_inplace(above.get(), slice, false);
      lazy = true;
    } else if (above != nullptr) {
      if (lazy) roaring_bitmap_repair_after_lazy(above.get());
      lazy = false;
      roaring_bitmap_and_inplace(above.get(), slice);
    }
  }
  if (lazy) roaring_bitmap_repair_after_lazy(above.get());
  return above;
}

}  // namespace

RoaringPtr greaterThan(const BitSlices& numbers, std::int64_t limit) {
  if (limit < numbers.base) return RoaringPtr(roaring_bitmap_copy(numbers.present));
  const auto distance = static_cast<std::uint64_t>(limit - numbers.base);
  RoaringPtr above;
  if (distance < numbers.greatest) above = aboveUpTo(numbers, distance, numbers.slices.size());
  return above != nullptr ? std::move(above) : RoaringPtr(roaring_bitmap_create());
}

std::uint64_t countGreaterThan(const BitSlices& numbers, std::int64_t limit) {
  if (limit < numbers.base) return roaring_bitmap_get_cardinality(numbers.present);
  const auto distance = static_cast<std::uint64_t>(limit - numbers.base);
  if (distance >= numbers.greatest) return 0;
  const std::size_t top = numbers.slices.size() - 1;
  const roaring_bitmap_t* slice = numbers.slices[top].get();
  const RoaringPtr above = aboveUpTo(numbers, distance, top);
  if (above == nullptr) return bitOf(distance, top) ? 0 : roaring_bitmap_get_cardinality(slice);
  return bitOf(distance, top) ? roaring_bitmap_and_cardinality(above.get(), slice)
                              : roaring_bitmap_or_cardinality(above.get(), slice);
}

std::uint64_t countBetween(const BitSlices& numbers, std::int64_t low, std::int64_t high) {
  return countGreaterThan(numbers, low - 1) - countGreaterThan(numbers, high);
}

}  // namespace roster::bench
