// The sorted files of one bulk load on disk, until they are taken into the store.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "index/store/store_batch.h"

namespace roster {

// What one sorted writer has written: files with ascending keys, each above those of the one before. Filled by the
// writer, by one thread at a time.
struct SortedFiles {
  Family family;
  std::string stem;
  std::vector<std::string> paths;
  bool finished = false;

  // A new path at the end of `paths`.
  const std::string& addPath();
};

// A directory of its own, removed with all that is in it on destruction.
class BulkFiles {
 public:
  explicit BulkFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}
  BulkFiles(const BulkFiles&) = delete;
  BulkFiles& operator=(const BulkFiles&) = delete;
  ~BulkFiles();

  Result<void> makeDirectory() const;

  // Thread-safe; the files stay where they are in memory.
  SortedFiles& begin(Family family);
  // The files of all finished writers of a family, those begun first at first.
  std::vector<std::string> finishedPaths(Family family) const;

 private:
  const std::filesystem::path directory_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SortedFiles>> writers_;
};

}  // namespace roster
