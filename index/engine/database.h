// A database: an immutable snapshot that readers pin, and one writer that makes the next.
//
// Writing: a batch is applied in memory, its log record is synced, and the new snapshot is published by one pointer
// swap; from then on it is acknowledged and seen. Checkpoints follow in the background. Bulk commits go the other way:
// the new pieces are stored and the manifest synced before the snapshot is published, without a log record. Reading
// never waits: a snapshot stays as it is for as long as it is held.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/data/change_batch.h"
#include "core/data/snapshot.h"
#include "index/engine/host.h"
#include "index/engine/piece_store.h"
#include "index/store/store.h"

namespace roster {

enum class Access : std::uint8_t { read, write };

// How a batch is made durable.
enum class CommitMode : std::uint8_t {
  logged,  // one small synced record; for changes
  bulk,    // its pieces at once; for batches that rewrite much of what they touch
};

// Thread-safe. Outlives every snapshot taken from it.
class Database {
 public:
  // Makes a new, empty database in a directory. conflict where something is there already.
  static Result<std::unique_ptr<Database>> create(const std::filesystem::path& directory, const TimeZone& zone,
                                                  Host& host);

  // Opens a database: for reading, a view that stands still; for writing, once at a time (conflict names the holder).
  // notFound where the directory is no database, dataLoss where it is damaged. Replays the log; loads no bitmap beyond
  // those that the replay touches.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& directory, Access access, Host& host);

  // The same over any store, which holds a database already or is given an empty one.
  static Result<std::unique_ptr<Database>> openStore(std::unique_ptr<Store> store, Access access, Host& host);
  static Result<void> writeEmpty(const TimeZone& zone, StoreBatch& batch);

  // Brings what is in the log into a checkpoint if that is worth it, and closes.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  SnapshotPtr snapshot() const;

  // Makes a batch from the newest snapshot and commits it; nothing else is written meanwhile. Returns the sequence that
  // the change has (the snapshot's own where the batch is empty). Errors of `make` pass through; after any error the
  // database is as it was before.
  Result<Sequence> commit(CommitMode mode, const std::function<Result<ChangeBatch>(const SnapshotPtr&)>& make);
  Result<Sequence> commit(CommitMode mode, const ChangeBatch& batch);

  // Brings all that was committed into a checkpoint and cuts off the log.
  Result<void> checkpoint();

  // Whether a checkpoint is being written, by whomever: what runs meanwhile shares the machine with it.
  bool isCheckpointing() const { return checkpointing_.load(std::memory_order_relaxed); }

  // Removes from all files every byte that is no longer part of the database: replaced pieces, the log, strings of
  // dictionaries that no contact holds any more. What a snapshot that somebody holds is made of stays until the next
  // time.
  Result<void> compact();

  Host& host() const { return host_; }
  Store& store() const { return *store_; }

 private:
  Database(std::unique_ptr<Store> store, Access access, Host& host);

  Result<void> load();
  void publish(SnapshotPtr snapshot);
  Result<void> checkpointSnapshot(const SnapshotPtr& snapshot);
  void runCheckpoints();
  Result<void> requireWriter() const;
  Result<void> removeReleased();

  Host& host_;
  const Access access_;
  std::unique_ptr<Store> store_;
  PieceStore pieces_;

  std::mutex writerMutex_;      // held while a batch is made, applied and made durable
  std::mutex checkpointMutex_;  // held while a checkpoint is written; taken after writerMutex_ where both are
  SnapshotPtr checkpointed_;    // what the manifest says; guarded by checkpointMutex_

  mutable std::mutex currentMutex_;  // held for the pointer swap only
  SnapshotPtr current_;
  std::size_t loggedBytes_ = 0;  // since the last checkpoint; guarded by currentMutex_

  std::atomic<bool> checkpointing_ = false;  // set by who holds checkpointMutex_
  std::condition_variable checkpointDue_;
  bool closing_ = false;  // guarded by currentMutex_
  std::thread checkpointer_;
};

// A logged commit whose sequence nobody asks for.
Result<void> commitLogged(Database& database, const std::function<Result<ChangeBatch>(const SnapshotPtr&)>& make);

}  // namespace roster
