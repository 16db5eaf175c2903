#include "core/eval/event_update.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "core/eval/container_algebra.h"
#include "core/eval/event_numbers.h"
#include "core/eval/event_scan.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// Beyond these, all of a chunk is evaluated anew: looking for the events of many contacts costs more.
constexpr std::size_t kMostAffected = 256;
constexpr std::uint64_t kMostChangedRows = 1024;

// A sum that 32 bits do not hold, so that the contact's events have to be looked at.
constexpr std::int32_t kUntold = std::numeric_limits<std::int32_t>::min();

std::int32_t asKeptSum(WideInteger sum) {
  const bool fits = sum > kUntold && sum <= std::numeric_limits<std::int32_t>::max();
  return fits ? static_cast<std::int32_t>(sum) : kUntold;
}

bool isSame(const EventPart& a, const EventPart& b) { return a.block == b.block; }

// How the blocks of a type differ from those of before.
struct PartChanges {
  std::vector<const EventPart*> came;
  std::vector<const EventPart*> went;
};

// Most of the time all blocks are the same, or new ones follow those that were there.
PartChanges changesBetween(const EventChunk& before, const EventChunk& after) {
  PartChanges changes;
  if (before.isSame(after)) return changes;
  std::vector<const EventPart*> old;
  before.forEachPart([&](const EventPart& part) { old.push_back(&part); });
  std::size_t same = 0;  // from the first on
  std::vector<const EventPart*> others;
  after.forEachPart([&](const EventPart& part) {
    if (others.empty() && same < old.size() && isSame(part, *old[same])) ++same;
    else others.push_back(&part);
  });
  const auto isAmong = [](const auto begin, const auto end, const EventPart* part) {
    return std::any_of(begin, end, [&](const EventPart* own) { return isSame(*own, *part); });
  };
  const auto firstOther = old.begin() + static_cast<std::ptrdiff_t>(same);
  for (const EventPart* part : others) {
    if (!isAmong(firstOther, old.end(), part)) changes.came.push_back(part);
  }
  for (auto part = firstOther; part != old.end(); ++part) {
    if (!isAmong(others.begin(), others.end(), *part)) changes.went.push_back(*part);
  }
  return changes;
}

// Where new blocks may have rows, it is no longer quiet.
void forgetQuiet(HeldEvents& held, const PartChanges& changes) {
  const auto reaches = [&](const EventPart* part) { return isWithin(*part, {held.quiet}); };
  if (std::any_of(changes.came.begin(), changes.came.end(), reaches)) held.quiet = {1, 0};
}

// Calls f(part) for the blocks that stayed, while it returns true.
template <class F>
Result<bool> forEachStayed(const HeldEvents& held, const PartChanges& changes, const F& f) {
  for (const EventChunk::Run& run : held.chunk.runs()) {
    for (const EventPart& part : run) {
      if (std::find(changes.went.begin(), changes.went.end(), &part) != changes.went.end()) continue;
      auto goesOn = f(part);
      if (!goesOn || !*goesOn) return goesOn;
    }
  }
  return true;
}

// When the first row at an instant or after it is among the blocks that stayed.
Result<Instant> firstRow(const HeldEvents& held, const PartChanges& changes, Instant from) {
  Instant first = std::numeric_limits<Instant>::max();
  auto searched = forEachStayed(held, changes, [&](const EventPart& part) -> Result<bool> {
    if (part.greatest < from || part.least >= first) return true;
    if (part.least >= from) {
      first = part.least;
      return true;
    }
    auto block = part.block->get();
    if (!block) return propagate(block);
    const PackedNumbers& rows = (*block)->times();
    const std::uint32_t row = rows.lowerBound(from);
    // A damaged block may end before its directory says.
    if (row < rows.size()) first = std::min(first, rows[row]);
    return true;
  });
  if (!searched) return propagate(searched);
  return first;
}

// Those of some times in which the blocks that stayed have a row.
Result<Intervals> busyTimes(HeldEvents& held, const PartChanges& changes, const Intervals& times) {
  Intervals busy;
  for (const Interval& own : times) {
    if (held.quiet.contains(own.low) && held.quiet.contains(own.high)) continue;
    auto next = firstRow(held, changes, own.low);
    if (!next) return propagate(next);
    if (*next <= own.high) {
      busy.push_back(own);
    } else if (*next != std::numeric_limits<Instant>::max()) {
      // Behind all rows, nothing had to be looked at, and nothing is worth remembering.
      held.quiet = {own.low, *next - 1};
      forgetQuiet(held, changes);
    }
  }
  return busy;
}

class ResultUpdate {
 public:
  ResultUpdate(ChunkResult& kept, const std::shared_ptr<const EventLeaf>& leaf, const Shard& shard, ChunkIndex chunk,
               EventArrays& arrays)
      : kept_(kept), leaf_(leaf), shard_(shard), chunk_(chunk), arrays_(arrays) {}

  // False where too much has changed for it.
  Result<bool> bringUpToDate(const EventShift& shift) {
    arrays_.few.clear();
    // Where something else than windows has moved, rows do not tell what they were counted for.
    if (!shift.onlyWindows) kept_.tally = Tally::none;
    auto isSmall = kept_.tally == Tally::none ? findAffected(shift) : countChanges(shift);
    if (!isSmall || !*isSmall) return isSmall;
    if (arrays_.few.size() != 0) {
      if (auto done = evaluateAffected(); !done) return propagate(done);
    }
    remember();
    return true;
  }

  // Everything, as if nothing had been kept.
  Result<void> evaluateAll() {
    kept_.words = std::make_shared<SharedWords>();
    if (auto done = findEvents(*leaf_, shard_, chunk_, arrays_, kept_.words->words); !done) return done;
    kept_.count = countOf(kept_.words->words);
    keepTally();
    kept_.held.clear();
    for (const EventId event : typesOf(*leaf_)) kept_.held.push_back({event, eventsOf(shard_, event, chunk_)});
    kept_.asked = leaf_;
    countBytes();
    return {};
  }

 private:
  const EventChunk& eventsNow(const HeldEvents& held) const { return eventsOf(shard_, held.event, chunk_); }

  void keepTally() {
    kept_.tally = arrays_.tally;
    if (kept_.tally == Tally::none) return;
    if (kept_.tally == Tally::sum) {
      if (kept_.sums == nullptr) kept_.sums = std::make_unique_for_overwrite<std::int32_t[]>(kChunkSize);
      const std::int64_t* const sums = arrays_.numbers.values();
      std::transform(sums, sums + kChunkSize, kept_.sums.get(), asKeptSum);
      return;
    }
    if (kept_.counts == nullptr) kept_.counts = std::make_unique_for_overwrite<std::uint8_t[]>(kChunkSize);
    std::memcpy(kept_.counts.get(), arrays_.fewCounts.get(), kChunkSize);
  }

  void remember() {
    kept_.asked = leaf_;
    bool hasChanged = false;
    for (HeldEvents& held : kept_.held) {
      if (held.chunk.isSame(eventsNow(held))) continue;
      held.chunk = eventsNow(held);
      hasChanged = true;
    }
    if (hasChanged) countBytes();
  }

  void countBytes() {
    std::size_t sum = sizeof kept_ + sizeof *kept_.words;
    sum += kept_.counts == nullptr ? 0 : kChunkSize;
    sum += kept_.sums == nullptr ? 0 : kChunkSize * sizeof kept_.sums[0];
    for (const HeldEvents& held : kept_.held) {
      sum += sizeof held;
      // What is not stored is in memory for as long as anybody names it.
      held.chunk.forEachPart([&](const EventPart& part) { sum += part.block->isStored() ? 0 : part.block->bytes(); });
    }
    kept_.bytes = sum;
  }

  // Calls f(rows) for those of a set in one block; false where they are too many to be looked at one by one.
  template <class F>
  Result<bool> select(const EventPart& part, const EventSet& set, const F& f) {
    if (!isWithin(part, set)) return true;
    auto block = part.block->get();
    if (!block) return propagate(block);
    RowSelection& rows = arrays_.selection;
    if (!rows.select(**block, set, *leaf_->zone)) return true;
    if ((rowsLeft_ -= rows.rowsInTime()) < 0) return false;
    f(rows);
    return arrays_.few.size() <= kMostAffected;
  }

  // The same for every one of some blocks.
  template <class F>
  Result<bool> select(const std::vector<const EventPart*>& parts, const EventSet& set, const F& f) {
    for (const EventPart* part : parts) {
      auto few = select(*part, set, f);
      if (!few || !*few) return few;
    }
    return true;
  }

  // The same for the blocks that stayed, of the rows within some times.
  template <class F>
  Result<bool> selectStayed(HeldEvents& held, const PartChanges& changes, const Intervals& times,
                            const std::shared_ptr<const EventFilter>& filter, const F& f) {
    auto busy = busyTimes(held, changes, times);
    if (!busy) return propagate(busy);
    if (busy->empty()) return true;
    const EventSet set{held.event, *std::move(busy), filter};
    return forEachStayed(held, changes, [&](const EventPart& part) { return select(part, set, f); });
  }

  PartChanges changesOf(HeldEvents& held) const {
    PartChanges changes = changesBetween(held.chunk, eventsNow(held));
    forgetQuiet(held, changes);
    return changes;
  }

  // The contacts who have an event that came, went, or lies where the leaf has moved; false where they are many.
  Result<bool> findAffected(const EventShift& shift) {
    const auto insert = [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      rows.forEach([&](std::uint32_t row) { arrays_.few.insert(places[row]); });
    };
    for (HeldEvents& held : kept_.held) {
      const PartChanges changes = changesOf(held);
      const EventSet all{held.event, everyNumber(), nullptr};
      for (const auto* parts : {&changes.came, &changes.went}) {
        auto few = select(*parts, all, insert);
        if (!few || !*few) return few;
      }
      for (const TimedEvents& moved : shift.decisive) {
        if (moved.event != held.event) continue;
        auto few = selectStayed(held, changes, moved.times, nullptr, insert);
        if (!few || !*few) return few;
      }
    }
    return true;
  }

  // Those who are affected and whose events have to be looked at; what the tally tells of the others is set.
  Result<bool> countChanges(const EventShift& shift) {
    const EventNumber& number = std::get<EventNumber>(leaf_->asked);
    const EventSet& before = std::get<EventNumber>(kept_.asked->asked).events;
    const auto test = kept_.tally == Tally::sum ? sumTestOf(number) : std::nullopt;
    HeldEvents& held = kept_.held.front();
    const PartChanges changes = changesOf(held);
    const auto gain = [&](const RowSelection& rows) { countRows(number, test, rows, true); };
    const auto lose = [&](const RowSelection& rows) { countRows(number, test, rows, false); };
    auto few = select(changes.came, number.events, gain);
    if (few && *few) few = select(changes.went, before, lose);
    if (few && *few) few = selectStayed(held, changes, shift.gained, before.filter, gain);
    if (few && *few) few = selectStayed(held, changes, shift.lost, before.filter, lose);
    if (few && *few) setTold(number, test);
    return few;
  }

  void countRows(const EventNumber& number, const std::optional<SumTest>& test, const RowSelection& rows, bool gained) {
    const auto places = rows.block().places();
    if (test) {
      rows.forEachValue(number.value, *leaf_->zone, [&](std::uint32_t row, std::int64_t value) {
        addToSum(places[row], WideInteger{value} - test->over, gained);
      });
    } else {
      rows.forEach([&](std::uint32_t row) { addToCount(places[row], gained); });
    }
  }

  void addToSum(std::uint16_t place, WideInteger excess, bool gained) {
    arrays_.few.insert(place);
    std::int32_t& own = kept_.sums[place];
    if (own != kUntold) own = asKeptSum(gained ? own + excess : own - excess);
  }

  // A counter that has stopped stays where it is.
  void addToCount(std::uint16_t place, bool gained) {
    arrays_.few.insert(place);
    std::uint8_t& own = kept_.counts[place];
    if (own != kManyEvents) own = static_cast<std::uint8_t>(gained ? own + 1 : own - 1);
  }

  // Leaves only those among the few of whom the tally tells nothing.
  void setTold(const EventNumber& number, const std::optional<SumTest>& test) {
    std::vector<std::uint16_t> untold;
    for (const std::uint16_t place : arrays_.few.places()) {
      if (const auto holds = told(place, number, test)) setHolds(place, *holds);
      else untold.push_back(place);
    }
    arrays_.few.clear();
    for (const std::uint16_t place : untold) arrays_.few.insert(place);
  }

  // Whether the leaf holds for a contact, as far as the tally tells.
  std::optional<bool> told(std::uint16_t place, const EventNumber& number, const std::optional<SumTest>& test) const {
    if (test) {
      const std::int64_t sum = kept_.sums[place];
      const bool isWanted = containsNumber(test->sums, sum);
      // Values that add up to 0 and no values have the same sum.
      if (sum == kUntold || (sum == 0 && isWanted && !test->ofNone)) return std::nullopt;
      return isWanted;
    }
    const std::uint8_t count = kept_.counts[place];
    if (kept_.tally == Tally::bound) return count < leastCountOf(number) ? std::optional(false) : std::nullopt;
    if (count == kManyEvents) return std::nullopt;
    return containsNumber(number.numbers, std::int64_t{count});
  }

  Result<void> evaluateAffected() {
    ChunkWords& found = arrays_.found;
    const RowSelection::Restriction few(arrays_.selection, arrays_.few);
    if (auto done = findEvents(*leaf_, shard_, chunk_, arrays_, found); !done) return done;
    for (const std::uint16_t place : arrays_.few.places()) setHolds(place, found.test(place));
    return {};
  }

  // What somebody reads stays as it is.
  void setHolds(std::uint16_t place, bool holds) {
    if (kept_.words->words.test(place) == holds) return;
    if (kept_.words->isRead()) kept_.words = std::make_shared<SharedWords>(kept_.words->words);
    kept_.count += holds ? 1 : -1;
    if (holds) kept_.words->words.set(place);
    else kept_.words->words.reset(place);
  }

  ChunkResult& kept_;
  const std::shared_ptr<const EventLeaf>& leaf_;
  const Shard& shard_;
  const ChunkIndex chunk_;
  EventArrays& arrays_;
  std::int64_t rowsLeft_ = kMostChangedRows;
};

}  // namespace

Result<bool> updateResult(ChunkResult& kept, const std::shared_ptr<const EventLeaf>& leaf, const EventShift* shift,
                          const Shard& shard, ChunkIndex chunk, EventArrays& arrays) {
  ResultUpdate update(kept, leaf, shard, chunk, arrays);
  if (shift != nullptr) {
    // A block that has gone may be one that cannot be loaded, which says nothing of those that are there.
    const auto isUpdated = update.bringUpToDate(*shift);
    if (isUpdated && *isUpdated) return true;
  }
  kept.asked = nullptr;  // until all is well
  if (auto done = update.evaluateAll(); !done) return propagate(done);
  return false;
}

}  // namespace roster
