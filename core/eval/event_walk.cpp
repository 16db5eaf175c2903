#include "core/eval/event_walk.h"

#include <algorithm>

namespace roster {

Result<void> EventCursor::begin(const EventChunk::Run& run, const EventSet& set, const TimeZone& zone,
                                const FewPlaces* only) {
  run_ = &run;
  set_ = &set;
  zone_ = &zone;
  selection_.restrictTo(only);
  part_ = 0;
  return findBlock();
}

Result<void> EventCursor::findBlock() {
  row_ = end_ = 0;
  for (; part_ < run_->size(); ++part_) {
    const EventPart& part = (*run_)[part_];
    if (!isWithin(part, *set_)) continue;
    auto block = part.block->get();
    if (!block) return propagate(block);
    block_ = *std::move(block);
    if (!selection_.select(*block_, *set_, *zone_)) continue;
    ++part_;
    range_ = 0;
    enterRange();
    return {};
  }
  block_.reset();
  return {};
}

void EventCursor::enterRange() {
  row_ = selection_.ranges()[range_].first;
  end_ = selection_.ranges()[range_].second;
  time_ = block_->times()[row_];
}

std::uint32_t EventCursor::rowsBefore(Instant bound) const {
  const PackedNumbers& times = block_->times();
  // Mostly all, or next to none.
  if (bound > block_->greatestTime()) return end_;
  std::uint32_t step = 1;
  while (row_ + step < end_ && times[row_ + step] < bound) step *= 2;
  if (step == 1) return row_ + 1;
  return std::min(end_, times.lowerBound(bound, row_ + step / 2));
}

Result<void> EventCursor::advance(std::uint32_t row) {
  if (row == end_) {
    if (++range_ == selection_.ranges().size()) return findBlock();
    enterRange();
    return {};
  }
  row_ = row;
  time_ = block_->times()[row_];
  return {};
}

}  // namespace roster
