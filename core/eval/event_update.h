// What is kept of a leaf about events for one chunk, and how it is brought to what is asked now.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/error.h"
#include "core/eval/event_arrays.h"
#include "core/eval/event_shift.h"
#include "core/eval/scratch.h"

namespace roster {

// The events of one type that an answer was made from, and a stretch of time, if any is known, in which they have no
// row: while a window moves through it, no block has to be looked at.
struct HeldEvents {
  EventId event = 0;
  EventChunk chunk;
  Interval quiet = {1, 0};
};

struct ChunkResult {
  std::mutex mutex;                        // guards the rest
  std::shared_ptr<const EventLeaf> asked;  // at what instants; null where nothing is kept yet
  std::vector<HeldEvents> held;            // of each of its types
  // The places for which the leaf holds, and how many they are.
  std::shared_ptr<SharedWords> words;
  std::uint32_t count = 0;
  // By place, what tells how the answer changes: a byte of counts or bounds, or a sum.
  Tally tally = Tally::none;
  std::unique_ptr<std::uint8_t[]> counts;
  std::unique_ptr<std::int32_t[]> sums;
  std::size_t bytes = sizeof(ChunkResult);  // of all of it, when its events last changed
};

// Makes it the answer to a leaf that is like the one asked before, from which it differs by `shift`; null where nothing
// is kept yet. Whether what was there could be brought up to date: otherwise, everything was evaluated anew. dataLoss
// where a block that is asked for cannot be loaded; then nothing is kept.
Result<bool> updateResult(ChunkResult& kept, const std::shared_ptr<const EventLeaf>& leaf, const EventShift* shift,
                          const Shard& shard, ChunkIndex chunk, EventArrays& arrays);

}  // namespace roster
