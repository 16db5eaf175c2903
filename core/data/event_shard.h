// The events of one type in one shard, chunk by chunk: runs of blocks, merged as a log-structured tree is.
//
// A run is blocks in order of time, none of which reaches into the next. What arrives in order of time, or nearly so,
// continues the run that is there, so that there is mostly one. What is late begins a run of its own, which is merged
// when it has grown enough for that to be worth its cost; until then queries read both.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
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
  using Runs = std::vector<Run>;

  EventChunk() = default;
  EventChunk(Runs runs, std::uint32_t nextNumber)
      : runs_(runs.empty() ? nullptr : std::make_shared<const Runs>(std::move(runs))), nextNumber_(nextNumber) {}

  const Runs& runs() const {
    static const Runs none;
    return runs_ == nullptr ? none : *runs_;  // the oldest first
  }
  std::uint32_t nextNumber() const { return nextNumber_; }
  bool empty() const { return runs_ == nullptr; }
  std::uint64_t rows() const;

  // Whether nothing was recorded or dropped between the two, as far as a glance tells.
  bool isSame(const EventChunk& other) const { return runs_ == other.runs_; }

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
    for (const Run& run : runs()) {
      for (const EventPart& part : run) f(part);
    }
  }

 private:
  std::shared_ptr<const Runs> runs_;  // null where there is none
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
