#include "index/engine/piece_cache.h"

#include <string_view>

#include "core/base/hash.h"

namespace roster {

std::size_t PieceCache::NameHash::operator()(const Name& name) const {
  const std::uint64_t parts[] = {
      reinterpret_cast<std::uint64_t>(name.owner), std::uint64_t{name.key.shard} << 32 | name.key.field,
      std::uint64_t{name.key.part} << 8 | static_cast<std::uint64_t>(name.key.kind), name.key.version};
  return hashBytes({reinterpret_cast<const char*>(parts), sizeof(parts)});
}

PieceSource::KeptPtr PieceCache::find(const void* owner, const PieceKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = byName_.find({owner, key});
  if (found == byName_.end()) return nullptr;
  found->second->kept->used.store(true, std::memory_order_relaxed);
  return found->second->kept;
}

PieceSource::KeptPtr PieceCache::insert(const void* owner, const PieceKey& key, PieceSource::Decoded piece) {
  const std::lock_guard lock(mutex_);
  if (const auto found = byName_.find({owner, key}); found != byName_.end()) return found->second->kept;
  makeRoom(piece.bytes);
  auto kept = std::make_shared<const PieceSource::Kept>(std::move(piece));
  entries_.push_front({{owner, key}, kept});
  byName_.emplace(entries_.front().name, entries_.begin());
  bytes_ += kept->decoded.bytes;
  return kept;
}

// Ends: whatever is passed over is no longer marked as used.
void PieceCache::makeRoom(std::size_t bytes) {
  while (bytes_ + bytes > budgetBytes_ && !entries_.empty()) {
    const auto last = std::prev(entries_.end());
    if (last->kept->used.exchange(false, std::memory_order_relaxed)) entries_.splice(entries_.begin(), entries_, last);
    else drop(last);
  }
}

void PieceCache::erase(const void* owner, const PieceKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto found = byName_.find({owner, key}); found != byName_.end()) drop(found->second);
}

void PieceCache::eraseOwner(const void* owner) {
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->name.owner == owner) drop(entry);
    entry = next;
  }
}

std::size_t PieceCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void PieceCache::drop(Entries::iterator entry) {
  bytes_ -= entry->kept->decoded.bytes;
  byName_.erase(entry->name);
  entries_.erase(entry);
}

}  // namespace roster
