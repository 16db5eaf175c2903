// A database's directory on disk, all but what RocksDB keeps in it.
//
//   DB/ROSTER   the marker that makes it a database, with the number of the storage format; written last
//   DB/SYNCED   how far the write-ahead log is known to be on the disk (sync_witness.h)
//   DB/store/   RocksDB's files
//   DB/bulk/    sorted files of bulk loads that are not committed yet; whoever opens the database to write empties it
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace roster {

inline constexpr int kStorageFormat = 2;  // 2: patches over columns of sets

enum class LockHolder : std::uint8_t { self, other };

// The paths of a database. A value.
class DatabaseDirectory {
 public:
  // Where `directory` is a database. notFound where there is nothing or something else, dataLoss for a damaged or
  // missing marker, invalidArgument for another format, unavailable where it may not be read. Links are followed, so
  // that one database has one path.
  static Result<DatabaseDirectory> find(const std::filesystem::path& directory);

  // The directory that a path names, whatever is there: without a trailing slash, links followed as far as it exists.
  static DatabaseDirectory at(const std::filesystem::path& path);

  explicit DatabaseDirectory(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path marker() const { return root_ / "ROSTER"; }
  std::filesystem::path witness() const { return root_ / "SYNCED"; }
  std::filesystem::path store() const { return root_ / "store"; }
  std::filesystem::path bulk() const { return root_ / "bulk"; }

  // Whether a database is there, be it damaged.
  bool isThere() const;

  // Removes what an interrupted bulk load left.
  Result<void> clearBulk() const;

  // Names of the files in store/ that end in `suffix` and are not empty.
  std::vector<std::string> storeFiles(std::string_view suffix) const;

  // Waits until none of these files of store/ that hold data is there any more, having `remove` remove what it can now
  // and then. unavailable, naming one that is, after `patience`: a long read keeps it.
  Result<void> waitUntilGone(const std::vector<std::string>& names, std::chrono::seconds patience,
                             const std::function<void()>& remove) const;

  // Changes whenever RocksDB has recorded a new set of files; nothing where it cannot be read.
  std::optional<std::string> manifestState() const;

  // conflict, saying who has the database open for writing: "process 4711 (roster)". LockHolder::other only when that
  // is known, since to look from the process that holds the lock would release it.
  tl::unexpected<Error> failLocked(LockHolder holder) const;

 private:
  std::filesystem::path root_;
};

// A database in the making: filled aside, and put in its place in one step when it is complete. Destroyed before that,
// it removes what it made.
class NewDatabaseDirectory {
 public:
  // conflict where `target` is a database, a file or a directory that is not empty; notFound where its parent is
  // missing.
  static Result<NewDatabaseDirectory> begin(const std::filesystem::path& target);

  NewDatabaseDirectory(NewDatabaseDirectory&& other) noexcept;
  NewDatabaseDirectory(const NewDatabaseDirectory&) = delete;
  NewDatabaseDirectory& operator=(const NewDatabaseDirectory&) = delete;
  NewDatabaseDirectory& operator=(NewDatabaseDirectory&&) = delete;
  ~NewDatabaseDirectory();

  // Where to put the files meanwhile.
  const DatabaseDirectory& building() const { return building_; }
  const std::filesystem::path& target() const { return target_; }

  // Writes the marker and moves everything to the target, durably.
  Result<void> publish();

 private:
  NewDatabaseDirectory(std::filesystem::path target, std::filesystem::path building, bool intoExisting);

  std::filesystem::path target_;
  DatabaseDirectory building_;
  bool intoExisting_;  // the target is an empty directory that was there
  bool owned_ = true;
};

}  // namespace roster
