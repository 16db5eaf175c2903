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

  // The rows of a group for which the filter holds; bits beyond the block's rows mean nothing.
  RowMask matches(const EventFilter& filter, std::uint32_t group);

 private:
  RowMask matchesAll(const EventFilter& filter, std::uint32_t group);
  RowMask matchesAny(const EventFilter& filter, std::uint32_t group);
  RowMask matchesCountOf(const EventFilter& filter, std::uint32_t group);
  RowMask matchesTimes(const Intervals& times, std::uint32_t group);
  RowMask matchesComparison(const EventFilter& filter, std::uint32_t group);
  template <class Accepts>
  RowMask matchesValue(const EventValue& value, std::uint32_t group, const Accepts& accepts);

  const EventBlock& block_;
  LocalClock clock_;
  const TimeZone& zone_;
};

// What the figures in front of a block tell of a filter, before any row is read.
enum class Certainty : std::uint8_t { none, some, all };
Certainty certaintyOf(const EventFilter& filter, const EventBlock& block);

}  // namespace roster
