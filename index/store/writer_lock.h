// The lock that a writer holds on its database, held without opening the database: for what replaces it as a whole,
// however damaged it is.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "index/store/database_directory.h"
#include "index/store/rocks_store.h"

namespace roster {

// Keeps every other writer out from when it is taken until it is destroyed. The directory may be moved meanwhile.
class WriterLock {
 public:
  // conflict where a writer is at work, of this process or another, which the message names; unavailable where the
  // directory cannot be written to. `resources` outlive the lock.
  static Result<WriterLock> take(const DatabaseDirectory& directory, const StoreResources& resources);

 private:
  struct Held;
  struct Release {
    void operator()(Held* held) const;
  };

  explicit WriterLock(Held* held) : held_(held) {}

  std::unique_ptr<Held, Release> held_;
};

// Who holds the lock, by what RocksDB says of a failure; nothing where the failure is another.
std::optional<LockHolder> lockHolderIn(std::string_view status);

}  // namespace roster
