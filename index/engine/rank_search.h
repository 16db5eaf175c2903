// Finding the numbers that stand at given ranks by counting all of them in bins, pass by pass.
//
// A radix selection: the first pass counts all numbers in up to 2^16 equal bins, further passes split only the bins
// that hold a wanted rank.
//
//     RankSearch<std::int64_t> search(ranks, count, least, greatest);
//     while (!search.done()) {
//       std::vector<std::uint64_t> counts(search.binCount(), 0);
//       for (number : numbers) if (auto bin = search.binOf(number); bin != search.kNoBin) ++counts[bin];
//       search.narrow(counts);
//     }
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "core/base/wide_integer.h"

namespace roster {

// Between passes it may be read from any thread.
template <class Number>
class RankSearch {
 public:
  static constexpr std::size_t kNoBin = std::numeric_limits<std::size_t>::max();

  // `ranks` ascend, from 1 up to how many numbers there are, which is about `population`, and all of which lie in
  // [least, greatest].
  RankSearch(std::vector<std::uint64_t> ranks, std::uint64_t population, Number least, Number greatest)
      : ranks_(std::move(ranks)), population_(population), found_(ranks_.size(), 0) {
    Stretch whole{least, greatest, 0, {}, 0};
    for (std::size_t i = 0; i < ranks_.size(); ++i) whole.wanted.push_back(i);
    settleOrKeep(std::move(whole));
    cut();
  }

  bool done() const { return open_.empty(); }
  std::size_t binCount() const { return open_.size() * bins_; }

  // The bin that counts a number in the pass to come; kNoBin where none does.
  std::size_t binOf(Number number) const {
    // Stretches ascend, so that the number can lie in the last one only that does not begin above it.
    std::size_t after = 0;
    for (const Number begin : begins_) after += begin <= number;
    if (after == 0 || number > open_[after - 1].greatest) return kNoBin;
    const Stretch& stretch = open_[after - 1];
    return (after - 1) * bins_ + static_cast<std::size_t>(stretch.distance(number) >> stretch.shift);
  }

  // Whether the pass to come counts anything between two numbers.
  bool touches(Number least, Number greatest) const {
    return std::any_of(open_.begin(), open_.end(),
                       [&](const Stretch& stretch) { return stretch.least <= greatest && least <= stretch.greatest; });
  }

  // Ends a pass: what it counted in each bin.
  void narrow(std::span<const std::uint64_t> counts) {
    std::vector<Stretch> stretches;
    stretches.swap(open_);
    for (std::size_t i = 0; i < stretches.size(); ++i) split(stretches[i], counts.subspan(i * bins_, bins_));
    cut();
  }

  // Once done, the number at each rank.
  const std::vector<Number>& found() const { return found_; }

 private:
  static constexpr std::uint64_t kMaxBins = 1U << 16;
  static constexpr std::uint64_t kMinBins = 1U << 6;

  __extension__ using WideDistance = unsigned __int128;
  using Distance = std::conditional_t<sizeof(Number) == sizeof(std::uint64_t), std::uint64_t, WideDistance>;

  // A range of numbers that holds wanted ranks, cut in bins of 2^shift numbers.
  struct Stretch {
    Number least = 0;
    Number greatest = 0;
    std::uint64_t below = 0;          // numbers under `least`
    std::vector<std::size_t> wanted;  // indices of the ranks in it, ascending
    int shift = 0;

    Distance distance(Number number) const { return static_cast<Distance>(number) - static_cast<Distance>(least); }
    Number at(Distance distance) const { return static_cast<Number>(static_cast<Distance>(least) + distance); }
  };

  static int widthOf(Distance distance) {
    const auto high = static_cast<std::uint64_t>(distance >> 32 >> 32);
    return static_cast<int>(high != 0 ? 64 + std::bit_width(high)
                                      : std::bit_width(static_cast<std::uint64_t>(distance)));
  }

  void settleOrKeep(Stretch stretch) {
    if (stretch.least != stretch.greatest) return open_.push_back(std::move(stretch));
    for (const std::size_t i : stretch.wanted) found_[i] = stretch.least;
  }

  // Cuts the open stretches for the pass to come.
  void cut() {
    begins_.clear();
    if (open_.empty()) return;
    const std::uint64_t most = std::clamp(std::bit_ceil(population_), kMinBins, kMaxBins);
    bins_ = std::max(kMinBins, std::bit_floor(most / open_.size()));
    for (Stretch& stretch : open_) {
      const int bits = widthOf(stretch.distance(stretch.greatest));
      stretch.shift = std::max(0, bits - static_cast<int>(std::countr_zero(bins_)));
      begins_.push_back(stretch.least);
    }
  }

  void split(const Stretch& stretch, std::span<const std::uint64_t> counts) {
    std::uint64_t below = stretch.below;
    std::size_t next = 0;
    for (std::uint64_t bin = 0; bin < counts.size() && next < stretch.wanted.size(); ++bin) {
      const std::uint64_t upTo = below + counts[bin];
      Stretch part{0, 0, below, {}, 0};
      for (; next < stretch.wanted.size() && ranks_[stretch.wanted[next]] <= upTo; ++next) {
        part.wanted.push_back(stretch.wanted[next]);
      }
      if (!part.wanted.empty()) {
        const Distance first = Distance{bin} << stretch.shift;
        const Distance last = first + ((Distance{1} << stretch.shift) - 1);
        part.least = stretch.at(first);
        part.greatest = stretch.at(std::min(last, stretch.distance(stretch.greatest)));
        settleOrKeep(std::move(part));
      }
      below = upTo;
    }
  }

  std::vector<std::uint64_t> ranks_;
  std::uint64_t population_;
  std::vector<Number> found_;
  std::vector<Stretch> open_;
  std::vector<Number> begins_;     // of the open stretches
  std::uint64_t bins_ = kMinBins;  // of each
};

}  // namespace roster
