#include "core/eval/few_places.h"

#include <algorithm>

#include "core/eval/event_kernels.h"

namespace roster {

void FewPlaces::find(std::span<const std::uint16_t> rows, std::uint64_t* found) const {
  constexpr std::size_t kWord = 64;
  const std::size_t whole = places_.size() <= kMostCompared ? rows.size() / kWord * kWord : 0;
  if (whole != 0) eventKernels().find(rows.first(whole), places_, found);
  for (std::size_t begin = whole; begin < rows.size(); begin += kWord) {
    std::uint64_t bits = 0;
    const std::size_t end = std::min(begin + kWord, rows.size());
    for (std::size_t i = begin; i < end; ++i) bits |= std::uint64_t{words_.test(rows[i])} << (i - begin);
    found[begin / kWord] = bits;
  }
}

}  // namespace roster
