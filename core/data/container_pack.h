// Containers by tag in one run of bytes: the body of bitmaps (the tag is the chunk) and of bit-sliced chunks (the tag
// is the slice), in memory as on disk. A tag that is not there stands for an empty container.
//
// Layout, little-endian, offsets from the start of the pack:
//   u32 number of containers, u32 total cardinality
//   then for each: u32 offset of its data, u16 cardinality - 1, u8 kind, u8 tag         (tags ascend, under 64)
//   then the data, each aligned to 2 bytes, bitsets to 64; a run container's data opens with its u16 number of runs
// The pack itself starts at a multiple of 64 bytes in its buffer wherever it holds a bitset.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/data/container.h"

namespace roster {

// A pack seen in place; the bytes belong to somebody else.
class ContainerPackView {
 public:
  ContainerPackView() = default;
  explicit ContainerPackView(const std::byte* start) : start_(start) {}

  // Checks every offset, order and cardinality: after it, no read leaves the bytes and every view keeps the invariants
  // of its kind. dataLoss otherwise.
  static Result<ContainerPackView> validate(const std::byte* start, std::size_t size);

  std::uint32_t size() const { return start_ == nullptr ? 0 : header()[0]; }
  std::uint32_t cardinality() const { return start_ == nullptr ? 0 : header()[1]; }
  std::uint8_t tag(std::uint32_t index) const { return entries()[index].tag; }

  // The tags that are there, one bit each.
  std::uint64_t tagMask() const;

  ContainerView operator[](std::uint32_t index) const {
    const Entry entry = entries()[index];
    const std::byte* data = start_ + entry.offset;
    ContainerView view{data, std::uint32_t{entry.cardinalityMinusOne} + 1, 0, entry.kind};
    if (view.kind == ContainerKind::run) {
      view.runs = *reinterpret_cast<const std::uint16_t*>(data);
      view.data = data + sizeof(std::uint16_t);
    }
    return view;
  }

  // The container of a tag, given the mask of all tags; empty where there is none.
  ContainerView find(std::uint64_t mask, std::uint32_t wanted) const {
    const std::uint64_t bit = std::uint64_t{1} << wanted;
    if ((mask & bit) == 0) return {};
    return (*this)[static_cast<std::uint32_t>(std::popcount(mask & (bit - 1)))];
  }

 private:
  friend class ContainerPackBuilder;
  struct Entry {
    std::uint32_t offset;
    std::uint16_t cardinalityMinusOne;
    ContainerKind kind;
    std::uint8_t tag;
  };

  const std::uint32_t* header() const { return reinterpret_cast<const std::uint32_t*>(start_); }
  const Entry* entries() const { return reinterpret_cast<const Entry*>(start_ + 8); }

  const std::byte* start_ = nullptr;
};

inline constexpr std::uint32_t kMaxPackTags = 64;

// Collects containers in ascending order of tags, each as runs where those are shortest, an array up to
// kMaxStoredArray values and a bitset above, and writes them as a pack.
// What is empty is left out.
class ContainerPackBuilder {
 public:
  void add(std::uint32_t tag, const ContainerView& container);              // copied as it is
  void addArray(std::uint32_t tag, std::span<const std::uint16_t> values);  // ascending, distinct
  void addWords(std::uint32_t tag, const ChunkWords& words) { addWords(tag, words.data(), countBits(words)); }
  void addWords(std::uint32_t tag, const std::uint64_t* words, std::uint32_t cardinality);  // with so many bits
  void addFull(std::uint32_t tag);

  std::uint32_t size() const { return static_cast<std::uint32_t>(pending_.size()); }
  std::uint32_t cardinality() const { return cardinality_; }

  // Forgets what was added, and keeps the memory for what comes.
  void clear();

  // The bytes of a pack of what was added, written to `to`, which has packedSize() bytes. The builder is empty after.
  std::size_t packedSize() const;
  void writeTo(std::byte* to);

 private:
  struct Pending {
    std::size_t at = 0;  // in data_
    std::uint32_t bytes = 0;
    std::uint32_t cardinality = 0;
    ContainerKind kind = ContainerKind::array;
    std::uint8_t tag = 0;
  };

  void append(std::uint32_t tag, ContainerKind kind, std::uint32_t cardinality, const void* data, std::size_t bytes);
  void appendRuns(std::uint32_t tag, std::uint32_t cardinality, std::span<const Run> runs);

  std::vector<Pending> pending_;
  std::string data_;
  std::uint32_t cardinality_ = 0;
};

}  // namespace roster
