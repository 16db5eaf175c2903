#include "tests/support/fault_file_system.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>
#include <string>

#include "index/store/rocks_environment.h"

namespace roster {

namespace fs = std::filesystem;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

enum class Plan : std::uint8_t { plain, cutAtSync, cutAtWrite, failWrite, fillDisk };

// 0 where there is no such file.
std::uint64_t sizeOf(const std::string& path) {
  std::error_code gone;
  const std::uint64_t size = fs::file_size(path, gone);
  return gone ? 0 : size;
}

// What would be left of the files if the power went now, and whether it has gone. Thread-safe.
class DiskState {
 public:
  // What a write is to do.
  struct Verdict {
    IOStatus status;
    std::size_t bytes = 0;  // to put down, even where it fails
  };

  void plan(Plan plan, std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    plan_ = plan;
    number_ = number;
    syncs_ = writes_ = 0;
    happened_ = false;
  }

  void cutPower() {
    const std::lock_guard lock(mutex_);
    powerless_ = happened_ = true;
  }

  IOStatus allow() const {
    const std::lock_guard lock(mutex_);
    return powerless_ ? noPower() : IOStatus::OK();
  }

  Verdict beforeWrite(std::size_t size) {
    const std::lock_guard lock(mutex_);
    if (powerless_) return {noPower(), 0};
    ++writes_;
    const bool due = plan_ == Plan::fillDisk ? writes_ >= number_ : writes_ == number_;
    if (!due || plan_ == Plan::plain || plan_ == Plan::cutAtSync) return {IOStatus::OK(), size};
    happened_ = true;
    if (plan_ == Plan::fillDisk) return {IOStatus::NoSpace("no space left on device (planned)"), 0};
    if (plan_ == Plan::failWrite) return {IOStatus::IOError("input/output error (planned)"), 0};
    powerless_ = true;
    return {noPower(), size / 2};
  }

  IOStatus beforeSync() {
    const std::lock_guard lock(mutex_);
    if (powerless_) return noPower();
    ++syncs_;
    if (plan_ != Plan::cutAtSync || syncs_ != number_) return IOStatus::OK();
    powerless_ = happened_ = true;
    return noPower();
  }

  void created(const std::string& path) {
    const std::lock_guard lock(mutex_);
    files_[path] = File{0, ++directoryChanges_, true, std::nullopt};
  }

  void synced(const std::string& path, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    if (const auto file = files_.find(path); file != files_.end()) file->second.syncedBytes = size;
  }

  void directorySynced(const std::string& directory) {
    const std::lock_guard lock(mutex_);
    for (auto& [path, file] : files_) {
      if (fs::path(path).parent_path() != fs::path(directory)) continue;
      file.isNew = false;
      file.before.reset();
    }
  }

  void deleted(const std::string& path) {
    const std::lock_guard lock(mutex_);
    files_.erase(path);
  }

  // `before` is what the target held, where it was there.
  void renamed(const std::string& from, const std::string& to, std::optional<std::string> before) {
    const std::lock_guard lock(mutex_);
    const auto source = files_.find(from);
    File file = source == files_.end() ? File{sizeOf(to), 0, true, std::nullopt} : source->second;
    if (source != files_.end()) files_.erase(source);
    // A target renamed to twice without a sync is, after a power cut, what it was at first.
    const auto target = files_.find(to);
    const bool pending = target != files_.end() && (target->second.isNew || target->second.before);
    file.before = pending ? target->second.before : std::move(before);
    file.isNew = pending ? target->second.isNew : !file.before;
    file.change = ++directoryChanges_;
    files_[to] = std::move(file);
  }

  void linked(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    const auto source = files_.find(from);
    files_[to] = File{source == files_.end() ? sizeOf(from) : source->second.syncedBytes, ++directoryChanges_, true,
                      std::nullopt};
  }

  void recover(UnsyncedFate fate, std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    std::mt19937_64 random(seed);
    const bool partly = fate == UnsyncedFate::partlyKept;
    // Directories are journalled: of their changes, some first ones may be there.
    const std::uint64_t keptChanges = partly ? oldestPending() + random() % 6 : 0;
    for (const auto& [path, file] : files_) {
      if (fate != UnsyncedFate::kept) restore(path, file, file.change > keptChanges, partly ? &random : nullptr);
    }
    files_.clear();
    powerless_ = false;
    plan_ = Plan::plain;
  }

  std::uint64_t syncs() const { return locked(syncs_); }
  std::uint64_t writes() const { return locked(writes_); }
  bool happened() const { return locked(happened_); }

 private:
  struct File {
    std::uint64_t syncedBytes = 0;
    std::uint64_t change = 0;           // the number of the change to the directory that made it so
    bool isNew = false;                 // its name is not in a synced directory
    std::optional<std::string> before;  // what the synced directory has under its name
  };

  static IOStatus noPower() { return IOStatus::IOError("the power is cut (planned)"); }

  // The number of the directory changes before the first that is not synced.
  std::uint64_t oldestPending() const {
    std::uint64_t oldest = directoryChanges_;
    for (const auto& [path, file] : files_) {
      if (file.isNew || file.before) oldest = std::min(oldest, file.change - 1);
    }
    return oldest;
  }

  static void restore(const std::string& path, const File& file, bool entryLost, std::mt19937_64* random) {
    if (!fs::exists(path)) return;
    const std::uint64_t size = sizeOf(path);
    if (file.before && entryLost) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << *file.before;
      return;
    }
    if (file.isNew && entryLost) {
      fs::remove(path);
      return;
    }
    if (size <= file.syncedBytes) return;
    const std::uint64_t extra = random == nullptr ? 0 : (*random)() % (size - file.syncedBytes + 1);
    fs::resize_file(path, file.syncedBytes + extra);
  }

  template <class Value>
  Value locked(const Value& value) const {
    const std::lock_guard lock(mutex_);
    return value;
  }

  mutable std::mutex mutex_;
  Plan plan_ = Plan::plain;
  std::uint64_t number_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t directoryChanges_ = 0;
  bool happened_ = false;
  bool powerless_ = false;
  std::map<std::string, File> files_;
};

class FaultyWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, DiskState& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    const DiskState::Verdict verdict = disk_.beforeWrite(data.size());
    if (verdict.bytes == 0 && !verdict.status.ok()) return verdict.status;
    const IOStatus appended = target()->Append(Slice(data.data(), verdict.bytes), options, context);
    return verdict.status.ok() ? appended : verdict.status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  // Setting room aside for megabytes of a log that will hold a few records takes longer than the test does.
  void PrepareWrite(std::size_t, std::size_t, const IOOptions&, IODebugContext*) override {}
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* context) override {
    const IOStatus allowed = disk_.allow();
    return allowed.ok() ? target()->Truncate(size, options, context) : allowed;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return noteSync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return noteSync(); }

 private:
  // The real sync is left out: this machine keeps its power, and the tests are faster.
  IOStatus noteSync() {
    const IOStatus allowed = disk_.beforeSync();
    if (allowed.ok()) disk_.synced(path_, sizeOf(path_));
    return allowed;
  }

  const std::string path_;
  DiskState& disk_;
};

class FaultyRandomFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyRandomFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::string path, DiskState& disk)
      : FSRandomRWFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk) {}

  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options, IODebugContext* context) override {
    const DiskState::Verdict verdict = disk_.beforeWrite(data.size());
    return verdict.status.ok() ? FSRandomRWFileWrapper::Write(offset, data, options, context) : verdict.status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return noteSync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return noteSync(); }

 private:
  IOStatus noteSync() {
    const IOStatus allowed = disk_.beforeSync();
    if (allowed.ok()) disk_.synced(path_, sizeOf(path_));
    return allowed;
  }

  const std::string path_;
  DiskState& disk_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::string path, DiskState& disk)
      : FSDirectoryWrapper(std::move(directory)), path_(std::move(path)), disk_(disk) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    const IOStatus allowed = disk_.beforeSync();
    if (allowed.ok()) disk_.directorySynced(path_);
    return allowed;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, context);
  }

 private:
  const std::string path_;
  DiskState& disk_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFiles(DiskState& disk) : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}

  const char* Name() const override { return "FaultyFiles"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) override {
    if (const IOStatus allowed = disk_.allow(); !allowed.ok()) return allowed;
    const IOStatus made = target_->NewWritableFile(path, options, file, context);
    if (!made.ok()) return made;
    disk_.created(path);
    *file = std::make_unique<FaultyWritableFile>(std::move(*file), path, disk_);
    return made;
  }
  IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* context) override {
    if (const IOStatus allowed = disk_.allow(); !allowed.ok()) return allowed;
    const IOStatus opened = target_->ReopenWritableFile(path, options, file, context);
    if (opened.ok()) *file = std::make_unique<FaultyWritableFile>(std::move(*file), path, disk_);
    return opened;
  }
  IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* context) override {
    if (const IOStatus allowed = disk_.allow(); !allowed.ok()) return allowed;
    const IOStatus opened = target_->NewRandomRWFile(path, options, file, context);
    if (opened.ok()) *file = std::make_unique<FaultyRandomFile>(std::move(*file), path, disk_);
    return opened;
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* context) override {
    const IOStatus opened = target_->NewDirectory(path, options, directory, context);
    if (opened.ok()) *directory = std::make_unique<FaultyDirectory>(std::move(*directory), path, disk_);
    return opened;
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* context) override {
    if (const IOStatus allowed = disk_.allow(); !allowed.ok()) return allowed;
    const IOStatus deleted = target_->DeleteFile(path, options, context);
    if (deleted.ok()) disk_.deleted(path);
    return deleted;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* context) override {
    if (const IOStatus allowed = disk_.allow(); !allowed.ok()) return allowed;
    std::optional<std::string> before;
    if (std::ifstream old(to, std::ios::binary); old)
      before.emplace(std::istreambuf_iterator<char>(old), std::istreambuf_iterator<char>());
    const IOStatus renamed = target_->RenameFile(from, to, options, context);
    if (renamed.ok() && fs::is_regular_file(to)) disk_.renamed(from, to, std::move(before));
    return renamed;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* context) override {
    if (const IOStatus allowed = disk_.allow(); !allowed.ok()) return allowed;
    const IOStatus linked = target_->LinkFile(from, to, options, context);
    if (linked.ok()) disk_.linked(from, to);
    return linked;
  }
  IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions& options,
                    IODebugContext* context) override {
    const IOStatus allowed = disk_.allow();
    return allowed.ok() ? target_->Truncate(path, size, options, context) : allowed;
  }

 private:
  DiskState& disk_;
};

// After a failure in the background RocksDB sleeps a second, far too long for a test of every possible failure.
class ImpatientClock final : public rocksdb::SystemClockWrapper {
 public:
  ImpatientClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}

  const char* Name() const override { return "ImpatientClock"; }
  void SleepForMicroseconds(int microseconds) override { target_->SleepForMicroseconds(microseconds / 1000); }
};

class FaultyEnvironment final : public rocksdb::EnvWrapper {
 public:
  explicit FaultyEnvironment(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
    system_clock_ = std::make_shared<ImpatientClock>();
  }

  const char* Name() const override { return "FaultyEnvironment"; }
};

}  // namespace

struct FaultFileSystem::Parts {
  DiskState disk;
  FaultyEnvironment environment{std::make_shared<FaultyFiles>(disk)};
  StoreResources resources = makeStoreResources(StoreLimits(), environment);
};

FaultFileSystem::FaultFileSystem() : parts_(std::make_unique<Parts>()) {}
FaultFileSystem::~FaultFileSystem() = default;

const StoreResources& FaultFileSystem::resources() const { return parts_->resources; }

void FaultFileSystem::cutPowerAtSync(std::uint64_t number) { parts_->disk.plan(Plan::cutAtSync, number); }
void FaultFileSystem::cutPowerAtWrite(std::uint64_t number) { parts_->disk.plan(Plan::cutAtWrite, number); }
void FaultFileSystem::failWrite(std::uint64_t number) { parts_->disk.plan(Plan::failWrite, number); }
void FaultFileSystem::fillDiskAtWrite(std::uint64_t number) { parts_->disk.plan(Plan::fillDisk, number); }
void FaultFileSystem::cutPower() { parts_->disk.cutPower(); }
void FaultFileSystem::plainly() { parts_->disk.plan(Plan::plain, 0); }

std::uint64_t FaultFileSystem::syncs() const { return parts_->disk.syncs(); }
std::uint64_t FaultFileSystem::writes() const { return parts_->disk.writes(); }
bool FaultFileSystem::happened() const { return parts_->disk.happened(); }

void FaultFileSystem::recover(UnsyncedFate fate, std::uint64_t seed) { parts_->disk.recover(fate, seed); }

}  // namespace roster
