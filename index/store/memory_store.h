// A Store in memory, for tests and for what need not last. It behaves as the one on disk does, durability apart.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "index/store/store.h"

namespace roster {

// What a memory store holds. It outlives the stores over it, so that a test can close one and open another. At most one
// store at a time may change it; that is the caller's to see to.
class MemoryContents {
 public:
  using Entries = std::map<std::string, std::string, std::less<>>;

  MemoryContents() = default;
  MemoryContents(const MemoryContents&) = delete;
  MemoryContents& operator=(const MemoryContents&) = delete;

 private:
  friend class MemoryStore;

  mutable std::mutex mutex_;
  std::array<Entries, kFamilies.size()> families_;
};

// A store over new contents of its own, or over contents that are there already.
std::unique_ptr<Store> makeMemoryStore();
std::unique_ptr<Store> openMemoryWriter(std::shared_ptr<MemoryContents> contents);
// A view of the contents as they are now.
std::unique_ptr<Store> openMemoryReader(const MemoryContents& contents);

}  // namespace roster
