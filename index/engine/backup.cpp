#include "index/engine/backup.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <system_error>

#include "index/engine/erasures.h"
#include "index/engine/segments.h"
#include "index/store/database_directory.h"
#include "index/store/writer_lock.h"

namespace roster {

namespace {

namespace fs = std::filesystem;

// Where a backup is to go, and what is there.
struct Target {
  DatabaseDirectory directory;
  std::optional<WriterLock> lock;  // until the end, where a database is there
  bool damaged = false;            // its list of erasures cannot be read
  std::unordered_set<std::string> erased;

  const fs::path& root() const { return directory.root(); }
};

// The erasures that the database at `path` remembers.
Result<std::unordered_set<std::string>> erasuresAt(const fs::path& path, const KeyHasher& backupHasher, Host& host) {
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

Result<Target> lookAt(const fs::path& to, const KeyHasher& backupHasher, Host& host) {
  Target target{DatabaseDirectory::at(to), std::nullopt, false, {}};
  std::error_code failed;
  const bool isDirectory = fs::is_directory(target.root(), failed);
  if (!fs::exists(target.root(), failed) || (isDirectory && fs::is_empty(target.root(), failed))) return target;
  if (target.directory.isThere() && fs::is_directory(target.directory.store(), failed)) {
    auto lock = WriterLock::take(target.directory, host.resources());
    if (!lock) return propagate(lock);
    target.lock = *std::move(lock);
  }
  auto erased = erasuresAt(target.root(), backupHasher, host);
  if (erased) {
    target.erased = *std::move(erased);
    return target;
  }
  if (erased.error().code == ErrorCode::notFound) {
    return fail(ErrorCode::conflict,
                fmt::format("{} is something else than a Roster database; choose a new directory", to.string()));
  }
  if (erased.error().code != ErrorCode::dataLoss) return propagate(erased);
  target.damaged = true;
  return target;
}

// A copy in the making, beside the target; what is left of it goes, now that of an earlier attempt.
class PartialCopy {
 public:
  explicit PartialCopy(const fs::path& target) : path_(fs::path(target) += ".restoring") { remove(); }
  PartialCopy(const PartialCopy&) = delete;
  PartialCopy& operator=(const PartialCopy&) = delete;
  ~PartialCopy() { remove(); }

  const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  fs::path path_;
};

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

// Swaps two directories: in one step where the file system can, so that whoever is stopped finds the one or the other.
std::error_code swapDirectories(const fs::path& a, const fs::path& b) {
  if (renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return {};
  std::error_code error(errno, std::generic_category());
  if (errno != EINVAL && errno != ENOSYS && errno != EXDEV) return error;
  const fs::path spare = fs::path(a) += ".swapped";
  fs::rename(b, spare, error);
  if (error) return error;
  fs::rename(a, b, error);
  std::error_code ignored;
  fs::rename(spare, error ? b : a, ignored);
  return error;
}

// A name beside a damaged database that nothing has.
fs::path asideOf(const fs::path& damaged) {
  std::error_code ignored;
  fs::path aside = fs::path(damaged) += ".damaged";
  for (int number = 2; fs::exists(fs::symlink_status(aside, ignored)); ++number) {
    aside = fmt::format("{}.damaged-{}", damaged.string(), number);
  }
  return aside;
}

// Puts what was restored in the place of what is there, which then lies where that was made. Returns where it is kept
// where it is damaged.
Result<fs::path> putInPlace(const fs::path& restored, const Target& target) {
  std::error_code error;
  const bool replaces = target.directory.isThere();
  if (replaces) error = swapDirectories(restored, target.root());
  else fs::rename(restored, target.root(), error);
  if (error) {
    return fail(ErrorCode::unavailable,
                fmt::format("cannot put {} in place: {}", target.root().string(), error.message()));
  }
  if (!replaces || !target.damaged) return fs::path();
  fs::path aside = asideOf(target.root());
  fs::rename(restored, aside, error);
  if (!error) return aside;
  (void)swapDirectories(restored, target.root());  // or what is damaged would go with the copy
  return fail(ErrorCode::unavailable, fmt::format("cannot keep {}: {}", aside.string(), error.message()));
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
  auto target = lookAt(to, *hasher, host);
  if (!target) return propagate(target);

  const PartialCopy restoring(target->root());
  {
    auto store = createRocksStore(restoring.path(), host.resources(), StoreBatch());
    if (!store) return propagate(store);
    if (auto copied = copyAll(**backup, **store); !copied) return propagate(copied);
  }
  auto outcome = eraseAgain(restoring.path(), target->erased, host);
  if (!outcome) return outcome;
  auto kept = putInPlace(restoring.path(), *target);
  if (!kept) return propagate(kept);
  outcome->damagedKept = *std::move(kept);
  return outcome;
}

}  // namespace roster
