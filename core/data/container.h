// One chunk's worth of a bitmap: a Roaring container (array, bitset or run) seen in place.
//
// Layouts are Roaring's own, so that its kernels run on them:
//   array   `cardinality` ascending 16-bit values
//   bitset  1,024 words of 64 bits
//   run     `runs` pairs of 16-bit (first value, length - 1), ascending, not touching
// An empty container is never stored; a view with cardinality 0 stands for it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/base/ids.h"

namespace roster {

inline constexpr std::uint32_t kChunkWords = kChunkSize / 64;
inline constexpr std::uint32_t kMaxArrayCardinality = 4096;  // an array of more is longer than a bitset

// Above this an array is kept as a bitset, which is up to four times longer and many times faster to work on.
inline constexpr std::uint32_t kMaxStoredArray = kChunkSize / 64;

// The bits of one chunk, 8 KiB. Aligned so that whole vectors load from it.
struct alignas(64) ChunkWords {
  std::array<std::uint64_t, kChunkWords> words;

  std::uint64_t* data() { return words.data(); }
  const std::uint64_t* data() const { return words.data(); }
  void clear() { words.fill(0); }
  void fill() { words.fill(~std::uint64_t{0}); }
  bool test(std::uint32_t bit) const { return (words[bit >> 6] >> (bit & 63)) & 1; }
  void set(std::uint32_t bit) { words[bit >> 6] |= std::uint64_t{1} << (bit & 63); }
  // Sets a bit; whether it was not set.
  bool insert(std::uint32_t bit) {
    const std::uint64_t before = words[bit >> 6];
    set(bit);
    return words[bit >> 6] != before;
  }
  void reset(std::uint32_t bit) { words[bit >> 6] &= ~(std::uint64_t{1} << (bit & 63)); }
};

enum class ContainerKind : std::uint8_t { array = 0, bitset = 1, run = 2 };

struct Run {
  std::uint16_t first;
  std::uint16_t lengthMinusOne;

  std::uint32_t last() const { return std::uint32_t{first} + lengthMinusOne; }
};

struct ContainerView {
  const void* data = nullptr;
  std::uint32_t cardinality = 0;
  std::uint32_t runs = 0;
  ContainerKind kind = ContainerKind::array;

  bool empty() const { return cardinality == 0; }
  bool full() const { return cardinality == kChunkSize; }
  std::size_t byteSize() const {
    switch (kind) {
      case ContainerKind::array: return array().size_bytes();
      case ContainerKind::run: return runSpan().size_bytes();
      case ContainerKind::bitset: break;
    }
    return empty() ? 0 : sizeof(ChunkWords);
  }
  std::span<const std::uint16_t> array() const { return {static_cast<const std::uint16_t*>(data), cardinality}; }
  const std::uint64_t* words() const { return static_cast<const std::uint64_t*>(data); }
  std::span<const Run> runSpan() const { return {static_cast<const Run*>(data), runs}; }

  bool contains(std::uint16_t value) const;
};

// Sets the bits of a run of values, both ends included.
void setRange(ChunkWords& words, std::uint32_t first, std::uint32_t last);

// Sets (adds to what is there) every value of a container.
void addTo(const ContainerView& container, ChunkWords& words);

// The container's bits, and no others.
void expand(const ContainerView& container, ChunkWords& words);

std::uint32_t countBits(const ChunkWords& words);
// The runs of a chunk's words; of more than `limit` some number above it.
std::uint32_t countRuns(const std::uint64_t* words, std::uint32_t limit);

// Calls f(std::uint16_t) for every set bit, ascending; of a chunk's words, or of at most as many.
template <class F>
void forEachBit(std::span<const std::uint64_t> words, F&& f) {
  for (std::uint32_t w = 0; w < words.size(); ++w) {
    for (std::uint64_t bits = words[w]; bits != 0; bits &= bits - 1) {
      f(static_cast<std::uint16_t>(w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits))));
    }
  }
}
template <class F>
void forEachBit(const std::uint64_t* words, F&& f) {
  forEachBit(std::span(words, kChunkWords), f);
}

// Calls f(std::uint16_t) for every value of a container, ascending.
template <class F>
void forEachValue(const ContainerView& container, F&& f) {
  switch (container.kind) {
    case ContainerKind::array:
      for (const std::uint16_t value : container.array()) f(value);
      return;
    case ContainerKind::bitset: forEachBit(container.words(), f); return;
    case ContainerKind::run:
      for (const Run run : container.runSpan()) {
        for (std::uint32_t value = run.first; value <= run.last(); ++value) f(static_cast<std::uint16_t>(value));
      }
      return;
  }
}

}  // namespace roster
