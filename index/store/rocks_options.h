// How Roster sets RocksDB up, for a whole process, a database and each of its families.
#pragma once

#include <memory>
#include <rocksdb/options.h>

#include "index/store/rocks_store.h"
#include "index/store/store_batch.h"

namespace rocksdb {
class Cache;
class RateLimiter;
class WriteBufferManager;
}  // namespace rocksdb

namespace roster {

struct StoreResources::Parts {
  rocksdb::Env* environment = nullptr;
  std::shared_ptr<rocksdb::Cache> blockCache;
  std::shared_ptr<rocksdb::WriteBufferManager> writeBuffers;
  std::shared_ptr<rocksdb::RateLimiter> rateLimiter;
};

std::unique_ptr<StoreResources::Parts> makeParts(const StoreLimits& limits, rocksdb::Env* environment);
rocksdb::DBOptions databaseOptions(const StoreResources::Parts& parts);
rocksdb::ColumnFamilyOptions familyOptions(Family family, const StoreResources::Parts& parts);

}  // namespace roster
