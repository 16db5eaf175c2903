#include "core/eval/event_selection.h"

#include <algorithm>

namespace roster {

bool isWithin(const EventPart& part, const EventSet& set) {
  const auto at = std::lower_bound(set.times.begin(), set.times.end(), part.least,
                                   [](const Interval& times, Instant least) { return times.high < least; });
  return at != set.times.end() && at->low <= part.greatest;
}

bool RowSelection::select(const EventBlock& block, const EventSet& set, const TimeZone& zone) {
  block_ = &block;
  isFiltered_ = false;
  isWhole_ = false;
  const Certainty certainty = set.filter ? certaintyOf(*set.filter, block) : Certainty::all;
  if (certainty == Certainty::none) return false;
  selectTimes(set.times);
  if (ranges_.empty()) return false;
  if (certainty == Certainty::all) {
    isWhole_ = ranges_.front() == std::pair(0U, block.size());
    return true;
  }
  filterRows(*set.filter, zone);
  return true;
}

void RowSelection::selectTimes(const Intervals& times) {
  ranges_.clear();
  const PackedNumbers& rows = block_->times();
  const std::uint32_t count = block_->size();
  auto interval = std::lower_bound(times.begin(), times.end(), rows[0],
                                   [](const Interval& at, Instant first) { return at.high < first; });
  std::uint32_t from = 0;
  for (; interval != times.end() && interval->low <= block_->greatestTime(); ++interval) {
    const std::uint32_t begin = rows.lowerBound(interval->low, from);
    const bool toEnd = interval->high >= block_->greatestTime();
    const std::uint32_t end = toEnd ? count : rows.lowerBound(interval->high + 1, begin);
    if (begin < end) ranges_.emplace_back(begin, end);
    from = end;
  }
}

void RowSelection::filterRows(const EventFilter& filter, const TimeZone& zone) {
  isFiltered_ = true;
  EventReader reader(*block_, zone);
  std::uint32_t next = 0;  // the group that has no bits yet
  for (const auto& [begin, end] : ranges_) {
    for (std::uint32_t group = std::max(next, begin / PackedNumbers::kGroup); group * PackedNumbers::kGroup < end;
         ++group) {
      const RowMask mask = reader.matches(filter, group);
      std::copy(mask.begin(), mask.end(), mask_.begin() + group * mask.size());
      next = group + 1;
    }
  }
}

}  // namespace roster
