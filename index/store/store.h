// Where a database's bytes are kept: sorted keys with values in a few families, changed by atomic batches.
//
// There are two of these, one over RocksDB and one in memory, with the same behaviour; one test suite holds both to it.
//
// Threads: every function of a Store may be called from any thread. A read sees all batches whose write returned before
// the read began, and every batch wholly or not at all.
// Durability: a synced write that returned success survives a power cut, and with it all writes that returned before
// it, bulk loads among them. After a power cut the store is as it was after some write no older than the last synced
// one.
// Failure: after a write, sync, flush, commit of a bulk load or compaction failed on the disk, every further change is
// refused with the first failure's message until the store is opened again; reads go on. Damage is dataLoss and names
// the file, a full disk is resourceExhausted, a change to a store that was opened for reading is invalidArgument.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "index/store/store_batch.h"

namespace roster {

// Whether a write may be lost in a power cut (but not when the process is killed), or is on the disk when it returns.
enum class Durability : std::uint8_t { buffered, synced };

enum class ScanOrder : std::uint8_t { ascending, descending };

// Is shown one entry of a scan; the views end with the call. True goes on, false ends the scan, an error ends it and
// becomes its result. It may read the store, and change it too: the scan goes on seeing what was there when it began.
using ScanVisitor = std::function<Result<bool>(std::string_view key, std::string_view value)>;

// Bytes by family, indexed by indexOf(family).
using FamilyBytes = std::array<std::uint64_t, kFamilies.size()>;

// Writes entries of one family with strictly ascending keys. Used by one thread at a time; several writers of a load
// may be filled at once. A load whose writer failed on the disk is to be given up.
class SortedWriter {
 public:
  virtual ~SortedWriter() = default;

  // A key that does not lie above the one before is invalidArgument.
  virtual Result<void> put(std::string_view key, std::string_view value) = 0;
  // Nothing can be put afterwards. A writer that is not finished is left out of the load.
  virtual Result<void> finish() = 0;
};

// A bulk load: sorted files written beside the database, then taken in all at once. Nothing is seen of it before the
// commit; destroyed before that, it leaves nothing behind. Does not outlive its store, nor do its writers outlive it.
class BulkLoad {
 public:
  virtual ~BulkLoad() = default;

  // May be called from any thread, and several times for a family: of a key that is in several finished writers, the
  // one that was begun last wins.
  virtual Result<std::unique_ptr<SortedWriter>> beginFamily(Family family) = 0;
  // Makes the entries of all finished writers visible in one step and durable. Called once, when no writer is in use.
  virtual Result<void> commit() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  // The same into aligned memory, for pieces the caller keeps: does not displace the store's own cache.
  virtual Result<std::optional<Buffer>> getAligned(Family family, std::string_view key) const = 0;

  // Shows the entries of a range, as they are when the scan begins, to the visitor.
  virtual Result<void> scan(Family family, const KeyRange& range, ScanOrder order,
                            const ScanVisitor& visitor) const = 0;
  Result<void> scan(Family family, const KeyRange& range, const ScanVisitor& visitor) const {
    return scan(family, range, ScanOrder::ascending, visitor);
  }

  // Applies a batch to all its families at once. Concurrent synced writes share one sync.
  virtual Result<void> write(const StoreBatch& batch, Durability durability) = 0;
  // Makes all writes that have returned durable.
  virtual Result<void> sync() = 0;
  virtual Result<std::unique_ptr<BulkLoad>> beginBulk() = 0;

  // Moves what is in memory and in the write-ahead log into sorted files.
  virtual Result<void> flush() = 0;
  // Rewrites everything, so that no file of the database holds removed or replaced bytes any more when it returns.
  // Reads and writes go on meanwhile; scans that began before hold it up.
  virtual Result<void> compact() = 0;

  // Makes a database at `target`, which must not exist, with the same content at one moment; writes go on meanwhile.
  // Costs little on the same file system, where files are shared by hard links. invalidArgument for a memory store.
  virtual Result<void> checkpointTo(const std::filesystem::path& target) const = 0;
  // Approximate bytes on disk, compressed, and in memtables.
  virtual Result<FamilyBytes> usage() const = 0;
  // Reads every file and reports the first damage found.
  virtual Result<void> verifyChecksums() const = 0;
};

// The largest (descending) or smallest (ascending) entry of a range.
struct StoreEntry {
  std::string key;
  std::string value;
};
Result<std::optional<StoreEntry>> firstOf(const Store& store, Family family, const KeyRange& range, ScanOrder order);

// Adds everything that is in one store to another, by one bulk load.
Result<void> copyAll(const Store& from, Store& to);

}  // namespace roster
