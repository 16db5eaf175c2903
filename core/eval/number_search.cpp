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

std::uint64_t aboveBase(const SliceChunk& chunk, std::int64_t number) {
  return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(chunk.base());
}

// Below this slice no comparison with the pieces looks.
std::uint32_t lowestSlice(const SliceChunk& chunk, std::span<const Interval> pieces) {
  int lowest = 64;
  for (const Interval& piece : pieces) {
    const std::uint64_t low = aboveBase(chunk, piece.low);
    lowest = std::min({lowest, low == 0 ? 64 : std::countr_zero(low), std::countr_one(aboveBase(chunk, piece.high))});
  }
  return static_cast<std::uint32_t>(lowest);
}

// Those candidates whose number lies in one of the pieces, which are not empty.
ContainerView findInPieces(const SliceChunk& chunk, std::span<const Interval> pieces, const ContainerView& candidates,
                           Want want, Scratch& scratch) {
  std::array<WordsPtr, 64> slices{};
  for (std::uint32_t k = lowestSlice(chunk, pieces); k < chunk.bits(); ++k) {
    const ContainerView slice = chunk.slice(k);
    slices[k] = slice.empty() ? nullptr : wordsOf(slice, scratch);
  }
  const WordSlices values{std::span<const WordsPtr>(slices).first(chunk.bits())};
  const WordsPtr candidateWords = wordsOf(candidates, scratch);
  const auto find = [&](const Interval& piece, Word* out) {
    return wordKernels().range(values, aboveBase(chunk, piece.low), aboveBase(chunk, piece.high), candidateWords, out);
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

std::uint32_t lowestSlice(const SliceChunk& slices, const NumberRange& range, const Intervals& intervals) {
  return lowestSlice(slices, NumberPieces(intervals, range).pieces);
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
