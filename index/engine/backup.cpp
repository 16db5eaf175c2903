#include "index/engine/backup.h"

#include <fmt/format.h>
#include <system_error>

#include "index/engine/erasures.h"
#include "index/engine/segments.h"

namespace roster {

namespace {

namespace fs = std::filesystem;

// The erasures that a database at `path` remembers; none where there is no database.
Result<std::unordered_set<std::string>> erasuresAt(const fs::path& path, const KeyHasher& backupHasher, Host& host) {
  if (!fs::exists(path)) return std::unordered_set<std::string>();
  auto store = openRocksReader(path, host.resources());
  if (!store) return propagate(store);
  auto hasher = KeyHasher::read(**store);
  if (!hasher) return propagate(hasher);
  // One secret, one database: another would hash the same keys otherwise.
  if (hasher->hash("") != backupHasher.hash("")) {
    return fail(ErrorCode::conflict, fmt::format("{} is another database than the backup was made of", path.string()));
  }
  return erasedKeyHashes(**store);
}

Result<std::vector<ContactId>> contactsToErase(const Snapshot& snapshot, const KeyHasher& hasher,
                                               const std::unordered_set<std::string>& erased) {
  std::vector<ContactId> contacts;
  if (erased.empty()) return contacts;
  for (ShardIndex shard = 0; shard < snapshot.shards.size(); ++shard) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      auto keys = load(snapshot.shards[shard]->keys[chunk]);
      if (!keys) return propagate(keys);
      for (std::uint32_t place = 0; place < (*keys)->size(); ++place) {
        const std::string_view key = (**keys)[place];
        if (!key.empty() && erased.contains(hasher.hash(key))) {
          contacts.push_back(contactAt(shard, chunk << kChunkBits | place));
        }
      }
    }
  }
  return contacts;
}

Result<RestoreOutcome> eraseAgain(const fs::path& path, const std::unordered_set<std::string>& erased, Host& host) {
  auto database = Database::open(path, Access::write, host);
  if (!database) return propagate(database);
  auto hasher = KeyHasher::read((*database)->store());
  if (!hasher) return propagate(hasher);
  RestoreOutcome outcome;
  auto committed = (*database)->commit(CommitMode::logged, [&](const SnapshotPtr& snapshot) -> Result<ChangeBatch> {
    ChangeBatch batch;
    auto contacts = contactsToErase(*snapshot, *hasher, erased);
    if (!contacts) return propagate(contacts);
    outcome.erasedAgain = contacts->size();
    if (auto filled = eraseWithNames(*snapshot, *contacts, batch); !filled) return propagate(filled);
    return batch;
  });
  if (!committed) return propagate(committed);
  if (outcome.erasedAgain != 0) {
    if (auto compacted = (*database)->compact(); !compacted) return propagate(compacted);
  }
  // Erasures of contacts that the backup never had are kept as well: an older backup may follow.
  StoreBatch batch;
  for (const std::string& hash : erased) keepErasure(hash, host.clock().now(), batch);
  if (!batch.empty()) {
    if (auto written = (*database)->store().write(batch, Durability::synced); !written) return propagate(written);
  }
  outcome.contacts = (*database)->snapshot()->liveCount();
  return outcome;
}

// Puts what was restored in the place of what is there.
Result<void> replaceDirectory(const fs::path& restored, const fs::path& target) {
  std::error_code error;
  const fs::path aside = fs::path(target) += ".replaced";
  if (fs::exists(target)) fs::rename(target, aside, error);
  if (!error) fs::rename(restored, target, error);
  if (error) {
    std::error_code ignored;
    if (!fs::exists(target)) fs::rename(aside, target, ignored);
    return fail(ErrorCode::internal, fmt::format("cannot put {} in place: {}", target.string(), error.message()));
  }
  fs::remove_all(aside, error);
  return {};
}

}  // namespace

Result<void> backupDatabase(const Database& database, const fs::path& to) {
  if (fs::exists(to)) return fail(ErrorCode::conflict, fmt::format("{} exists already", to.string()));
  return database.store().checkpointTo(to);
}

Result<RestoreOutcome> restoreDatabase(const fs::path& from, const fs::path& to, Host& host) {
  auto backup = openRocksReader(from, host.resources());
  if (!backup && backup.error().code == ErrorCode::notFound) {
    return fail(ErrorCode::notFound, fmt::format("{} is no backup; `roster backup` makes one", from.string()));
  }
  if (!backup) return propagate(backup);
  auto hasher = KeyHasher::read(**backup);
  if (!hasher) return propagate(hasher);
  auto erased = erasuresAt(to, *hasher, host);
  if (!erased) return propagate(erased);

  const fs::path restoring = fs::path(to) += ".restoring";
  std::error_code ignored;
  fs::remove_all(restoring, ignored);
  {
    auto store = createRocksStore(restoring, host.resources(), StoreBatch());
    if (!store) return propagate(store);
    if (auto copied = copyAll(**backup, **store); !copied) return propagate(copied);
  }
  auto outcome = eraseAgain(restoring, *erased, host);
  if (!outcome) return outcome;
  if (auto replaced = replaceDirectory(restoring, to); !replaced) return propagate(replaced);
  return outcome;
}

}  // namespace roster
