#include "index/engine/database.h"

#include "core/data/apply.h"
#include "core/eval/event_results.h"
#include "index/engine/checkpoint.h"
#include "index/engine/erasures.h"
#include "index/engine/log.h"
#include "index/engine/manifest.h"
#include "index/engine/piece_keys.h"
#include "index/engine/pruning.h"

namespace roster {

namespace {

// The log is taken into a checkpoint in the background from this size on, and at closing from the smaller one.
constexpr std::size_t kBackgroundLogBytes = std::size_t{16} << 20;
constexpr std::size_t kClosingLogBytes = std::size_t{1} << 20;

}  // namespace

Result<std::unique_ptr<Database>> Database::create(const std::filesystem::path& directory, const TimeZone& zone,
                                                   Host& host) {
  StoreBatch first;
  if (auto written = writeEmpty(zone, first); !written) return propagate(written);
  auto store = createRocksStore(directory, host.resources(), first);
  if (!store) return propagate(store);
  return openStore(*std::move(store), Access::write, host);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& directory, Access access, Host& host) {
  auto store = access == Access::write ? openRocksWriter(directory, host.resources())
                                       : openRocksReader(directory, host.resources());
  if (!store) return propagate(store);
  return openStore(*std::move(store), access, host);
}

Result<std::unique_ptr<Database>> Database::openStore(std::unique_ptr<Store> store, Access access, Host& host) {
  std::unique_ptr<Database> database(new Database(std::move(store), access, host));
  if (auto loaded = database->load(); !loaded) return propagate(loaded);
  if (access == Access::write) database->checkpointer_ = std::thread([raw = database.get()] { raw->runCheckpoints(); });
  return database;
}

Result<void> Database::writeEmpty(const TimeZone& zone, StoreBatch& batch) {
  Snapshot empty;
  empty.zone = std::make_shared<const TimeZone>(zone);
  writeManifest(nullptr, empty, batch);
  return KeyHasher::createSecret(batch);
}

Database::Database(std::unique_ptr<Store> store, Access access, Host& host)
    : host_(host), access_(access), store_(std::move(store)), pieces_(*store_, host.cache()) {}

Database::~Database() {
  if (checkpointer_.joinable()) {
    {
      const std::lock_guard lock(currentMutex_);
      closing_ = true;
    }
    checkpointDue_.notify_all();
    checkpointer_.join();
    // A checkpoint that fails here loses nothing: the log has it all.
    if (loggedBytes_ >= kClosingLogBytes) (void)checkpoint();
    // Who opens it next knows nothing of what only this process held on to.
    if (current_ != nullptr && current_->eventResults != nullptr) current_->eventResults->clear();
    (void)removeReleased();
  }
  pieces_.close();
}

Result<void> Database::load() {
  auto read = readManifest(*store_, pieces_);
  if (!read) return propagate(read);
  auto first = std::make_shared<Snapshot>(**read);
  if (const std::size_t budget = host_.eventResultBytes(); budget != 0) {
    first->eventResults = std::make_shared<EventResults>(budget);
  }
  checkpointed_ = std::move(first);
  current_ = checkpointed_;
  const ParallelFor parallelFor = host_.executor().parallelFor();
  auto replayed = replayLog(*store_, current_->sequence + 1, [&](LogRecord&& record) -> Result<void> {
    auto after = apply(*current_, record.batch, record.sequence, parallelFor);
    if (!after) return propagate(after);
    current_ = *std::move(after);
    return {};
  });
  if (!replayed) return replayed;
  if (access_ == Access::read) return {};
  auto unfinished = hasUnfinishedCheckpoint(*store_);
  if (!unfinished) return propagate(unfinished);
  if (*unfinished) {
    auto swept = sweepPieces(*checkpointed_, *store_);
    if (!swept) return propagate(swept);
  }
  return {};
}

SnapshotPtr Database::snapshot() const {
  const std::lock_guard lock(currentMutex_);
  return current_;
}

void Database::publish(SnapshotPtr snapshot) {
  const std::lock_guard lock(currentMutex_);
  // The old snapshot goes when its last reader does, not under the lock.
  current_.swap(snapshot);
}

Result<void> Database::requireWriter() const {
  if (access_ == Access::write) return {};
  return fail(ErrorCode::invalidArgument, "the database was opened for reading");
}

Result<Sequence> Database::commit(CommitMode mode, const ChangeBatch& batch) {
  return commit(mode, [&](const SnapshotPtr&) -> Result<ChangeBatch> { return batch; });
}

Result<Sequence> Database::commit(CommitMode mode, const std::function<Result<ChangeBatch>(const SnapshotPtr&)>& make) {
  if (auto allowed = requireWriter(); !allowed) return propagate(allowed);
  const std::lock_guard lock(writerMutex_);
  const SnapshotPtr before = snapshot();
  auto batch = make(before);
  if (!batch) return propagate(batch);
  if (batch->empty()) return before->sequence;

  auto after = apply(*before, *batch, before->sequence + 1, host_.executor().parallelFor());
  if (!after) return propagate(after);
  if (mode == CommitMode::bulk && batch->erased.empty()) {
    if (auto stored = checkpointSnapshot(*after); !stored) return propagate(stored);
    publish(*after);
    return (*after)->sequence;
  }
  const std::string record = encodeLogRecord(host_.clock().now(), *batch);
  StoreBatch write;
  write.put(Family::log, logKey((*after)->sequence), record);
  if (!batch->erased.empty()) {
    auto hasher = KeyHasher::read(*store_);
    if (!hasher) return propagate(hasher);
    auto recorded = recordErasures(*before, *batch, *hasher, host_.clock().now(), write);
    if (!recorded) return propagate(recorded);
  }
  if (auto written = store_->write(write, Durability::synced); !written) return propagate(written);
  publish(*after);
  {
    const std::lock_guard currentLock(currentMutex_);
    loggedBytes_ += record.size();
    if (loggedBytes_ >= kBackgroundLogBytes) checkpointDue_.notify_one();
  }
  return (*after)->sequence;
}

Result<void> Database::checkpoint() {
  if (auto allowed = requireWriter(); !allowed) return allowed;
  return checkpointSnapshot(snapshot());
}

Result<void> Database::checkpointSnapshot(const SnapshotPtr& snapshot) {
  const std::lock_guard lock(checkpointMutex_);
  // A bulk commit may have gone ahead of a background checkpoint that waited.
  if (snapshot->sequence <= checkpointed_->sequence) return {};
  checkpointing_ = true;
  auto written = writeCheckpoint(checkpointed_.get(), *snapshot, *store_, pieces_);
  checkpointing_ = false;
  if (!written) return written;
  checkpointed_ = snapshot;
  const std::lock_guard currentLock(currentMutex_);
  loggedBytes_ = 0;
  return {};
}

void Database::runCheckpoints() {
  std::unique_lock lock(currentMutex_);
  for (;;) {
    checkpointDue_.wait(lock, [&] { return closing_ || loggedBytes_ >= kBackgroundLogBytes; });
    if (closing_) return;
    const SnapshotPtr due = current_;
    lock.unlock();
    // On failure the store refuses further writes, so the next commit reports it; the log keeps everything.
    const bool failed = !checkpointSnapshot(due);
    lock.lock();
    if (failed) return;
  }
}

Result<void> Database::compact() {
  if (auto allowed = requireWriter(); !allowed) return allowed;
  {
    const std::lock_guard lock(writerMutex_);
    auto next = pruned(*snapshot());
    if (!next) return propagate(next);
    if (*next != nullptr) {
      if (auto stored = checkpointSnapshot(*next); !stored) return stored;
      publish(*next);
    } else if (auto stored = checkpointSnapshot(snapshot()); !stored) {
      return stored;
    }
  }
  if (const SnapshotPtr current = snapshot(); current->eventResults != nullptr) current->eventResults->clear();
  if (auto removed = removeReleased(); !removed) return removed;
  return store_->compact();
}

Result<void> Database::removeReleased() {
  StoreBatch batch;
  for (const PieceKey& key : pieces_.takeReleased()) batch.remove(familyOf(key.kind), encodePieceKey(key));
  return batch.empty() ? Result<void>() : store_->write(batch, Durability::synced);
}

Result<void> commitLogged(Database& database, const std::function<Result<ChangeBatch>(const SnapshotPtr&)>& make) {
  auto committed = database.commit(CommitMode::logged, make);
  if (!committed) return propagate(committed);
  return {};
}

}  // namespace roster
