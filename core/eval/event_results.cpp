#include "core/eval/event_results.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "core/eval/event_arrays.h"
#include "core/eval/event_numbers.h"
#include "core/eval/event_scan.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// Beyond these, all of a chunk is evaluated anew: looking for the events of many contacts costs more.
constexpr std::size_t kMostAffected = 256;
constexpr std::uint64_t kMostChangedRows = 1024;

// Leaves of which anything is remembered; each takes some hundred bytes before it has any result.
constexpr std::size_t kMostLeaves = 1024;

// Who did something has a count of at least one, and counts are brought up to date by the rows that differ alone.
std::shared_ptr<const EventLeaf> asCount(std::shared_ptr<const EventLeaf> leaf) {
  const auto* did = std::get_if<EventDid>(&leaf->asked);
  if (did == nullptr || !did->steps.empty()) return leaf;
  EventNumber number{Aggregate::count, {}, did->events, {{1, kMostOf<std::int64_t>}}, {}};
  return std::make_shared<const EventLeaf>(EventLeaf{std::move(number), leaf->zone});
}

// The blocks of one type that a result was made from, and a stretch of time, if any is known, in which they have no
// row: while a window moves through it, no block has to be looked at.
struct HeldParts {
  EventId event = 0;
  std::vector<EventPart> parts;
  Interval quiet = {1, 0};
};

// How the blocks of a type differ from those of before.
struct PartChanges {
  std::vector<const EventPart*> came;
  std::vector<const EventPart*> went;
  std::vector<const EventPart*> stayed;
};

bool isSame(const EventPart& a, const EventPart& b) { return a.block == b.block; }

}  // namespace

// What is kept of one chunk.
struct LeafResults::ChunkResult {
  std::mutex mutex;                        // guards the rest
  std::shared_ptr<const EventLeaf> asked;  // at what instants; null where nothing is kept yet
  std::vector<HeldParts> held;
  // The places for which the leaf holds, and how many they are; who evaluates may hold on to those of before.
  std::shared_ptr<ChunkWords> words;
  std::uint32_t count = 0;
  std::unique_ptr<std::uint8_t[]> counts;   // by place, where askedCount() tells of one
  std::size_t bytes = sizeof(ChunkResult);  // of all of it, when its blocks last changed

  std::size_t countBytes() const {
    std::size_t sum = sizeof *this + (words == nullptr ? 0 : sizeof *words) + (counts == nullptr ? 0 : kChunkSize);
    for (const HeldParts& own : held) {
      sum += own.parts.size() * sizeof(EventPart);
      // What is not stored is in memory for as long as anybody names it.
      for (const EventPart& part : own.parts) sum += part.block->isStored() ? 0 : part.block->bytes();
    }
    return sum;
  }
};

struct LeafResults::ShardResults {
  std::array<std::unique_ptr<ChunkResult>, kChunksPerShard> chunks;
};

// Brings what is kept of one chunk to what is asked now.
class LeafResults::Update {
 public:
  Update(LeafResults& results, ChunkResult& kept, const std::shared_ptr<const EventLeaf>& leaf, const Shard& shard,
         ChunkIndex chunk, EventArrays& arrays)
      : results_(results), kept_(kept), leaf_(leaf), shard_(shard), chunk_(chunk), arrays_(arrays) {}

  Result<void> run() {
    if (kept_.asked == nullptr) return evaluateAll();
    arrays_.few.clear();
    const auto shift = results_.shiftBetween(kept_.asked, leaf_);
    const bool isCount = kept_.counts != nullptr;
    auto isSmall = isCount ? recount(*shift) : findAffected(*shift);
    if (!isSmall) {
      kept_.asked = nullptr;
      return propagate(isSmall);
    }
    if (!*isSmall) return evaluateAll();
    if (arrays_.few.size() != 0) {
      if (auto done = isCount ? testCounts() : evaluateAffected(); !done) return done;
    }
    remember();
    results_.updated_.fetch_add(1, std::memory_order_relaxed);
    return {};
  }

 private:
  // Everything, as if nothing had been kept.
  Result<void> evaluateAll() {
    kept_.asked = nullptr;  // until all is well
    kept_.words = std::make_shared<ChunkWords>();
    if (auto done = findEvents(*leaf_, shard_, chunk_, arrays_, *kept_.words); !done) return done;
    kept_.count = countOf(*kept_.words);
    results_.evaluated_.fetch_add(1, std::memory_order_relaxed);
    if (askedCount(*leaf_) != nullptr) {
      if (kept_.counts == nullptr) kept_.counts = std::make_unique_for_overwrite<std::uint8_t[]>(kChunkSize);
      std::memcpy(kept_.counts.get(), arrays_.fewCounts.get(), kChunkSize);
    }
    kept_.held.clear();
    remember();
    return {};
  }

  void remember() {
    kept_.asked = leaf_;
    if (!kept_.held.empty() && !hasOtherParts_) return;
    if (kept_.held.empty()) {
      for (const EventId event : typesOf(*leaf_)) kept_.held.push_back({event, {}});
    }
    for (HeldParts& held : kept_.held) {
      std::size_t same = 0;  // from the first on
      bool areSame = true;
      eventsOf(shard_, held.event, chunk_).forEachPart([&](const EventPart& part) {
        areSame = areSame && same < held.parts.size() && isSame(part, held.parts[same]);
        if (areSame) {
          ++same;
          return;
        }
        held.parts.resize(same);
        held.parts.push_back(part);
        ++same;
      });
      held.parts.resize(same);
    }
    const std::size_t before = std::exchange(kept_.bytes, kept_.countBytes());
    results_.bytes_.fetch_add(kept_.bytes - before, std::memory_order_relaxed);
  }

  // Most of the time all blocks are the same, or new ones follow those that were there.
  PartChanges changesOf(HeldParts& held) {
    PartChanges changes;
    auto old = held.parts.begin();
    std::vector<const EventPart*> others;  // from the first on that is not as before
    eventsOf(shard_, held.event, chunk_).forEachPart([&](const EventPart& part) {
      if (others.empty() && old != held.parts.end() && isSame(part, *old)) {
        changes.stayed.push_back(&part);
        ++old;
      } else {
        others.push_back(&part);
      }
    });
    for (const EventPart* part : others) {
      const bool isKnown = std::any_of(old, held.parts.end(), [&](const EventPart& own) { return isSame(own, *part); });
      (isKnown ? changes.stayed : changes.came).push_back(part);
    }
    for (; old != held.parts.end(); ++old) {
      const bool isThere =
          std::any_of(others.begin(), others.end(), [&](const EventPart* own) { return isSame(*own, *old); });
      if (!isThere) changes.went.push_back(&*old);
    }
    hasOtherParts_ |= !others.empty() || !changes.went.empty();
    forgetQuiet(held, changes.came);
    return changes;
  }

  // Where new blocks may have rows, it is no longer quiet.
  static void forgetQuiet(HeldParts& held, const std::vector<const EventPart*>& came) {
    const auto reaches = [&](const EventPart* part) { return isWithin(*part, {held.quiet}); };
    if (std::any_of(came.begin(), came.end(), reaches)) held.quiet = {1, 0};
  }

  // Calls f(part, times) for the blocks that stayed and have a row in some times.
  template <class F>
  Result<bool> forEachInTimes(HeldParts& held, const PartChanges& changes, const Intervals& times, const F& f) {
    Intervals busy;
    for (const Interval& own : times) {
      if (held.quiet.contains(own.low) && held.quiet.contains(own.high)) continue;
      auto next = firstRow(changes.stayed, own.low);
      if (!next) return propagate(next);
      if (*next <= own.high) {
        busy.push_back(own);
        continue;
      }
      held.quiet = {own.low, *next - 1};
      forgetQuiet(held, changes.came);
    }
    for (const EventPart* part : changes.stayed) {
      if (!isWithin(*part, busy)) continue;
      auto few = f(*part, busy);
      if (!few || !*few) return few;
    }
    return true;
  }

  // When the first row at an instant or after it is.
  static Result<Instant> firstRow(const std::vector<const EventPart*>& parts, Instant from) {
    Instant first = std::numeric_limits<Instant>::max();
    for (const EventPart* part : parts) {
      if (part->greatest < from || part->least >= first) continue;
      if (part->least >= from) {
        first = part->least;
        continue;
      }
      auto block = part->block->get();
      if (!block) return propagate(block);
      const PackedNumbers& rows = (*block)->times();
      first = std::min(first, rows[rows.lowerBound(from)]);
    }
    return first;
  }

  // Calls f(place) for the events of a set in one block; false where they are too many to be looked at one by one.
  template <class F>
  Result<bool> forEachRow(const EventPart& part, const EventSet& set, const F& f) {
    if (!isWithin(part, set)) return true;
    auto block = part.block->get();
    if (!block) return propagate(block);
    RowSelection& rows = arrays_.selection;
    if (!rows.select(**block, set, *leaf_->zone)) return true;
    if ((rowsLeft_ -= rows.rowsInTime()) < 0) return false;
    const auto places = (*block)->places();
    rows.forEach([&](std::uint32_t row) { f(places[row]); });
    return arrays_.few.size() <= kMostAffected;
  }

  // The same for every one of some blocks.
  template <class F>
  Result<bool> forEachRow(const std::vector<const EventPart*>& parts, const EventSet& set, const F& f) {
    for (const EventPart* part : parts) {
      auto few = forEachRow(*part, set, f);
      if (!few || !*few) return few;
    }
    return true;
  }

  // The contacts who have an event that came, went, or lies where the leaf has moved; false where they are many.
  Result<bool> findAffected(const EventShift& shift) {
    const auto insert = [&](std::uint16_t place) { arrays_.few.insert(place); };
    for (HeldParts& held : kept_.held) {
      const PartChanges changes = changesOf(held);
      const EventSet all{held.event, everyNumber(), nullptr};
      for (const auto* parts : {&changes.came, &changes.went}) {
        auto few = forEachRow(*parts, all, insert);
        if (!few || !*few) return few;
      }
      for (const TimedEvents& moved : shift.decisive) {
        if (moved.event != held.event) continue;
        auto few = forEachInTimes(held, changes, moved.times, [&](const EventPart& part, const Intervals& times) {
          return forEachRow(part, EventSet{held.event, times, nullptr}, insert);
        });
        if (!few || !*few) return few;
      }
    }
    return true;
  }

  Result<void> evaluateAffected() {
    ChunkWords& found = arrays_.found;
    arrays_.selection.restrictTo(&arrays_.few);
    auto done = findEvents(*leaf_, shard_, chunk_, arrays_, found);
    arrays_.selection.restrictTo(nullptr);
    if (!done) {
      kept_.asked = nullptr;
      return done;
    }
    for (const std::uint16_t place : arrays_.few.places()) setHolds(place, found.test(place));
    return {};
  }

  // Counts with the events that came and without those that went; false where they are many.
  Result<bool> recount(const EventShift& shift) {
    if (!shift.onlyWindows) return false;
    const EventSet& now = askedCount(*leaf_)->events;
    const EventSet& before = askedCount(*kept_.asked)->events;
    HeldParts& held = kept_.held.front();
    const PartChanges changes = changesOf(held);
    const auto gain = [&](std::uint16_t place) { addCount(place, true); };
    const auto lose = [&](std::uint16_t place) { addCount(place, false); };
    auto few = forEachRow(changes.came, now, gain);
    if (few && *few) few = forEachRow(changes.went, before, lose);
    if (few && *few) {
      few = forEachInTimes(held, changes, shift.gained, [&](const EventPart& part, const Intervals& times) {
        return forEachRow(part, EventSet{now.event, times, now.filter}, gain);
      });
    }
    if (few && *few) {
      few = forEachInTimes(held, changes, shift.lost, [&](const EventPart& part, const Intervals& times) {
        return forEachRow(part, EventSet{now.event, times, now.filter}, lose);
      });
    }
    return few;
  }

  // A counter that has stopped stays where it is, and is counted anew once it may have to go down.
  void addCount(std::uint16_t place, bool gained) {
    arrays_.few.insert(place);
    std::uint8_t& own = kept_.counts[place];
    if (own == kManyEvents) hasStopped_ |= !gained;
    else own = static_cast<std::uint8_t>(gained ? own + 1 : own - 1);
  }

  Result<void> testCounts() {
    if (hasStopped_) return evaluateAll();
    const Intervals& wanted = askedCount(*leaf_)->numbers;
    for (const std::uint16_t place : arrays_.few.places()) {
      setHolds(place, containsNumber(wanted, std::int64_t{kept_.counts[place]}));
    }
    return {};
  }

  // What an evaluation may hold on to stays as it is.
  void setHolds(std::uint16_t place, bool holds) {
    if (kept_.words->test(place) == holds) return;
    if (!hasOwnWords_) kept_.words = std::make_shared<ChunkWords>(*kept_.words);
    hasOwnWords_ = true;
    kept_.count += holds ? 1 : -1;
    if (holds) kept_.words->set(place);
    else kept_.words->reset(place);
  }

  LeafResults& results_;
  ChunkResult& kept_;
  const std::shared_ptr<const EventLeaf>& leaf_;
  const Shard& shard_;
  const ChunkIndex chunk_;
  EventArrays& arrays_;
  bool hasOtherParts_ = false;
  bool hasOwnWords_ = false;
  bool hasStopped_ = false;  // a counter that would have to go down
  std::int64_t rowsLeft_ = kMostChangedRows;
};

// The leaf itself, and the one that was asked last.
LeafResults::LeafResults(std::shared_ptr<const EventLeaf> leaf) : leaf_(std::move(leaf)), bytes_(2 * bytesOf(*leaf_)) {}
LeafResults::~LeafResults() = default;

LeafResults::ChunkResult& LeafResults::chunkOf(ShardIndex index, ChunkIndex chunk) {
  const std::lock_guard lock(mutex_);
  if (shards_.size() <= index) shards_.resize(index + 1);
  if (shards_[index] == nullptr) shards_[index] = std::make_unique<ShardResults>();
  auto& own = shards_[index]->chunks[chunk];
  if (own == nullptr) {
    own = std::make_unique<ChunkResult>();
    bytes_.fetch_add(own->bytes, std::memory_order_relaxed);
  }
  return *own;
}

std::shared_ptr<const EventShift> LeafResults::shiftBetween(const std::shared_ptr<const EventLeaf>& before,
                                                            const std::shared_ptr<const EventLeaf>& after) {
  const std::lock_guard lock(mutex_);
  if (shift_ == nullptr || before_ != before || after_ != after) {
    shift_ = std::make_shared<const EventShift>(roster::shiftBetween(*before, *after));
    before_ = before;
    after_ = after;
  }
  return shift_;
}

Result<ContainerView> LeafResults::scan(const std::shared_ptr<const EventLeaf>& leaf, ShardIndex index,
                                        const Shard& shard, ChunkIndex chunk, const ContainerView& candidates,
                                        Scratch& scratch) {
  ChunkResult& kept = chunkOf(index, chunk);
  std::unique_lock lock(kept.mutex);
  if (kept.asked != leaf && areFew(candidates)) {
    lock.unlock();  // looking for their events takes no longer than bringing all up to date
    return scanEvents(*leaf, shard, chunk, candidates, scratch);
  }
  if (auto done = Update(*this, kept, leaf, shard, chunk, scratch.events()).run(); !done) return propagate(done);
  const ChunkWords& words = scratch.hold(kept.words);
  const std::uint32_t count = kept.count;
  lock.unlock();
  return intersect(settle(words, count, scratch), candidates, scratch);
}

PlanEvents EventResults::of(std::shared_ptr<const EventLeaf> leaf) {
  if (!looksAtRows(*leaf)) return {std::move(leaf), nullptr};
  leaf = asCount(std::move(leaf));
  std::vector<std::shared_ptr<LeafResults>> evicted;  // goes when the lock has gone
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(leaves_.begin(), leaves_.end(), [&](const auto& known) { return areAlike(known->leaf(), *leaf); });
  if (found != leaves_.end()) std::rotate(found, found + 1, leaves_.end());
  else leaves_.push_back(std::make_shared<LeafResults>(leaf));
  std::size_t bytes = bytesLocked();
  std::size_t first = 0;
  for (; first + 1 < leaves_.size() && (leaves_.size() - first > kMostLeaves || bytes > budget_); ++first) {
    bytes -= std::min(bytes, leaves_[first]->bytes());
    evicted.push_back(std::move(leaves_[first]));
  }
  leaves_.erase(leaves_.begin(), leaves_.begin() + static_cast<std::ptrdiff_t>(first));
  return {std::move(leaf), leaves_.back()};
}

SnapshotPtr keeping(const SnapshotPtr& snapshot, std::shared_ptr<EventResults> results) {
  auto own = std::make_shared<Snapshot>(*snapshot);
  own->eventResults = std::move(results);
  return own;
}

EventResults::Work EventResults::work() const {
  const std::lock_guard lock(mutex_);
  Work work;
  for (const auto& leaf : leaves_) {
    const Work own = leaf->work();
    work.evaluated += own.evaluated;
    work.updated += own.updated;
  }
  return work;
}

void EventResults::clear() {
  std::vector<std::shared_ptr<LeafResults>> evicted;  // goes when the lock has gone
  const std::lock_guard lock(mutex_);
  leaves_.swap(evicted);
}

std::size_t EventResults::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytesLocked();
}

std::size_t EventResults::bytesLocked() const {
  std::size_t bytes = 0;
  for (const auto& leaf : leaves_) bytes += leaf->bytes();
  return bytes;
}

}  // namespace roster
