// The Store on disk, over RocksDB.
//
// One process at a time opens a database for writing, and only once; others read a view of it that stands still.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/base/error.h"
#include "index/store/store.h"

namespace roster {

struct StoreLimits {
  std::size_t blockCacheBytes = std::size_t{64} << 20;   // read cache, over all databases
  std::size_t writeBufferBytes = std::size_t{64} << 20;  // memtables, over all databases
  std::uint64_t backgroundBytesPerSecond = 0;            // of flushes and compactions; 0 is no limit
};

// What all the databases of a process share. Made once and handed to each; outlives all stores opened with it.
// Thread-safe.
class StoreResources {
 public:
  struct Parts;  // RocksDB's objects, in rocks_options.h

  explicit StoreResources(const StoreLimits& limits = {});
  explicit StoreResources(std::unique_ptr<Parts> parts);
  StoreResources(StoreResources&&) noexcept;
  StoreResources(const StoreResources&) = delete;
  StoreResources& operator=(const StoreResources&) = delete;
  StoreResources& operator=(StoreResources&&) = delete;
  ~StoreResources();

  const Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

// Makes a database that holds `first`, and opens it for writing. It appears in one step, complete. `directory` must not
// exist or be empty: conflict otherwise; notFound where its parent is missing.
Result<std::unique_ptr<Store>> createRocksStore(const std::filesystem::path& directory, const StoreResources& resources,
                                                const StoreBatch& first);

// Opens for reading and writing. notFound where `directory` is no database, conflict where it is open for writing
// already (the message names the process), dataLoss where it is damaged, acknowledged batches missing among that.
Result<std::unique_ptr<Store>> openRocksWriter(const std::filesystem::path& directory, const StoreResources& resources);

// Opens a view of what the database holds now, whatever a writer does to it meanwhile; it writes nothing.
Result<std::unique_ptr<Store>> openRocksReader(const std::filesystem::path& directory, const StoreResources& resources);

}  // namespace roster
