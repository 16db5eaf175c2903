#include "index/engine/code_grid.h"

#include <algorithm>
#include <functional>

#include "core/data/dictionary.h"
#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"

namespace roster {

namespace {

// With more members than this, looking at all contacts of a chunk costs less than finding the members among them.
constexpr std::uint32_t kDense = kChunkSize / 5;

// Adds `step` cells for each code, for all contacts of a chunk. The largest code.
Code moveCells(const CodeChunk& column, std::uint32_t step, std::uint16_t* cells) {
  Code largest = kNoCode;
  column.visit([&](const auto codes) {
    auto most = codes[0];
    for (std::size_t at = 0; at < codes.size(); ++at) {
      cells[at] = static_cast<std::uint16_t>(cells[at] + step * codes[at]);
      most = std::max(most, codes[at]);
    }
    largest = most;
  });
  return largest;
}

// The same for some of its contacts.
Code moveCells(const CodeChunk& column, std::uint32_t step, std::span<const std::uint16_t> places,
               std::uint16_t* cells) {
  Code largest = kNoCode;
  column.forEachAt(places, [&](std::uint16_t, Code code) {
    *cells = static_cast<std::uint16_t>(*cells + step * code);
    ++cells;
    largest = std::max(largest, code);
  });
  return largest;
}

}  // namespace

CodeGrid::CodeGrid(Code lastRow, Code lastColumn)
    : lastRow_(lastRow),
      lastColumn_(lastColumn),
      width_(lastColumn + 1),
      even_(cellsOf(lastRow, lastColumn), 0),
      odd_(even_.size(), 0) {}

Result<void> CodeGrid::count(const CodeChunk* rows, const CodeChunk* columns, const ContainerView& members) {
  if (members.cardinality < kDense || !findAllCells(rows, columns)) return countPlaces(rows, columns, members);
  Scratch& scratch = scratchOfThread();
  const Scratch::Mark mark(scratch);
  countWords(wordsOf(members, scratch));
  return {};
}

// False where a contact has a code beyond the last one; a member need not be it.
bool CodeGrid::findAllCells(const CodeChunk* rows, const CodeChunk* columns) {
  cells_.assign(kChunkSize, 0);
  const Code row = rows == nullptr ? kNoCode : moveCells(*rows, width_, cells_.data());
  const Code column = columns == nullptr ? kNoCode : moveCells(*columns, 1, cells_.data());
  return row <= lastRow_ && column <= lastColumn_;
}

// Without a branch for each contact: whoever is no member adds nothing.
void CodeGrid::countWords(WordsPtr members) {
  std::uint32_t* even = even_.data();
  std::uint32_t* odd = odd_.data();
  for (std::uint32_t word = 0; word < kChunkWords; ++word) {
    Word left = members[word];
    if (left == 0) continue;
    const std::uint16_t* cells = &cells_[word * 64];
    for (std::uint32_t at = 0; at < 64; at += 2, left >>= 2) {
      even[cells[at]] += left & 1;
      odd[cells[at + 1]] += left >> 1 & 1;
    }
  }
}

Result<void> CodeGrid::countPlaces(const CodeChunk* rows, const CodeChunk* columns, const ContainerView& members) {
  const auto places = placesOf(members, places_);
  cells_.assign(places.size(), 0);
  const Code row = rows == nullptr ? kNoCode : moveCells(*rows, width_, places, cells_.data());
  const Code column = columns == nullptr ? kNoCode : moveCells(*columns, 1, places, cells_.data());
  if (row > lastRow_ || column > lastColumn_) return failUnknownCode();
  for (const std::uint16_t cell : cells_) ++even_[cell];
  return {};
}

void CodeGrid::add(const CodeGrid& other) {
  std::transform(even_.begin(), even_.end(), other.even_.begin(), even_.begin(), std::plus<>());
  std::transform(odd_.begin(), odd_.end(), other.odd_.begin(), odd_.begin(), std::plus<>());
}

}  // namespace roster
