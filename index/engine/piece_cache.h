// The pieces of one or many databases in memory, least recently used out first, under one budget of bytes.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/data/piece.h"

namespace roster {

// Thread-safe. Pieces in use stay alive by their pointers; the budget is for what the cache itself holds on to.
class PieceCache {
 public:
  explicit PieceCache(std::size_t budgetBytes) : budgetBytes_(budgetBytes) {}

  // `owner` tells databases apart.
  std::shared_ptr<const void> find(const void* owner, const PieceKey& key);
  void insert(const void* owner, const PieceKey& key, const PieceSource::Decoded& piece);
  void erase(const void* owner, const PieceKey& key);
  void eraseOwner(const void* owner);

  std::size_t bytes() const;

 private:
  struct Name {
    const void* owner;
    PieceKey key;
    friend bool operator==(const Name&, const Name&) = default;
  };
  struct NameHash {
    std::size_t operator()(const Name& name) const;
  };
  struct Entry {
    Name name;
    PieceSource::Decoded piece;
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry);

  const std::size_t budgetBytes_;
  mutable std::mutex mutex_;
  Entries entries_;  // the most recently used first
  std::unordered_map<Name, Entries::iterator, NameHash> byName_;
  std::size_t bytes_ = 0;
};

}  // namespace roster
