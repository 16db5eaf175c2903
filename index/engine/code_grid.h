// Counts contacts by two fields that give each contact one code, in a table with a counter for every pair of codes.
// Nothing is looked up on the way, so it takes a fraction of the time that numbering groups does (group_reader.h).
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/container.h"
#include "core/data/forward_chunk.h"
#include "core/eval/word_kernels.h"

namespace roster {

// Not thread-safe.
class CodeGrid {
 public:
  // Cells have numbers of 16 bits, and all counters stay in the second-level cache.
  static constexpr std::uint64_t kMaxCells = 1U << 16;

  // How many cells there are for codes up to these; a grid has kMaxCells at most.
  static std::uint64_t cellsOf(Code lastRow, Code lastColumn) {
    return (std::uint64_t{lastRow} + 1) * (std::uint64_t{lastColumn} + 1);
  }

  CodeGrid(Code lastRow, Code lastColumn);

  // Counts the members of a chunk that has these columns; a null one is of a field that nobody in the shard has a value
  // for. dataLoss where a member has a code beyond the last one.
  Result<void> count(const CodeChunk* rows, const CodeChunk* columns, const ContainerView& members);

  // Adds what another grid of the same codes has counted.
  void add(const CodeGrid& other);

  // Calls f(row, column, count) for every cell that a contact is in.
  template <class F>
  void forEachCell(const F& f) const {
    for (std::size_t cell = 0; cell < even_.size(); ++cell) {
      const std::uint64_t contacts = std::uint64_t{even_[cell]} + odd_[cell];
      if (contacts != 0) f(static_cast<Code>(cell / width_), static_cast<Code>(cell % width_), contacts);
    }
  }

 private:
  bool findAllCells(const CodeChunk* rows, const CodeChunk* columns);
  void countWords(WordsPtr members);
  Result<void> countPlaces(const CodeChunk* rows, const CodeChunk* columns, const ContainerView& members);

  Code lastRow_;
  Code lastColumn_;
  std::uint32_t width_;  // of a row, in cells
  // Counters of contacts at even and at odd places: neighbours are often in one cell, and adding to a counter twice in
  // a row waits for the first to be stored. No overflow: ids have as many bits.
  std::vector<std::uint32_t> even_;
  std::vector<std::uint32_t> odd_;
  std::vector<std::uint16_t> cells_;   // of a chunk's contacts, or of its members alone
  std::vector<std::uint16_t> places_;  // of members
};

}  // namespace roster
