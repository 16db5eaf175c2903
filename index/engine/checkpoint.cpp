#include "index/engine/checkpoint.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "index/engine/log.h"
#include "index/engine/manifest.h"
#include "index/engine/piece_keys.h"
#include "index/engine/slot_walk.h"

namespace roster {

namespace {

// Where a checkpoint notes that it has begun; the manifest's batch removes it.
constexpr std::string_view kUnfinishedKey = "unfinished";

// From this many bytes on, sorted files beat the write-ahead log.
constexpr std::size_t kBulkBytes = std::size_t{32} << 20;

constexpr Family kPieceFamilies[] = {Family::keys, Family::dictionary, Family::forward, Family::bitmaps,
                                     Family::events};

// A piece to store: its bytes in place, and what to do once it is stored.
struct Pending {
  PieceKey key;
  std::string_view encoded;
  std::shared_ptr<const void> alive;
  std::function<void()> markStored;
};

std::vector<Pending> unstoredPieces(const Snapshot& snapshot, PieceSource& source) {
  std::vector<Pending> pending;
  walkSlots(snapshot, [&](const auto& slot, PieceKey key) {
    auto piece = slot->unstored();
    if (piece == nullptr) return;
    key.version = snapshot.sequence;
    const std::string_view encoded = piece->encoded();
    pending.push_back({key, encoded, std::move(piece), [slot, key, &source] { slot->markStored(key, source); }});
  });
  return pending;
}

Result<void> storeInBulk(const std::vector<Pending>& pending, Store& store) {
  auto load = store.beginBulk();
  if (!load) return propagate(load);
  for (const Family family : kPieceFamilies) {
    std::vector<std::pair<std::string, const Pending*>> sorted;
    for (const Pending& piece : pending) {
      if (familyOf(piece.key.kind) == family) sorted.emplace_back(encodePieceKey(piece.key), &piece);
    }
    if (sorted.empty()) continue;
    std::sort(sorted.begin(), sorted.end());
    auto writer = (*load)->beginFamily(family);
    if (!writer) return propagate(writer);
    for (const auto& [key, piece] : sorted) {
      if (auto done = (*writer)->put(key, sealPiece(piece->key.kind, piece->encoded)); !done) return done;
    }
    if (auto done = (*writer)->finish(); !done) return done;
  }
  return (*load)->commit();
}

Result<void> storeInBatches(const std::vector<Pending>& pending, Store& store) {
  constexpr std::size_t kBatchBytes = std::size_t{4} << 20;
  StoreBatch batch;
  for (const Pending& piece : pending) {
    batch.put(familyOf(piece.key.kind), encodePieceKey(piece.key), sealPiece(piece.key.kind, piece.encoded));
    if (batch.byteSize() < kBatchBytes) continue;
    if (auto done = store.write(batch, Durability::buffered); !done) return done;
    batch.clear();
  }
  return batch.empty() ? Result<void>() : store.write(batch, Durability::buffered);
}

Result<void> storePieces(const std::vector<Pending>& pending, Store& store) {
  if (pending.empty()) return {};
  StoreBatch begun;
  begun.put(Family::meta, kUnfinishedKey, "");
  if (auto done = store.write(begun, Durability::buffered); !done) return done;
  std::size_t bytes = 0;
  for (const Pending& piece : pending) bytes += piece.encoded.size();
  return bytes >= kBulkBytes ? storeInBulk(pending, store) : storeInBatches(pending, store);
}

// Record by record: a removed range slows every later scan of the log until it is compacted away.
Result<void> removeLog(Sequence until, const Store& store, StoreBatch& batch) {
  return store.scan(Family::log, {std::string(), logKey(until + 1)}, [&](std::string_view key, std::string_view) {
    batch.remove(Family::log, key);
    return Result<bool>(true);
  });
}

}  // namespace

Result<void> writeCheckpoint(const Snapshot* before, const Snapshot& after, Store& store, PieceStore& pieces) {
  const std::vector<Pending> pending = unstoredPieces(after, pieces);
  if (auto done = storePieces(pending, store); !done) return done;
  for (const Pending& piece : pending) piece.markStored();

  StoreBatch batch;
  writeManifest(before, after, batch);
  for (const PieceKey& key : pieces.takeReleased()) batch.remove(familyOf(key.kind), encodePieceKey(key));
  if (auto done = removeLog(after.sequence, store, batch); !done) return done;
  batch.remove(Family::meta, kUnfinishedKey);
  return store.write(batch, Durability::synced);
}

Result<std::size_t> sweepPieces(const Snapshot& snapshot, Store& store) {
  std::unordered_set<std::string> named;
  walkSlots(snapshot, [&](const auto& slot, const PieceKey&) {
    if (slot->unstored() == nullptr) named.insert(encodePieceKey(slot->key()));
  });
  StoreBatch batch;
  for (const Family family : kPieceFamilies) {
    auto done = store.scan(family, KeyRange::all(), [&](std::string_view key, std::string_view) -> Result<bool> {
      if (!named.contains(std::string(key))) batch.remove(family, key);
      return true;
    });
    if (!done) return propagate(done);
  }
  const std::size_t count = batch.size();
  batch.remove(Family::meta, kUnfinishedKey);
  if (auto done = store.write(batch, Durability::synced); !done) return propagate(done);
  return count;
}

Result<bool> hasUnfinishedCheckpoint(const Store& store) {
  auto found = store.get(Family::meta, kUnfinishedKey);
  if (!found) return propagate(found);
  return found->has_value();
}

}  // namespace roster
