#include "index/store/database_directory.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace roster {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMarkerText = "Roster database, format ";

tl::unexpected<Error> failSystem(std::string_view doing, const fs::path& path, int number) {
  const ErrorCode code = number == ENOSPC || number == EDQUOT ? ErrorCode::resourceExhausted : ErrorCode::unavailable;
  return fail(code, fmt::format("{} {}: {}", doing, path.string(), std::strerror(number)));
}

std::optional<std::string> readSmallFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<void> syncPath(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failSystem("cannot open", path, errno);
  const int synced = ::fsync(file);
  const int number = errno;
  ::close(file);
  if (synced != 0) return failSystem("cannot sync", path, number);
  return {};
}

Result<void> movePath(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
    return fail(ErrorCode::conflict, fmt::format("{} was made by somebody else meanwhile", to.string()));
  }
  return failSystem("cannot make", to, errno);
}

// RocksDB's table files, write-ahead logs and manifests.
bool holdsData(std::string_view name) {
  return name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("MANIFEST");
}

// "process 4711 (roster)".
std::string describeLockHolder(const fs::path& lockFile) {
  const int file = ::open(lockFile.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "another process";
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  // A read-only descriptor may ask about a write lock, though it could not take one.
  const bool asked = ::fcntl(file, F_GETLK, &lock) == 0;
  ::close(file);
  if (!asked || lock.l_type == F_UNLCK || lock.l_pid <= 0) return "another process";
  std::optional<std::string> command = readSmallFile(fmt::format("/proc/{}/comm", lock.l_pid));
  if (!command || command->empty()) return fmt::format("process {}", lock.l_pid);
  if (command->back() == '\n') command->pop_back();
  return fmt::format("process {} ({})", lock.l_pid, *command);
}

}  // namespace

DatabaseDirectory DatabaseDirectory::at(const fs::path& path) {
  std::error_code failed;
  fs::path whole = fs::weakly_canonical(fs::absolute(path, failed), failed);
  if (failed) whole = path.lexically_normal();
  return DatabaseDirectory(whole.has_filename() ? whole : whole.parent_path());
}

bool DatabaseDirectory::isThere() const {
  std::error_code ignored;
  return fs::exists(marker(), ignored) || fs::exists(store() / "CURRENT", ignored);
}

Result<DatabaseDirectory> DatabaseDirectory::find(const fs::path& directory) {
  DatabaseDirectory found = at(directory);
  if (::faccessat(AT_FDCWD, found.marker().c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES) {
    return failSystem("cannot read", directory, EACCES);
  }
  std::error_code ignored;
  if (!fs::exists(directory, ignored)) {
    return fail(ErrorCode::notFound,
                fmt::format("{0} does not exist; make a database with: roster init {0}", directory.string()));
  }
  const std::optional<std::string> text = readSmallFile(found.marker());
  if (!text && found.isThere()) {
    return fail(ErrorCode::dataLoss,
                fmt::format("{} is damaged: its marker {} is missing", directory.string(), found.marker().string()));
  }
  if (!text) {
    return fail(ErrorCode::notFound,
                fmt::format("{0} is not a Roster database; make one with: roster init {0}", directory.string()));
  }
  int format = 0;
  const bool known = text->starts_with(kMarkerText);
  const char* digits = text->data() + (known ? kMarkerText.size() : 0);
  const auto [end, error] = std::from_chars(digits, text->data() + text->size(), format);
  if (!known || error != std::errc() || std::string_view(end) != "\n" || format < 1) {
    return fail(ErrorCode::dataLoss,
                fmt::format("{} is damaged: it is not the marker of a Roster database", found.marker().string()));
  }
  if (format > kStorageFormat) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("{} was made by a newer Roster (storage format {}; this one knows up to {})",
                            directory.string(), format, kStorageFormat));
  }
  if (format < kStorageFormat) {
    return fail(
        ErrorCode::invalidArgument,
        fmt::format("{} was made by an older Roster (storage format {}; this one reads {}); import its contacts "
                    "into a new database",
                    directory.string(), format, kStorageFormat));
  }
  return found;
}

Result<void> DatabaseDirectory::clearBulk() const {
  std::error_code failed;
  fs::remove_all(bulk(), failed);
  if (!failed) fs::create_directory(bulk(), failed);
  if (failed) return failSystem("cannot make", bulk(), failed.value());
  return {};
}

std::vector<std::string> DatabaseDirectory::storeFiles(std::string_view suffix) const {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(store(), failed), end; !failed && entry != end; entry.increment(failed)) {
    std::string name = entry->path().filename().string();
    std::error_code gone;  // a file may vanish while we look
    if (name.ends_with(suffix) && entry->file_size(gone) > 0 && !gone) names.push_back(std::move(name));
  }
  return names;
}

Result<void> DatabaseDirectory::waitUntilGone(const std::vector<std::string>& names, std::chrono::seconds patience,
                                              const std::function<void()>& remove) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (std::chrono::milliseconds pause{5};; pause = std::min(2 * pause, std::chrono::milliseconds{200})) {
    remove();
    const auto lingering = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      std::error_code failed;
      return holdsData(name) && fs::exists(store() / name, failed);
    });
    if (lingering == names.end()) return {};
    if (std::chrono::steady_clock::now() > deadline) {
      return fail(ErrorCode::unavailable,
                  fmt::format("{} is compacted, but {} is still being read; compact again when long reads are over",
                              root_.string(), (store() / *lingering).string()));
    }
    std::this_thread::sleep_for(pause);
  }
}

std::optional<std::string> DatabaseDirectory::manifestState() const {
  std::optional<std::string> current = readSmallFile(store() / "CURRENT");
  if (!current || current->empty()) return std::nullopt;
  std::error_code failed;
  const auto size = fs::file_size(store() / current->substr(0, current->size() - 1), failed);
  if (failed) return std::nullopt;
  return fmt::format("{}{}", *current, size);
}

tl::unexpected<Error> DatabaseDirectory::failLocked(LockHolder holder) const {
  if (holder == LockHolder::self) {
    return fail(ErrorCode::conflict, fmt::format("{} is open for writing in this process already", root_.string()));
  }
  return fail(ErrorCode::conflict, fmt::format("{} is open for writing in {}; one process at a time may write",
                                               root_.string(), describeLockHolder(store() / "LOCK")));
}

Result<NewDatabaseDirectory> NewDatabaseDirectory::begin(const fs::path& target) {
  const fs::path place = DatabaseDirectory::at(target).root();
  std::error_code failed;
  const bool exists = fs::exists(place, failed);
  if (exists && fs::exists(DatabaseDirectory(place).marker(), failed)) {
    return fail(ErrorCode::conflict, fmt::format("{} is a Roster database already", target.string()));
  }
  if (exists && !fs::is_directory(place, failed)) {
    return fail(ErrorCode::conflict, fmt::format("{} is a file; a database is a directory", target.string()));
  }
  if (exists && !fs::is_empty(place, failed)) {
    return fail(ErrorCode::conflict,
                fmt::format("{} is not empty and not a Roster database; choose a new directory", target.string()));
  }
  if (!exists && !fs::is_directory(place.parent_path(), failed)) {
    return fail(ErrorCode::notFound,
                fmt::format("{} cannot be made: {} is not a directory", target.string(), place.parent_path().string()));
  }
  // Within an empty directory that is there, since it may be a mount point; else beside what is to be.
  const std::string stem = exists ? (place / ".new").string() : place.string() + ".new";
  for (int attempt = 0; attempt < 100; ++attempt) {
    const fs::path building = fmt::format("{}-{}-{}", stem, ::getpid(), attempt);
    if (fs::create_directory(building, failed)) return NewDatabaseDirectory(place, building, exists);
    if (failed) return failSystem("cannot make", building, failed.value());
  }
  return fail(ErrorCode::conflict, fmt::format("remove what interrupted attempts left: {}-*", stem));
}

NewDatabaseDirectory::NewDatabaseDirectory(fs::path target, fs::path building, bool intoExisting)
    : target_(std::move(target)), building_(std::move(building)), intoExisting_(intoExisting) {}

NewDatabaseDirectory::NewDatabaseDirectory(NewDatabaseDirectory&& other) noexcept
    : target_(std::move(other.target_)),
      building_(std::move(other.building_)),
      intoExisting_(other.intoExisting_),
      owned_(std::exchange(other.owned_, false)) {}

NewDatabaseDirectory::~NewDatabaseDirectory() {
  if (!owned_) return;
  std::error_code ignored;
  fs::remove_all(building_.root(), ignored);
}

Result<void> NewDatabaseDirectory::publish() {
  std::ofstream marker(building_.marker(), std::ios::binary);
  marker << kMarkerText << kStorageFormat << '\n';
  marker.close();
  if (!marker) return failSystem("cannot write", building_.marker(), errno);
  for (const fs::path& path : {building_.marker(), building_.store(), building_.root()}) {
    if (auto synced = syncPath(path); !synced) return synced;
  }
  if (!intoExisting_) {
    if (auto moved = movePath(building_.root(), target_); !moved) return moved;
    owned_ = false;
    return syncPath(target_.parent_path());
  }
  const DatabaseDirectory place(target_);
  if (auto moved = movePath(building_.store(), place.store()); !moved) return moved;
  if (auto moved = movePath(building_.marker(), place.marker()); !moved) return moved;
  return syncPath(target_);
}

}  // namespace roster
