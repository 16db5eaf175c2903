#include "core/eval/number_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace roster {

namespace {

// The parts of a chunk's range of numbers that a leaf asks for, or, where those are fewer, the parts that it excludes.
struct NumberPieces {
  std::vector<Interval> pieces;  // ascending, within the range
  bool excluded = false;

  NumberPieces(const Intervals& intervals, const NumberRange& range) {
    for (const Interval& interval : intervals) {
      if (interval.high < range.least || interval.low > range.greatest) continue;
      pieces.push_back({std::max(interval.low, range.least), std::min(interval.high, range.greatest)});
    }
    excluded = !pieces.empty() && pieces.front().low == range.least && pieces.back().high == range.greatest;
    if (!excluded) return;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) pieces[i] = {pieces[i].high + 1, pieces[i + 1].low - 1};
    pieces.pop_back();
  }
};

// Those candidates whose number lies in one of the pieces, which are not empty.
ContainerView findInPieces(const SliceChunk& chunk, std::span<const Interval> pieces, const ContainerView& candidates,
                           Want want, Scratch& scratch) {
  const auto base = static_cast<std::uint64_t>(chunk.base());
  const auto above = [base](std::int64_t number) { return static_cast<std::uint64_t>(number) - base; };
  int from = 64;  // below this slice no comparison looks
  for (const Interval& piece : pieces) {
    const int low = above(piece.low) == 0 ? 64 : std::countr_zero(above(piece.low));
    from = std::min({from, low, std::countr_one(above(piece.high))});
  }
  std::array<WordsPtr, 64> slices{};
  for (auto k = static_cast<std::uint32_t>(from); k < chunk.bits(); ++k) {
    const ContainerView slice = chunk.slice(k);
    slices[k] = slice.empty() ? nullptr : wordsOf(slice, scratch);
  }
  const WordSlices values{std::span<const WordsPtr>(slices).first(chunk.bits())};
  const WordsPtr candidateWords = wordsOf(candidates, scratch);
  const auto find = [&](const Interval& piece, Word* out) {
    return wordKernels().range(values, above(piece.low), above(piece.high), candidateWords, out);
  };
  if (want == Want::count) {
    std::uint32_t sum = 0;
    for (const Interval& piece : pieces) sum += find(piece, nullptr);
    return counted(sum);
  }
  ChunkWords& united = scratch.take();
  std::uint32_t cardinality = find(pieces.front(), united.data());
  if (pieces.size() == 1) return settle(united, cardinality, scratch);
  ChunkWords& next = scratch.take();
  for (const Interval& piece : pieces.subspan(1)) {
    find(piece, next.data());
    const std::array<WordsPtr, 2> both{united.data(), next.data()};
    const WordGroup group{both};
    cardinality = wordKernels().combine({&group, 1}, united.data());
  }
  return settle(united, cardinality, scratch);
}

}  // namespace

ContainerView findNumbers(const SliceChunk* slices, const NumberRange& range, const Intervals& intervals,
                          const ContainerView& candidates, Want want, Scratch& scratch) {
  if (candidates.empty()) return {};
  const NumberPieces parts(intervals, range);
  if (parts.pieces.empty()) return parts.excluded ? candidates : ContainerView();
  const ContainerView found =
      findInPieces(*slices, parts.pieces, candidates, parts.excluded ? Want::contacts : want, scratch);
  if (!parts.excluded) return found;
  return want == Want::count ? counted(candidates.cardinality - found.cardinality)
                             : subtract(candidates, found, scratch);
}

bool decides(const Intervals& intervals, const NumberRange& range) {
  if (range.empty()) return true;
  for (const Interval& interval : intervals) {
    if (interval.low <= range.least && range.greatest <= interval.high) return true;
    if (interval.low <= range.greatest && range.least <= interval.high) return false;
  }
  return true;
}

}  // namespace roster
