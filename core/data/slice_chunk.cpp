#include "core/data/slice_chunk.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>

namespace roster {

namespace {

// Transposes a 64 × 64 matrix of bits in place: bit k of row i becomes bit i of row k (Hacker's Delight, section 7-3).
void transpose(std::array<std::uint64_t, 64>& rows) {
  std::uint64_t mask = 0x00000000FFFFFFFF;
  for (unsigned width = 32; width != 0; width >>= 1, mask ^= mask << width) {
    for (unsigned row = 0; row < 64; row = (row + width + 1) & ~width) {
      const std::uint64_t swapped = ((rows[row] >> width) ^ rows[row + width]) & mask;
      rows[row] ^= swapped << width;
      rows[row + width] ^= swapped;
    }
  }
}

struct Extremes {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t greatest = std::numeric_limits<std::int64_t>::min();
};

Extremes extremesOf(const ChunkWords& present, std::span<const std::int64_t> numbers) {
  Extremes extremes;
  forEachBit(present.data(), [&](std::uint16_t at) {
    extremes.least = std::min(extremes.least, numbers[at]);
    extremes.greatest = std::max(extremes.greatest, numbers[at]);
  });
  return extremes;
}

}  // namespace

SliceChunk SliceChunk::build(const ChunkWords& present, std::span<const std::int64_t> numbers) {
  const Extremes extremes = extremesOf(present, numbers);
  if (extremes.least > extremes.greatest) return ofSlices(0, 0, {});
  const auto base = static_cast<std::uint64_t>(extremes.least);
  const auto bits = static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(extremes.greatest) - base));

  const auto slices = std::make_unique<ChunkWords[]>(bits);
  std::array<std::uint64_t, 64> rows;
  for (std::uint32_t w = 0; w < kChunkWords && bits != 0; ++w) {
    if (present.words[w] == 0) continue;
    for (std::uint32_t bit = 0; bit < 64; ++bit) {
      const bool here = (present.words[w] >> bit) & 1;
      rows[bit] = here ? static_cast<std::uint64_t>(numbers[w * 64 + bit]) - base : 0;
    }
    transpose(rows);
    for (std::uint32_t k = 0; k < bits; ++k) slices[k].words[w] = rows[k];
  }

  ContainerPackBuilder builder;
  for (std::uint32_t k = 0; k < bits; ++k) builder.addWords(k, slices[k]);
  return ofSlices(extremes.least, bits, std::move(builder));
}

SliceChunk SliceChunk::ofSlices(std::int64_t base, std::uint32_t bits, ContainerPackBuilder&& slices) {
  SliceChunk chunk;
  chunk.base_ = base;
  chunk.bits_ = bits;
  chunk.bytes_ = Buffer(kHeaderBytes + slices.packedSize());
  std::memset(chunk.bytes_.data(), 0, kHeaderBytes);
  std::memcpy(chunk.bytes_.data(), &base, 8);
  std::memcpy(chunk.bytes_.data() + 8, &bits, 4);
  slices.writeTo(chunk.bytes_.data() + kHeaderBytes);
  chunk.mask_ = chunk.pack().tagMask();
  return chunk;
}

Result<SliceChunk> SliceChunk::decode(Buffer&& bytes) {
  if (bytes.size() < kHeaderBytes) return fail(ErrorCode::dataLoss, "a bit-sliced chunk is cut off");
  const auto pack = ContainerPackView::validate(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes);
  if (!pack) return tl::unexpected(pack.error());
  SliceChunk chunk;
  std::memcpy(&chunk.base_, bytes.data(), 8);
  std::memcpy(&chunk.bits_, bytes.data() + 8, 4);
  chunk.mask_ = pack->tagMask();
  if (chunk.bits_ > 64 || (chunk.bits_ < 64 && (chunk.mask_ >> chunk.bits_) != 0)) {
    return fail(ErrorCode::dataLoss, "a bit-sliced chunk has slices beyond its bits");
  }
  chunk.bytes_ = std::move(bytes);
  return chunk;
}

}  // namespace roster
