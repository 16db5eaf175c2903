// The events of a set among those of one chunk: which rows of which blocks.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/data/container.h"
#include "core/data/event_shard.h"
#include "core/eval/event_filter.h"
#include "core/eval/event_plan.h"
#include "core/eval/few_places.h"

namespace roster {

// Rows of one block. Reused from block to block; not thread-safe.
class RowSelection {
 public:
  // From here on, only rows of these places, which outlive that; null for those of all.
  void restrictTo(const FewPlaces* places) { only_ = places; }
  const FewPlaces* restriction() const { return only_; }

  // restrictTo(), for as long as this lives.
  class Restriction {
   public:
    Restriction(RowSelection& selection, const FewPlaces& places) : selection_(selection) {
      selection.restrictTo(&places);
    }
    ~Restriction() { selection_.restrictTo(nullptr); }
    Restriction(const Restriction&) = delete;
    Restriction& operator=(const Restriction&) = delete;

   private:
    RowSelection& selection_;
  };

  // Those within the set's times for which its filter holds; false where there are none.
  bool select(const EventBlock& block, const EventSet& set, const TimeZone& zone);

  const EventBlock& block() const { return *block_; }
  // How many rows lie within the set's times, whatever its filter says.
  std::uint32_t rowsInTime() const {
    std::uint32_t rows = 0;
    for (const auto& [begin, end] : ranges_) rows += end - begin;
    return rows;
  }
  // Whether every row of the block is one of them.
  bool isWhole() const { return isWhole_; }

  // Stretches of rows within the set's times, each from its first row to behind its last.
  const std::vector<std::pair<std::uint32_t, std::uint32_t>>& ranges() const { return ranges_; }

  // Calls f(row) for each of them, ascending; in the second form for those of a part of a range.
  template <class F>
  void forEach(F&& f) const {
    for (const auto& [begin, end] : ranges_) forEach(begin, end, f);
  }
  template <class F>
  void forEach(std::uint32_t begin, std::uint32_t end, F&& f) const {
    if (isFiltered_) {
      forEachGroup(begin, end, [&](std::uint32_t group, const RowMask& rows) {
        forEachBit(rows, [&](std::uint16_t i) { f(group * PackedNumbers::kGroup + i); });
      });
      return;
    }
    for (std::uint32_t row = begin; row < end; ++row) f(row);
  }

  // Calls f(row, value) for each of them that has the value; in the second form for those of a part of a range.
  template <class F>
  void forEachValue(const EventValue& value, const TimeZone& zone, F&& f) const {
    for (const auto& [begin, end] : ranges_) forEachValue(begin, end, value, zone, f);
  }
  template <class F>
  void forEachValue(std::uint32_t begin, std::uint32_t end, const EventValue& value, const TimeZone& zone,
                    F&& f) const {
    EventReader reader(*block_, zone);
    GroupValues values;
    forEachGroup(begin, end, [&](std::uint32_t group, const RowMask& rows) {
      const std::uint32_t first = group * PackedNumbers::kGroup;
      reader.read(value, group, values);
      const RowMask having = rows & values.present;
      if (isAll(having)) {
        for (std::uint32_t i = 0; i < PackedNumbers::kGroup; ++i) f(first + i, values.numbers[i]);
      } else {
        forEachBit(having, [&](std::uint16_t i) { f(first + i, values.numbers[i]); });
      }
    });
  }

 private:
  // Calls f(group, rows) for each group that has any of the rows begin … end-1 of a range.
  template <class F>
  void forEachGroup(std::uint32_t begin, std::uint32_t end, const F& f) const {
    constexpr std::uint32_t kGroupSize = PackedNumbers::kGroup;
    for (std::uint32_t group = begin / kGroupSize; group * kGroupSize < end; ++group) {
      const std::uint32_t first = group * kGroupSize;
      RowMask rows = rowsBetween(std::max(begin, first) - first, std::min(end - first, kGroupSize));
      if (isFiltered_) rows = rows & maskOf(group);
      if (!isNone(rows)) f(group, rows);
    }
  }
  RowMask maskOf(std::uint32_t group) const { return {mask_[group * 2], mask_[group * 2 + 1]}; }
  void selectTimes(const Intervals& times);
  bool selectPlaces();
  void filterRows(const EventFilter& filter, const TimeZone& zone);

  const FewPlaces* only_ = nullptr;
  const EventBlock* block_ = nullptr;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges_;  // of rows, from the first to behind the last
  bool isWhole_ = false;
  bool isFiltered_ = false;
  std::array<std::uint64_t, EventBlock::kMaxRows / 64> mask_;  // of the groups that ranges_ touch
};

// Whether a block reaches into some times, or those of a set.
bool isWithin(const EventPart& part, const Intervals& times);
inline bool isWithin(const EventPart& part, const EventSet& set) { return isWithin(part, set.times); }

// Adds the places that have an event of the set.
Result<void> addContacts(const EventSet& set, const EventChunk& chunk, const TimeZone& zone, RowSelection& selection,
                         ChunkWords& words);

// Calls f(selection) for every block of a chunk that has events of the set: run after run, the one recorded first
// first, and within a run in order of time. dataLoss where a block cannot be loaded.
template <class F>
Result<void> forEachSelection(const EventSet& set, const EventChunk& chunk, const TimeZone& zone,
                              RowSelection& selection, F&& f) {
  for (const EventChunk::Run& run : chunk.runs()) {
    for (const EventPart& part : run) {
      if (!isWithin(part, set)) continue;
      auto block = part.block->get();
      if (!block) return propagate(block);
      if (selection.select(**block, set, zone)) f(selection);
    }
  }
  return {};
}

}  // namespace roster
