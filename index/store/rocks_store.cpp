#include "index/store/rocks_store.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <functional>
#include <mutex>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <thread>
#include <utility>
#include <vector>

#include "index/store/bulk_files.h"
#include "index/store/change_gate.h"
#include "index/store/database_directory.h"
#include "index/store/rocks_environment.h"
#include "index/store/rocks_options.h"
#include "index/store/store_checks.h"
#include "index/store/sync_witness.h"
#include "index/store/writer_lock.h"

namespace roster {

namespace {

using Parts = StoreResources::Parts;

constexpr std::uint64_t kBulkFileBytes = std::uint64_t{64} << 20;
constexpr int kIngestAttempts = 100;
constexpr std::chrono::seconds kReaderPatience{10};
constexpr std::chrono::milliseconds kReaderPause{10};
constexpr std::chrono::seconds kObsoleteFilesPatience{60};

rocksdb::Slice sliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view viewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

tl::unexpected<Error> failStatus(const rocksdb::Status& status, const DatabaseDirectory& directory) {
  const std::string root = directory.root().string();
  const std::string detail = status.ToString();
  if (status.IsNoSpace()) return fail(ErrorCode::resourceExhausted, fmt::format("disk full: {}: {}", root, detail));
  if (status.IsCorruption() || status.IsPathNotFound()) {  // changed bytes, or a file that is missing
    return fail(ErrorCode::dataLoss, fmt::format("{} is damaged: {}", root, detail));
  }
  if (status.IsIOError() || status.IsBusy() || status.IsTryAgain() || status.IsTimedOut()) {
    return fail(ErrorCode::unavailable, fmt::format("{}: {}", root, detail));
  }
  return fail(ErrorCode::internal, fmt::format("{}: the store failed: {}", root, detail));
}

// An open RocksDB with its families, closed in the order it asks for.
class Database {
 public:
  enum class Mode : std::uint8_t { create, write, read };

  Database() = default;
  Database(Database&& other) noexcept = default;
  ~Database() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) static_cast<void>(db_->DestroyColumnFamilyHandle(handle));
  }

  rocksdb::Status open(const DatabaseDirectory& directory, const Parts& parts, Mode mode) {
    rocksdb::DBOptions options = databaseOptions(parts);
    options.create_if_missing = options.create_missing_column_families = options.error_if_exists = mode == Mode::create;
    // A manifest names the first and last keys of files, deleted ones among them: a new one for every change, which is
    // small, lets compact() leave no erased key behind.
    if (mode == Mode::write) options.max_manifest_file_size = 1;
    // A reader keeps all its files open, so that they stay readable when the writer beside it deletes them.
    if (mode == Mode::read) options.max_open_files = -1;
    // RocksDB insists on a family of its own beside ours; nothing is ever put there.
    std::vector<rocksdb::ColumnFamilyDescriptor> families = {{rocksdb::kDefaultColumnFamilyName, {}}};
    for (const Family family : kFamilies) {
      families.emplace_back(std::string(nameOf(family)), familyOptions(family, parts));
    }
    rocksdb::DB* db = nullptr;
    const std::string path = directory.store().string();
    rocksdb::Status opened = mode == Mode::read ? rocksdb::DB::OpenForReadOnly(options, path, families, &handles_, &db)
                                                : rocksdb::DB::Open(options, path, families, &handles_, &db);
    db_.reset(db);
    return opened;
  }

  rocksdb::DB* operator->() const { return db_.get(); }
  rocksdb::DB* get() const { return db_.get(); }
  rocksdb::ColumnFamilyHandle* of(Family family) const { return handles_[indexOf(family) + 1]; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& allFamilies() const { return handles_; }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// The number of the last change in a batch that was written. RocksDB keeps the first one's in the batch itself.
std::uint64_t lastSequenceOf(const rocksdb::WriteBatch& batch) {
  std::uint64_t first = 0;
  std::memcpy(&first, batch.Data().data(), sizeof first);
  return first + static_cast<std::uint64_t>(batch.Count()) - 1;
}

// Fills one file after the other, so that none grows large.
class RocksSortedWriter final : public SortedWriter {
 public:
  RocksSortedWriter(const DatabaseDirectory& directory, const Parts& parts, SortedFiles& files)
      : directory_(directory),
        files_(files),
        writer_(rocksdb::EnvOptions(), rocksdb::Options(databaseOptions(parts), familyOptions(files.family, parts))) {}

  Result<void> put(std::string_view key, std::string_view value) override {
    if (auto fits = order_.accept(files_.family, key, files_.finished); !fits) return fits;
    auto status = open_ ? rocksdb::Status::OK() : writer_.Open(files_.addPath());
    open_ = status.ok();
    if (open_) status = writer_.Put(sliceOf(key), sliceOf(value));
    if (!status.ok()) return failStatus(status, directory_);
    return writer_.FileSize() < kBulkFileBytes ? Result<void>() : closeFile();
  }

  Result<void> finish() override {
    auto closed = closeFile();
    if (closed) files_.finished = true;
    return closed;
  }

 private:
  Result<void> closeFile() {
    if (!std::exchange(open_, false)) return {};
    const auto finished = writer_.Finish();
    return finished.ok() ? Result<void>() : failStatus(finished, directory_);
  }

  const DatabaseDirectory& directory_;
  SortedFiles& files_;
  AscendingKeys order_;
  rocksdb::SstFileWriter writer_;
  bool open_ = false;
};

class RocksStore final : public Store {
 public:
  // Without a witness the store is for reading only.
  RocksStore(Database database, DatabaseDirectory directory, const StoreResources& resources,
             std::unique_ptr<SyncWitness> witness)
      : resources_(resources),
        directory_(std::move(directory)),
        witness_(std::move(witness)),
        gate_(directory_.root().string(), witness_ == nullptr),
        database_(std::move(database)) {}

  ~RocksStore() override {
    // Opening is quick where nothing is left to replay. Failure costs no more than that.
    if (gate_.check()) static_cast<void>(flush());
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return read(rocksdb::ReadOptions(), family, key, [](std::string_view value) { return std::string(value); });
  }

  Result<std::optional<Buffer>> getAligned(Family family, std::string_view key) const override {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    return read(options, family, key, Buffer::copyOf);
  }

  Result<void> scan(Family family, const KeyRange& range, ScanOrder order, const ScanVisitor& visitor) const override {
    if (range.empty()) return {};
    const bool ascending = order == ScanOrder::ascending;
    const rocksdb::Slice lower = sliceOf(range.from);
    const rocksdb::Slice upper = sliceOf(range.to);
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.iterate_lower_bound = &lower;
    if (!range.to.empty()) options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> entry(database_->NewIterator(options, database_.of(family)));
    for (ascending ? entry->SeekToFirst() : entry->SeekToLast(); entry->Valid();
         ascending ? entry->Next() : entry->Prev()) {
      auto goOn = visitor(viewOf(entry->key()), viewOf(entry->value()));
      if (!goOn) return propagate(goOn);
      if (!*goOn) return {};
    }
    return entry->status().ok() ? Result<void>() : failStatus(entry->status(), directory_);
  }

  Result<void> write(const StoreBatch& batch, Durability durability) override {
    if (batch.empty()) return durability == Durability::synced ? sync() : gate_.check();
    if (auto allowed = gate_.check(); !allowed) return allowed;
    if (auto fits = checkKeySizes(batch); !fits) return fits;
    rocksdb::WriteBatch changes(batch.byteSize() + 32 * batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (const auto added = append(batch[i], changes); !added.ok()) return failStatus(added, directory_);
    }
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::synced;
    auto written = noteOutcome(database_->Write(options, &changes));
    if (written && options.sync) witness_->record(lastSequenceOf(changes));
    return written;
  }

  Result<void> sync() override {
    if (auto allowed = gate_.check(); !allowed) return allowed;
    const std::uint64_t covered = database_->GetLatestSequenceNumber();
    auto synced = noteOutcome(database_->FlushWAL(true));
    if (synced) witness_->record(covered);
    return synced;
  }

  Result<std::unique_ptr<BulkLoad>> beginBulk() override;
  Result<void> ingest(const BulkFiles& files);
  rocksdb::Status ingestUndisturbed(const std::vector<rocksdb::IngestExternalFileArg>& arguments);

  Result<void> flush() override {
    if (auto allowed = gate_.check(); !allowed) return allowed;
    return noteOutcome(database_->Flush(rocksdb::FlushOptions(), database_.allFamilies()));
  }

  Result<void> compact() override;
  Result<void> checkpointTo(const std::filesystem::path& target) const override;

  Result<FamilyBytes> usage() const override {
    using Properties = rocksdb::DB::Properties;
    FamilyBytes bytes{};
    for (const Family family : kFamilies) {
      const auto property = [&](const std::string& name) {
        std::uint64_t value = 0;
        return database_->GetIntProperty(database_.of(family), name, &value) ? value : 0;
      };
      const bool unflushed = property(Properties::kNumEntriesActiveMemTable) > 0;
      bytes[indexOf(family)] =
          property(Properties::kLiveSstFilesSize) + (unflushed ? property(Properties::kCurSizeAllMemTables) : 0);
    }
    return bytes;
  }

  Result<void> verifyChecksums() const override {
    const auto verified = database_->VerifyChecksum();
    return verified.ok() ? Result<void>() : failStatus(verified, directory_);
  }

  const DatabaseDirectory& directory() const { return directory_; }
  const Parts& parts() const { return resources_.parts(); }

 private:
  template <class Copy>
  auto read(const rocksdb::ReadOptions& options, Family family, std::string_view key, Copy copy) const
      -> Result<std::optional<decltype(copy(key))>> {
    rocksdb::PinnableSlice value;
    const auto got = database_->Get(options, database_.of(family), sliceOf(key), &value);
    if (got.IsNotFound()) return std::nullopt;
    if (!got.ok()) return failStatus(got, directory_);
    return copy(viewOf(value));
  }

  rocksdb::Status append(const StoreBatch::Operation& operation, rocksdb::WriteBatch& changes) const {
    rocksdb::ColumnFamilyHandle* family = database_.of(operation.family);
    const rocksdb::Slice key = sliceOf(operation.key);
    const rocksdb::Slice value = sliceOf(operation.value);
    switch (operation.change) {
      case StoreBatch::Change::put: return changes.Put(family, key, value);
      case StoreBatch::Change::remove: return changes.Delete(family, key);
      case StoreBatch::Change::removeRange: break;
    }
    static const std::string kAboveAllKeys(kMaxStoreKeyBytes + 1, '\xff');
    return changes.DeleteRange(family, key, value.empty() ? rocksdb::Slice(kAboveAllKeys) : value);
  }

  Result<void> noteOutcome(const rocksdb::Status& status) {
    return status.ok() ? Result<void>() : gate_.close(failStatus(status, directory_));
  }

  const StoreResources& resources_;
  const DatabaseDirectory directory_;
  const std::unique_ptr<SyncWitness> witness_;
  std::atomic<unsigned> nextLoad_ = 0;
  ChangeGate gate_;
  Database database_;
};

class RocksBulkLoad final : public BulkLoad {
 public:
  RocksBulkLoad(RocksStore& store, std::filesystem::path directory) : store_(store), files_(std::move(directory)) {}

  Result<void> begin() { return files_.makeDirectory(); }
  Result<std::unique_ptr<SortedWriter>> beginFamily(Family family) override {
    return std::make_unique<RocksSortedWriter>(store_.directory(), store_.parts(), files_.begin(family));
  }
  Result<void> commit() override { return store_.ingest(files_); }

 private:
  RocksStore& store_;
  BulkFiles files_;
};

Result<std::unique_ptr<BulkLoad>> RocksStore::beginBulk() {
  if (auto allowed = gate_.check(); !allowed) return propagate(allowed);
  auto load = std::make_unique<RocksBulkLoad>(*this, directory_.bulk() / fmt::format("load-{}", nextLoad_++));
  if (auto begun = load->begin(); !begun) return propagate(begun);
  return load;
}

Result<void> RocksStore::ingest(const BulkFiles& files) {
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const Family family : kFamilies) {
    rocksdb::IngestExternalFileArg argument;
    argument.column_family = database_.of(family);
    argument.external_files = files.finishedPaths(family);
    argument.options.move_files = true;
    argument.options.failed_move_fall_back_to_copy = true;
    argument.options.allow_blocking_flush = false;  // it would wait for the background work that is paused
    if (!argument.external_files.empty()) arguments.push_back(std::move(argument));
  }
  // What was written before the load must not be lost by a power cut that the load survives: it is flushed.
  if (arguments.empty()) return sync();
  for (int attempt = 1;; ++attempt) {
    if (auto flushed = flush(); !flushed) return flushed;
    const auto status = ingestUndisturbed(arguments);
    const bool writtenMeanwhile = status.IsInvalidArgument();  // to a memtable, after the flush
    if (!writtenMeanwhile || attempt == kIngestAttempts) return noteOutcome(status);
  }
}

// RocksDB 7 may take a file in at a level where a compaction that is just ending puts an overlapping one, and aborts.
rocksdb::Status RocksStore::ingestUndisturbed(const std::vector<rocksdb::IngestExternalFileArg>& arguments) {
  if (auto paused = database_->PauseBackgroundWork(); !paused.ok()) return paused;
  const auto ingested = database_->IngestExternalFiles(arguments);
  const auto continued = database_->ContinueBackgroundWork();
  return ingested.ok() ? continued : ingested;
}

Result<void> RocksStore::compact() {
  const std::vector<std::string> before = directory_.storeFiles("");
  // A removal is in the write-ahead log and the memtables until every family is flushed.
  if (auto flushed = flush(); !flushed) return flushed;
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (rocksdb::ColumnFamilyHandle* family : database_.allFamilies()) {
    const auto status = database_->CompactRange(options, family, nullptr, nullptr);
    if (!status.ok()) return noteOutcome(status);
  }
  // The manifest still lists the files compacted away; setting an option, to what it is, begins a new one.
  auto renewed = noteOutcome(database_->SetOptions({{"disable_auto_compactions", "false"}}));
  if (!renewed) return renewed;
  const auto deleteObsolete = [&] {
    static_cast<void>(database_->DisableFileDeletions());
    static_cast<void>(database_->EnableFileDeletions(false));  // deletes what is obsolete, unless a backup is made
  };
  // Again and again: a file that a short read still held is obsolete when it ends, but nothing deletes it then.
  return directory_.waitUntilGone(before, kObsoleteFilesPatience, deleteObsolete);
}

Result<Database> openDatabase(const DatabaseDirectory& directory, const Parts& parts, Database::Mode mode);
std::unique_ptr<RocksStore> makeWriter(Database database, const DatabaseDirectory& directory,
                                       const StoreResources& resources);

// Makes a database of what `fill` writes. It appears in one step, complete; where anything fails, nothing is left.
Result<void> makeDatabase(const std::filesystem::path& target, const StoreResources& resources,
                          const std::function<Result<void>(Store&)>& fill) {
  auto created = NewDatabaseDirectory::begin(target);
  if (!created) return propagate(created);
  {
    auto database = openDatabase(created->building(), resources.parts(), Database::Mode::create);
    if (!database) return propagate(database);
    if (auto cleared = created->building().clearBulk(); !cleared) return cleared;
    const auto store = makeWriter(*std::move(database), created->building(), resources);
    if (auto filled = fill(*store); !filled) return filled;
  }
  return created->publish();
}

Result<void> RocksStore::checkpointTo(const std::filesystem::path& target) const {
  if (gate_.readOnly()) {
    // The files of a view may be deleted from the directory already: copy what is in them.
    return makeDatabase(target, resources_, [this](Store& copy) { return copyAll(*this, copy); });
  }
  auto created = NewDatabaseDirectory::begin(target);
  if (!created) return propagate(created);
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(database_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(created->building().store().string());
  if (!status.ok()) return failStatus(status, created->building());
  return created->publish();
}

tl::unexpected<Error> failOpen(const rocksdb::Status& status, const DatabaseDirectory& directory) {
  const std::string detail = status.ToString();
  if (const auto holder = lockHolderIn(detail)) return directory.failLocked(*holder);
  if (status.IsNotFound() || status.IsInvalidArgument()) {  // files that make a database what it is are missing
    return fail(ErrorCode::dataLoss, fmt::format("{} is damaged: {}", directory.root().string(), detail));
  }
  return failStatus(status, directory);
}

Result<Database> openDatabase(const DatabaseDirectory& directory, const Parts& parts, Database::Mode mode) {
  const std::uint64_t witnessed = SyncWitness::read(directory.witness());
  Database database;
  if (const auto opened = database.open(directory, parts, mode); !opened.ok()) return failOpen(opened, directory);
  auto complete = checkRecovered(directory.store(), witnessed, database->GetLatestSequenceNumber());
  if (!complete) return propagate(complete);
  return database;
}

std::unique_ptr<RocksStore> makeWriter(Database database, const DatabaseDirectory& directory,
                                       const StoreResources& resources) {
  return std::make_unique<RocksStore>(std::move(database), directory, resources,
                                      std::make_unique<SyncWitness>(directory.witness()));
}

}  // namespace

StoreResources::StoreResources(const StoreLimits& limits) : parts_(makeParts(limits, rocksdb::Env::Default())) {}
StoreResources::StoreResources(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
StoreResources::StoreResources(StoreResources&&) noexcept = default;
StoreResources::~StoreResources() = default;

StoreResources makeStoreResources(const StoreLimits& limits, rocksdb::Env& environment) {
  return StoreResources(makeParts(limits, &environment));
}

Result<std::unique_ptr<Store>> createRocksStore(const std::filesystem::path& directory, const StoreResources& resources,
                                                const StoreBatch& first) {
  auto made =
      makeDatabase(directory, resources, [&first](Store& store) { return store.write(first, Durability::synced); });
  if (!made) return propagate(made);
  return openRocksWriter(directory, resources);
}

Result<std::unique_ptr<Store>> openRocksWriter(const std::filesystem::path& path, const StoreResources& resources) {
  const auto directory = DatabaseDirectory::find(path);
  if (!directory) return tl::unexpected(directory.error());
  // A writer puts new files in the place of a log it has read to where it is readable: look before, changing nothing.
  if (!directory->storeFiles(".log").empty()) {
    auto looked = openDatabase(*directory, resources.parts(), Database::Mode::read);
    if (!looked && looked.error().code == ErrorCode::dataLoss) return propagate(looked);
  }
  auto database = openDatabase(*directory, resources.parts(), Database::Mode::write);
  if (!database) return propagate(database);
  if (auto cleared = directory->clearBulk(); !cleared) return propagate(cleared);
  return makeWriter(std::move(*database), *directory, resources);
}

Result<std::unique_ptr<Store>> openRocksReader(const std::filesystem::path& path, const StoreResources& resources) {
  const auto directory = DatabaseDirectory::find(path);
  if (!directory) return tl::unexpected(directory.error());
  // A writer beside us may replace files between our reading of their list and of themselves. Where the list is the
  // same before and after, it did not.
  const auto deadline = std::chrono::steady_clock::now() + kReaderPatience;
  for (;;) {
    const auto before = directory->manifestState();
    auto database = openDatabase(*directory, resources.parts(), Database::Mode::read);
    const bool stoodStill = before && before == directory->manifestState();
    if (database && stoodStill) {
      return std::make_unique<RocksStore>(std::move(*database), *directory, resources, nullptr);
    }
    const bool last = std::chrono::steady_clock::now() > deadline;
    if (!database && (stoodStill || last)) return propagate(database);
    if (last) {
      return fail(ErrorCode::unavailable, fmt::format("{} is changing too fast to be read; try again", path.string()));
    }
    std::this_thread::sleep_for(kReaderPause);
  }
}

}  // namespace roster
