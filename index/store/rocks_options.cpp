#include "index/store/rocks_options.h"

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

namespace roster {

namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

// A failed store is closed and opened again, never repaired behind our back: RocksDB's own recovery from a full disk
// hangs a store that is closed at the wrong moment.
class NoRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* autoRecovery) override {
    *autoRecovery = false;
  }
};

// RocksDB would keep a log of its own doings in the database, and write to it while it closes: on a full disk that ends
// the process by an assertion. Whatever matters comes back as a status.
class NoLog final : public rocksdb::Logger {
 public:
  NoLog() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, std::va_list) override {}
};

}  // namespace

std::unique_ptr<StoreResources::Parts> makeParts(const StoreLimits& limits, rocksdb::Env* environment) {
  auto parts = std::make_unique<StoreResources::Parts>();
  parts->environment = environment;
  parts->blockCache = rocksdb::NewLRUCache(limits.blockCacheBytes);
  parts->writeBuffers = std::make_shared<rocksdb::WriteBufferManager>(limits.writeBufferBytes);
  if (limits.backgroundBytesPerSecond > 0) {
    parts->rateLimiter.reset(
        rocksdb::NewGenericRateLimiter(static_cast<std::int64_t>(limits.backgroundBytesPerSecond)));
  }
  return parts;
}

rocksdb::DBOptions databaseOptions(const StoreResources::Parts& parts) {
  rocksdb::DBOptions options;
  options.env = parts.environment;
  options.write_buffer_manager = parts.writeBuffers;
  options.rate_limiter = parts.rateLimiter;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.max_total_wal_size = 64 * kMebibyte;
  options.bytes_per_sync = kMebibyte;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.listeners.push_back(std::make_shared<NoRecovery>());
  options.max_bgerror_resume_count = 0;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = options.stats_persist_period_sec = 0;
  options.info_log = std::make_shared<NoLog>();
  return options;
}

rocksdb::ColumnFamilyOptions familyOptions(Family family, const StoreResources::Parts& parts) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = parts.blockCache;
  table.block_size = 16 << 10;
  table.format_version = 5;
  table.cache_index_and_filter_blocks = table.pin_l0_filter_and_index_blocks_in_cache = true;
  // Lookups of single keys that are often absent.
  if (family == Family::keys || family == Family::dedup) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = 8 * kMebibyte;
  options.arena_block_size = 64 << 10;  // hundreds of databases of ten families: an idle memtable is to be small
  options.target_file_size_base = 32 * kMebibyte;
  options.max_bytes_for_level_base = 128 * kMebibyte;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = rocksdb::kLZ4Compression;
  switch (family) {
    case Family::bitmaps: options.compression = rocksdb::kNoCompression; break;  // Roaring leaves nothing to gain
    case Family::log:
    case Family::changelog:
    case Family::audit: options.bottommost_compression = rocksdb::kZSTD; break;  // written once, read seldom
    default: break;
  }
  return options;
}

}  // namespace roster
