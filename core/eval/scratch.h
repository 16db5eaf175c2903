// Working memory of one thread's evaluation: blocks of a chunk's size, taken and given back in stack order, kept for
// the next chunk.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/container.h"

namespace roster {

struct EventArrays;

// Bits that somebody keeps, and changes while nobody reads them: that nobody begins to, they see to themselves.
class SharedWords {
 public:
  SharedWords() = default;
  explicit SharedWords(const ChunkWords& from) : words(from) {}

  bool isRead() const { return readers_.load(std::memory_order_acquire) != 0; }

  ChunkWords words;

 private:
  friend class Scratch;
  std::atomic<std::uint32_t> readers_ = 0;
};

// Not thread-safe: one a thread.
class Scratch {
 public:
  // Gives back, when it goes, every block taken since it was made, and lets go of what is held since.
  class Mark {
   public:
    explicit Mark(Scratch& scratch) : scratch_(scratch), used_(scratch.used_), holds_(scratch.holds_) {}
    ~Mark() {
      scratch_.used_ = used_;
      if (scratch_.holds_ != holds_) scratch_.letGo(holds_);
    }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

   private:
    Scratch& scratch_;
    std::size_t used_;
    std::size_t holds_;
  };

  Scratch() = default;
  ~Scratch() { letGo(0); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // A block of 8 KiB, uninitialised. Serves for a chunk's bits, or for an array of up to kMaxArrayCardinality values.
  ChunkWords& take() {
    if (used_ == blocks_.size()) blocks_.push_back(std::make_unique<ChunkWords>());
    return *blocks_[used_++];
  }

  // Bits of others, which are read, and stay in memory, as long as blocks taken now do.
  const ChunkWords& hold(std::shared_ptr<SharedWords> words);

  // For what is gathered of events, which nests in nothing of its kind; made when it is first asked for.
  EventArrays& events();

 private:
  void letGo(std::size_t holds);  // of all but the first

  std::vector<std::unique_ptr<ChunkWords>> blocks_;
  std::size_t used_ = 0;
  std::vector<std::shared_ptr<SharedWords>> held_;
  std::size_t holds_ = 0;  // as many as held_ has: a Mark, of which every query makes one, reads it in one instruction
  std::shared_ptr<EventArrays> events_;
};

}  // namespace roster
