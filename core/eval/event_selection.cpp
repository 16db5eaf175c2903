#include "core/eval/event_selection.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace roster {

bool isWithin(const EventPart& part, const Intervals& times) {
  const auto at = std::lower_bound(times.begin(), times.end(), part.least,
                                   [](const Interval& own, Instant least) { return own.high < least; });
  return at != times.end() && at->low <= part.greatest;
}

bool RowSelection::select(const EventBlock& block, const EventSet& set, const TimeZone& zone) {
  block_ = &block;
  isFiltered_ = false;
  isWhole_ = false;
  const Certainty certainty = set.filter ? certaintyOf(*set.filter, block) : Certainty::all;
  if (certainty == Certainty::none) return false;
  selectTimes(set.times);
  if (ranges_.empty()) return false;
  if (only_ != nullptr && !selectPlaces()) return false;
  if (certainty != Certainty::all) filterRows(*set.filter, zone);
  else isWhole_ = only_ == nullptr && ranges_.front() == std::pair(0U, block.size());
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

// Leaves rows in mask_ for whole groups, as filterRows() does; false where there are none.
bool RowSelection::selectPlaces() {
  constexpr std::uint32_t kGroupSize = PackedNumbers::kGroup;
  const auto& contacts = block_->contacts();
  const auto own = only_->places();
  if (contacts &&
      std::none_of(own.begin(), own.end(), [&](std::uint16_t place) { return contacts->contains(place); })) {
    return false;
  }
  isFiltered_ = true;
  const auto places = block_->places();
  std::uint64_t any = 0;
  std::uint32_t next = 0;  // the row that has no bit yet; of whole groups
  for (const auto& [begin, end] : ranges_) {
    const std::uint32_t from = std::max(next, begin / kGroupSize * kGroupSize);
    next = (end + kGroupSize - 1) / kGroupSize * kGroupSize;
    if (from >= next) continue;
    std::uint64_t* const words = &mask_[from / 64];
    words[(next - from) / 64 - 1] = 0;  // of a last group of few rows
    only_->find(places.subspan(from, std::min(next, block_->size()) - from), words);
    any = std::accumulate(words, words + (next - from) / 64, any, std::bit_or<>());
  }
  return any != 0;
}

void RowSelection::filterRows(const EventFilter& filter, const TimeZone& zone) {
  const bool isRestricted = isFiltered_;
  isFiltered_ = true;
  EventReader reader(*block_, zone);
  std::uint32_t next = 0;  // the group that has no bits yet
  for (const auto& [begin, end] : ranges_) {
    for (std::uint32_t group = std::max(next, begin / PackedNumbers::kGroup); group * PackedNumbers::kGroup < end;
         ++group) {
      next = group + 1;
      std::uint64_t* const own = &mask_[group * RowMask().size()];
      if (isRestricted && own[0] == 0 && own[1] == 0) continue;
      const RowMask mask = reader.matches(filter, group, isRestricted ? maskOf(group) : kAllOfGroup);
      for (std::size_t word = 0; word < mask.size(); ++word)
        own[word] = isRestricted ? own[word] & mask[word] : mask[word];
    }
  }
}

Result<void> addContacts(const EventSet& set, const EventChunk& chunk, const TimeZone& zone, RowSelection& selection,
                         ChunkWords& words) {
  return forEachSelection(set, chunk, zone, selection, [&](const RowSelection& rows) {
    const auto& contacts = rows.block().contacts();
    if (rows.isWhole() && contacts) return addTo(*contacts, words);
    const auto places = rows.block().places();
    rows.forEach([&](std::uint32_t row) { words.set(places[row]); });
  });
}

}  // namespace roster
