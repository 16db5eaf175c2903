// Which contacts of a chunk were met in which line of a breakdown: so that each counts once there.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/container.h"

namespace roster {

// A set of numbers below 2^64 - 1, for which a node each would be too slow: open addressing, linear probing.
class NumberSetTable {
 public:
  // Whether it was not there.
  bool insert(std::uint64_t number) {
    if (2 * size_ >= slots_.size()) grow();
    if (!place(number + 1)) return false;
    ++size_;
    return true;
  }

  // Keeps its room where it used a good part of it.
  void clear() {
    if (size_ == 0) return;
    slots_.assign(8 * size_ >= slots_.size() ? slots_.size() : kLeastSlots, 0);
    size_ = 0;
  }

 private:
  static constexpr std::size_t kLeastSlots = 1U << 10;

  bool place(std::uint64_t entry) {
    const std::size_t mask = slots_.size() - 1;
    // Multiplying spreads the low bits upwards; the high ones are what is taken.
    for (std::size_t at = (entry * 0x9E3779B97F4A7C15ULL) >> 32 & mask;; at = (at + 1) & mask) {
      if (slots_[at] == entry) return false;
      if (slots_[at] != 0) continue;
      slots_[at] = entry;
      return true;
    }
  }

  void grow() {
    std::vector<std::uint64_t> before(slots_.empty() ? kLeastSlots : 2 * slots_.size(), 0);
    before.swap(slots_);
    for (const std::uint64_t entry : before) {
      if (entry != 0) place(entry);
    }
  }

  std::vector<std::uint64_t> slots_;  // number + 1; 0 is free
  std::size_t size_ = 0;
};

// The contacts of the first lines have a bit each: 8 KiB a line, which most breakdowns have few of. Not thread-safe.
class MetContacts {
 public:
  // Those of one line; valid until another line is asked for.
  class OfLine {
   public:
    // Whether the contact was not yet met there since the last beginChunk().
    bool add(std::uint16_t place) {
      if (bits_ == nullptr) return others_->insert(std::uint64_t{line_} << kChunkBits | place);
      return bits_->insert(place);
    }

   private:
    friend class MetContacts;
    OfLine(std::uint32_t line, ChunkWords* bits, NumberSetTable* others) : line_(line), bits_(bits), others_(others) {}

    std::uint32_t line_;
    ChunkWords* bits_;
    NumberSetTable* others_;
  };

  OfLine ofLine(std::uint32_t line) {
    if (line >= kLinesOfBits) return {line, nullptr, &others_};
    if (line >= bits_.size()) {
      bits_.resize(line + 1);
      chunks_.resize(line + 1, 0);
    }
    if (chunks_[line] != chunk_) {
      bits_[line].clear();
      chunks_[line] = chunk_;
    }
    return {line, &bits_[line], &others_};
  }

  void beginChunk() {
    ++chunk_;
    others_.clear();
  }

 private:
  static constexpr std::uint32_t kLinesOfBits = 256;

  std::uint64_t chunk_ = 1;
  std::vector<ChunkWords> bits_;
  std::vector<std::uint64_t> chunks_;  // of each line of bits: the chunk that they are of
  NumberSetTable others_;
};

}  // namespace roster
