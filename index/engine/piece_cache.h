// The pieces of one or many databases in memory, under one budget of bytes. What was used since it was last looked at
// gets a second chance before it goes (Corbató's clock): slots that find their piece themselves need not take a lock.
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
  PieceSource::KeptPtr find(const void* owner, const PieceKey& key);
  // Keeps the piece, however large; where another was there under its key, that one.
  PieceSource::KeptPtr insert(const void* owner, const PieceKey& key, PieceSource::Decoded piece);
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
    PieceSource::KeptPtr kept;
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry);
  void makeRoom(std::size_t bytes);

  const std::size_t budgetBytes_;
  mutable std::mutex mutex_;
  Entries entries_;  // what was looked at longest ago last
  std::unordered_map<Name, Entries::iterator, NameHash> byName_;
  std::size_t bytes_ = 0;
};

}  // namespace roster
