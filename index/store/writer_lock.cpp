#include "index/store/writer_lock.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <string>

#include "index/store/rocks_options.h"

namespace roster {

struct WriterLock::Held {
  rocksdb::Env* environment = nullptr;
  rocksdb::FileLock* lock = nullptr;
};

void WriterLock::Release::operator()(Held* held) const {
  static_cast<void>(held->environment->UnlockFile(held->lock));
  delete held;
}

// RocksDB takes it, since it knows what this process has locked already: to open and close the file of a lock that is
// held would release it.
Result<WriterLock> WriterLock::take(const DatabaseDirectory& directory, const StoreResources& resources) {
  auto held = std::make_unique<Held>();
  held->environment = resources.parts().environment;
  const std::string file = (directory.store() / "LOCK").string();
  const auto taken = held->environment->LockFile(file, &held->lock);
  if (taken.ok()) return WriterLock(held.release());
  const std::string detail = taken.ToString();
  if (const auto holder = lockHolderIn(detail)) return directory.failLocked(*holder);
  return fail(ErrorCode::unavailable, fmt::format("{} cannot be locked: {}", directory.root().string(), detail));
}

std::optional<LockHolder> lockHolderIn(std::string_view status) {
  if (status.find("lock hold by current process") != std::string_view::npos) return LockHolder::self;
  if (status.find("While lock file") != std::string_view::npos) return LockHolder::other;
  return std::nullopt;
}

}  // namespace roster
