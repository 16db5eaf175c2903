// Remembers how far the write-ahead log is known to be on the disk, so that a log damaged later is told apart from one
// that a power cut left unfinished.
//
// A write-ahead log that ends early is normal after a power cut: what was not synced is lost. The same sight may be
// damage that swallowed acknowledged batches. After each sync the number of the last batch it covered is written to a
// small file that is itself not synced: it may be old after a power cut, but never says more than the disk holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>

#include "core/base/error.h"

namespace roster {

// Thread-safe.
class SyncWitness {
 public:
  // The number last recorded; 0, which proves nothing, where there is none that can be read.
  static std::uint64_t read(const std::filesystem::path& path);

  explicit SyncWitness(std::filesystem::path path);
  SyncWitness(const SyncWitness&) = delete;
  SyncWitness& operator=(const SyncWitness&) = delete;
  ~SyncWitness();

  // Called when everything up to `sequence` is on the disk. Costs one small write to the page cache; where that fails
  // there is merely less to compare with.
  void record(std::uint64_t sequence);

 private:
  std::mutex mutex_;
  int file_;
  std::uint64_t recorded_ = 0;
};

// dataLoss where a store was known to be durable up to `witnessed`, but only `recovered` could be read from its files.
Result<void> checkRecovered(const std::filesystem::path& store, std::uint64_t witnessed, std::uint64_t recovered);

}  // namespace roster
