// The bit-sliced index of one chunk of a numeric field: slice k holds the contacts whose distance from the chunk's base
// has bit k set (O'Neil and Quass, "Improved query performance with variant indexes", 1997).
//
// A base of its own keeps each chunk to the slices its values need; the chunk's least and greatest value are known
// without looking at it (NumberShard::ranges) and decide most comparisons.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/buffer.h"
#include "core/data/container_pack.h"

namespace roster {

// Immutable, used in place, safe to read from any thread. Contacts without a value are in no slice.
class SliceChunk {
 public:
  SliceChunk() = default;
  // The slices of the contacts in `present` (at most one chunk's); numbers[i] is contact i's.
  static SliceChunk build(const ChunkWords& present, std::span<const std::int64_t> numbers);
  // The same of slices that are there: the builder's tags are bits of the distance from `base`, all below `bits`.
  static SliceChunk ofSlices(std::int64_t base, std::uint32_t bits, ContainerPackBuilder&& slices);
  static Result<SliceChunk> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }

  std::int64_t base() const { return base_; }
  // Bits that any distance from the base needs: 0 where all values are the same, 64 at the most.
  std::uint32_t bits() const { return bits_; }
  ContainerView slice(std::uint32_t bit) const { return pack().find(mask_, bit); }

 private:
  // i64 base, u32 bits, padding to a cache line, then a container pack whose tags are bits.
  static constexpr std::size_t kHeaderBytes = kCacheLine;

  ContainerPackView pack() const {
    return bytes_.size() == 0 ? ContainerPackView() : ContainerPackView(bytes_.data() + kHeaderBytes);
  }

  Buffer bytes_;
  std::int64_t base_ = 0;
  std::uint64_t mask_ = 0;
  std::uint32_t bits_ = 0;
};

}  // namespace roster
