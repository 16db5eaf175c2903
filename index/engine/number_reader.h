// The numbers of one chunk at a time, read in the way that suits how many of them are wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/forward_chunk.h"
#include "core/data/piece.h"

namespace roster {

// Not thread-safe. Holds one chunk.
class NumberReader {
 public:
  // Makes the chunk's numbers readable; about `wanted` of them will be. dataLoss where it cannot be loaded.
  Result<void> read(const SlotPtr<NumberChunk>& slot, std::uint32_t wanted) {
    auto chunk = load(slot);
    if (!chunk) return propagate(chunk);
    chunk_ = *std::move(chunk);
    // Looking at one number costs about as much as expanding eight.
    expanded_ = wanted >= chunk_->size() / 8;
    if (!expanded_) return {};
    if (numbers_.empty()) numbers_.resize(kChunkSize);
    chunk_->expandTo(numbers_.data());
    return {};
  }

  // The number of a contact that has one.
  std::int64_t operator[](std::uint16_t place) const { return expanded_ ? numbers_[place] : (*chunk_)[place]; }

 private:
  std::shared_ptr<const NumberChunk> chunk_;
  std::vector<std::int64_t> numbers_;
  bool expanded_ = false;
};

}  // namespace roster
