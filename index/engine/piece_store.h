// The pieces of one database: read through the cache, written by checkpoints, forgotten when no snapshot names them.
#pragma once

#include <atomic>
#include <mutex>
#include <vector>

#include "core/data/piece.h"
#include "index/engine/piece_cache.h"
#include "index/store/store.h"

namespace roster {

// While one lives, its thread reads no store: what a piece that is not in memory is asked for is `unavailable`. For a
// thread that others wait for, which has the work done elsewhere then.
class MemoryOnly {
 public:
  MemoryOnly();
  ~MemoryOnly();
  MemoryOnly(const MemoryOnly&) = delete;
  MemoryOnly& operator=(const MemoryOnly&) = delete;

  static bool isOn();
};

// Thread-safe. Outlives every snapshot of its database.
class PieceStore final : public PieceSource {
 public:
  PieceStore(Store& store, PieceCache& cache) : store_(store), cache_(cache) {}
  ~PieceStore() override;
  PieceStore(const PieceStore&) = delete;
  PieceStore& operator=(const PieceStore&) = delete;

  Result<KeptPtr> fetch(const PieceKey& key, Decode decode) override;
  KeptPtr find(const PieceKey& key) override { return cache_.find(this, key); }
  KeptPtr keep(const PieceKey& key, Decoded decoded) override;
  void release(const PieceKey& key) noexcept override;

  // The stored pieces that no snapshot names any more, to be removed with the next checkpoint; the list is emptied.
  std::vector<PieceKey> takeReleased();

  // From now on, releases are not collected: the database is being closed.
  void close() { closed_ = true; }

 private:
  Store& store_;
  PieceCache& cache_;
  std::atomic<bool> closed_ = false;
  std::mutex mutex_;
  std::vector<PieceKey> released_;
};

// The bytes stored for a piece: its own, sealed.
std::string sealPiece(PieceKind kind, std::string_view encoded);

}  // namespace roster
