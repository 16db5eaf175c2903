// A few contacts of a chunk, whose events are looked for among all the others'.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/container.h"

namespace roster {

// Immutable but for insert(). Refers to nothing.
class FewPlaces {
 public:
  // Up to here, rows are held against each of the places by vectors, and beyond it, each against the bits of all.
  static constexpr std::size_t kMostCompared = 24;

  FewPlaces() { words_.clear(); }

  void insert(std::uint16_t place) {
    if (words_.insert(place)) places_.push_back(place);
  }
  void clear() {
    for (const std::uint16_t place : places_) words_.reset(place);
    places_.clear();
  }

  // In the order in which they were inserted, each once.
  std::span<const std::uint16_t> places() const { return places_; }
  std::size_t size() const { return places_.size(); }
  bool contains(std::uint16_t place) const { return words_.test(place); }

  // Sets bit i % 64 of found[i / 64] where rows[i] is one of these, and clears the others of its words. There is at
  // least one place.
  void find(std::span<const std::uint16_t> rows, std::uint64_t* found) const;

 private:
  std::vector<std::uint16_t> places_;
  ChunkWords words_;
};

}  // namespace roster
