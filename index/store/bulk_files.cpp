#include "index/store/bulk_files.h"

#include <fmt/format.h>
#include <system_error>

namespace roster {

const std::string& SortedFiles::addPath() {
  paths.push_back(fmt::format("{}-{}.sst", stem, paths.size()));
  return paths.back();
}

BulkFiles::~BulkFiles() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Result<void> BulkFiles::makeDirectory() const {
  std::error_code failed;
  if (std::filesystem::create_directory(directory_, failed)) return {};
  const ErrorCode code =
      failed == std::errc::no_space_on_device ? ErrorCode::resourceExhausted : ErrorCode::unavailable;
  return fail(code, fmt::format("cannot make {}: {}", directory_.string(), failed.message()));
}

SortedFiles& BulkFiles::begin(Family family) {
  const std::lock_guard lock(mutex_);
  const std::string stem = (directory_ / fmt::format("{}-{}", nameOf(family), writers_.size())).string();
  writers_.push_back(std::make_unique<SortedFiles>(SortedFiles{family, stem, {}, false}));
  return *writers_.back();
}

std::vector<std::string> BulkFiles::finishedPaths(Family family) const {
  std::vector<std::string> paths;
  for (const auto& writer : writers_) {
    if (writer->family == family && writer->finished) {
      paths.insert(paths.end(), writer->paths.begin(), writer->paths.end());
    }
  }
  return paths;
}

}  // namespace roster
