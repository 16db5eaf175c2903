#include "bench/crossovers/stripe_filter.h"

#include <algorithm>

#define HWY_WANT_AVX3_DL
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/crossovers/stripe_filter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace roster::bench::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<Word, 8>;

HWY_ATTR std::uint32_t countInStripes(WordsPtr words, const Digest& stripes, std::span<const ChunkWords> operands) {
  auto counts = hn::Zero(Tag());
  for (const std::uint8_t stripe : stripes) {
    for (std::size_t at = stripe * 8UL; at < stripe * 8UL + 8; at += hn::Lanes(Tag())) {
      auto kept = hn::LoadU(Tag(), words + at);
      for (const ChunkWords& operand : operands) kept = hn::And(kept, hn::LoadU(Tag(), operand.data() + at));
      counts = hn::Add(counts, hn::PopulationCount(kept));
    }
  }
  return static_cast<std::uint32_t>(hn::GetLane(hn::SumOfLanes(Tag(), counts)));
}

}  // namespace
}  // namespace roster::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace roster::bench {

HWY_EXPORT(countInStripes);

Digest digestOf(const ChunkWords& words) {
  Digest stripes;
  for (std::uint32_t stripe = 0; stripe < kChunkWords / 8; ++stripe) {
    const auto begin = words.words.begin() + stripe * 8;
    if (std::any_of(begin, begin + 8, [](Word word) { return word != 0; })) {
      stripes.push_back(static_cast<std::uint8_t>(stripe));
    }
  }
  return stripes;
}

std::uint32_t countInStripes(WordsPtr words, const Digest& stripes, std::span<const ChunkWords> operands) {
  return HWY_DYNAMIC_DISPATCH(countInStripes)(words, stripes, operands);
}

}  // namespace roster::bench
#endif
