// The events of one type in one shard, chunk by chunk: runs of blocks, merged as a log-structured tree is.
//
// A run is blocks in order of time, none of which reaches into the next. What arrives in order of time, or nearly so,
// continues the run that is there, so that there is mostly one. What is late begins a run of its own, which is merged
// when it has grown enough for that to be worth its cost; until then queries read both.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/data/event_block.h"
#include "core/data/key_index.h"
#include "core/data/piece.h"

namespace roster {

// One block as the snapshot knows it without loading it.
struct EventPart {
  std::uint32_t number = 0;  // within the chunk; never given twice
  std::uint32_t rows = 0;
  Instant least = 0;
  Instant greatest = 0;
  SlotPtr<EventBlock> block;
};

// Immutable and cheap to copy. Of one instant, events of an earlier run were recorded before those of a later one.
class EventChunk {
 public:
  using Run = std::vector<EventPart>;

  EventChunk() = default;
  EventChunk(std::vector<Run> runs, std::uint32_t nextNumber) : runs_(std::move(runs)), nextNumber_(nextNumber) {}

  const std::vector<Run>& runs() const { return runs_; }
  std::uint32_t nextNumber() const { return nextNumber_; }
  bool empty() const { return runs_.empty(); }
  std::uint64_t rows() const;

  // This chunk with more events, in the order in which they were recorded. Loads the blocks that it merges.
  Result<EventChunk> withRecorded(EventRows rows) const;

  // This chunk without the events that `drops` tells, whose identities are appended to `forgotten`; blocks for which
  // `mayDrop` is false have none. Blocks that lose nothing stay as they are.
  using MayDrop = std::function<bool(const EventPart& part)>;
  using Drops = std::function<bool(std::uint16_t place, Instant time)>;
  Result<EventChunk> without(const MayDrop& mayDrop, const Drops& drops, std::vector<KeyEntry>& forgotten) const;

  // Calls f(part) for every block.
  template <class F>
  void forEachPart(F&& f) const {
    for (const Run& run : runs_) {
      for (const EventPart& part : run) f(part);
    }
  }

 private:
  void appendParts(const EventRows& rows, Run& run);
  Result<bool> mergeNewestRuns();
  Result<void> joinSmallParts(Run& run);

  std::vector<Run> runs_;  // the oldest first
  std::uint32_t nextNumber_ = 0;
};

// What a block's piece is called within its shard and type, and back.
constexpr std::uint32_t eventPartOf(ChunkIndex chunk, std::uint32_t number) { return number * kChunksPerShard + chunk; }
inline constexpr std::uint32_t kMaxEventParts = 1U << 28;  // numbers of a chunk are below this

struct EventShard {
  std::array<EventChunk, kChunksPerShard> chunks;

  std::uint64_t rows() const;
};

}  // namespace roster
