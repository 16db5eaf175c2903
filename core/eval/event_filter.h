// Which rows of a block a filter holds for, a group of 128 rows at a time.
#pragma once

#include <array>
#include <cstdint>

#include "core/data/event_block.h"
#include "core/eval/event_plan.h"
#include "core/eval/local_clock.h"

namespace roster {

// A bit for each row of a group.
using RowMask = std::array<std::uint64_t, PackedNumbers::kGroup / 64>;
inline bool isIn(const RowMask& mask, std::uint32_t place) { return ((mask[place / 64] >> (place % 64)) & 1) != 0; }
inline constexpr RowMask kAllOfGroup = {~std::uint64_t{0}, ~std::uint64_t{0}};
inline bool isNone(const RowMask& mask) { return (mask[0] | mask[1]) == 0; }
inline bool isAll(const RowMask& mask) { return (mask[0] & mask[1]) == ~std::uint64_t{0}; }
inline RowMask operator&(const RowMask& a, const RowMask& b) { return {a[0] & b[0], a[1] & b[1]}; }

// The rows begin … end-1 of a group; begin < end.
inline RowMask rowsBetween(std::uint32_t begin, std::uint32_t end) {
  constexpr std::uint64_t kEvery = ~std::uint64_t{0};
  const auto from = [](std::uint32_t row) {
    return row < 64 ? RowMask{kEvery << row, kEvery} : RowMask{0, kEvery << (row - 64)};
  };
  const RowMask rows = from(begin);
  if (end == PackedNumbers::kGroup) return rows;
  const RowMask beyond = from(end);
  return {rows[0] & ~beyond[0], rows[1] & ~beyond[1]};
}

// A value of the rows of a group. What is beyond the block's rows means nothing.
struct GroupValues {
  std::array<std::int64_t, PackedNumbers::kGroup> numbers;
  RowMask present;
};

// Reads the values of one block. Not thread-safe; refers to all it is given.
class EventReader {
 public:
  EventReader(const EventBlock& block, const TimeZone& zone) : block_(block), clock_(zone), zone_(zone) {}

  void read(const EventValue& value, std::uint32_t group, GroupValues& to);

  // The rows of a group for which the filter holds; bits beyond the block's rows mean nothing. Nobody asks for others
  // than those among `asked`, so that these may be looked at one by one where they are few.
  RowMask matches(const EventFilter& filter, std::uint32_t group, const RowMask& asked = kAllOfGroup);

 private:
  RowMask matchesAll(const EventFilter& filter, std::uint32_t group, RowMask asked);
  RowMask matchesAny(const EventFilter& filter, std::uint32_t group, const RowMask& asked);
  RowMask matchesCountOf(const EventFilter& filter, std::uint32_t group);
  RowMask matchesTimes(const Intervals& times, std::uint32_t group);
  RowMask matchesComparison(const EventFilter& filter, std::uint32_t group);
  template <class Accepts>
  RowMask matchesValue(const EventValue& value, std::uint32_t group, const RowMask& asked, const Accepts& accepts);

  const EventBlock& block_;
  LocalClock clock_;
  const TimeZone& zone_;
};

// One value of rows that are asked for in ascending order: each group of them is read once. Not thread-safe.
class ValueCursor {
 public:
  ValueCursor(const EventBlock& block, const EventValue& value, const TimeZone& zone)
      : reader_(block, zone), value_(value) {}

  // Null where the row has none; valid until another row is asked for.
  const std::int64_t* at(std::uint32_t row) {
    const std::uint32_t group = row / PackedNumbers::kGroup;
    if (group != read_) reader_.read(value_, read_ = group, values_);
    const std::uint32_t place = row % PackedNumbers::kGroup;
    return isIn(values_.present, place) ? &values_.numbers[place] : nullptr;
  }

 private:
  EventReader reader_;
  const EventValue& value_;
  GroupValues values_;
  std::uint32_t read_ = ~std::uint32_t{0};  // no group yet
};

// What the figures in front of a block tell of a filter, before any row is read.
enum class Certainty : std::uint8_t { none, some, all };
Certainty certaintyOf(const EventFilter& filter, const EventBlock& block);

}  // namespace roster
