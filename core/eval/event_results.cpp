#include "core/eval/event_results.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/eval/event_scan.h"
#include "core/eval/event_update.h"

namespace roster {

namespace {

// Leaves of which anything is remembered; each takes some hundred bytes before it has any result.
constexpr std::size_t kMostLeaves = 1024;

// Who did something has a count of at least one, and counts are brought up to date by the rows that differ alone.
std::shared_ptr<const EventLeaf> asCount(std::shared_ptr<const EventLeaf> leaf) {
  const auto* did = std::get_if<EventDid>(&leaf->asked);
  if (did == nullptr || !did->steps.empty()) return leaf;
  EventNumber number{Aggregate::count, {}, did->events, {{1, kMostOf<std::int64_t>}}, {}};
  return std::make_shared<const EventLeaf>(EventLeaf{std::move(number), leaf->zone});
}

}  // namespace

struct LeafResults::ShardResults {
  std::array<std::unique_ptr<ChunkResult>, kChunksPerShard> chunks;
};

// The leaf itself, and the one that was asked last.
LeafResults::LeafResults(std::shared_ptr<const EventLeaf> leaf) : leaf_(std::move(leaf)), bytes_(2 * bytesOf(*leaf_)) {}
LeafResults::~LeafResults() = default;

ChunkResult& LeafResults::chunkOf(ShardIndex index, ChunkIndex chunk) {
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
                                        Want want, Scratch& scratch) {
  ChunkResult& kept = chunkOf(index, chunk);
  std::unique_lock lock(kept.mutex);
  if (kept.asked != leaf && areFew(candidates)) {
    lock.unlock();  // looking for their events takes no longer than bringing all up to date
    return scanEvents(*leaf, shard, chunk, candidates, scratch);
  }
  const auto shift = kept.asked == nullptr ? nullptr : shiftBetween(kept.asked, leaf);
  const std::size_t before = kept.bytes;
  auto isUpdated = updateResult(kept, leaf, shift.get(), shard, chunk, scratch.events());
  if (!isUpdated) return propagate(isUpdated);
  (*isUpdated ? updated_ : evaluated_).fetch_add(1, std::memory_order_relaxed);
  if (kept.bytes != before) bytes_.fetch_add(kept.bytes - before, std::memory_order_relaxed);
  const std::uint32_t count = kept.count;
  if (want == Want::count && candidates.full()) return counted(count);
  const ChunkWords& words = scratch.hold(kept.words);
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
