// Which keys were erased, remembered as keyed hashes only, so that a restored backup forgets them again.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/civil_time.h"
#include "core/data/change_batch.h"
#include "core/data/snapshot.h"
#include "index/store/store.h"

namespace roster {

// A database's own secret and what it hashes with it (BLAKE2b).
class KeyHasher {
 public:
  // Makes a secret and puts it into the first batch of a new database.
  static Result<void> createSecret(StoreBatch& batch);
  // dataLoss where the database has none.
  static Result<KeyHasher> read(const Store& store);

  std::string hash(std::string_view key) const;

 private:
  explicit KeyHasher(std::string secret) : secret_(std::move(secret)) {}
  std::string secret_;
};

// Adds a record for each contact that a batch erases, to be written with it.
Result<void> recordErasures(const Snapshot& before, const ChangeBatch& batch, const KeyHasher& hasher, Instant now,
                            StoreBatch& write);

// Adds the record of one erasure by its hash.
void keepErasure(std::string_view hash, Instant at, StoreBatch& write);

// The hashes of all keys that were erased.
Result<std::unordered_set<std::string>> erasedKeyHashes(const Store& store);

}  // namespace roster
