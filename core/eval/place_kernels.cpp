#include "core/eval/place_kernels.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/eval/place_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace roster::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void find(std::span<const std::uint16_t> rows, std::span<const std::uint16_t> places, std::uint64_t* found) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bool isAny = false;
    for (const std::uint16_t place : places) isAny |= rows[i] == place;
    if (i % 64 == 0) found[i / 64] = 0;
    found[i / 64] |= std::uint64_t{isAny} << (i % 64);
  }
}

#else

HWY_ATTR void find(std::span<const std::uint16_t> rows, std::span<const std::uint16_t> places, std::uint64_t* found) {
  const hn::CappedTag<std::uint16_t, 64> tag;  // so that a vector's bits are part of a word
  const std::size_t lanes = hn::Lanes(tag);
  auto* bytes = reinterpret_cast<std::uint8_t*>(found);
  for (std::size_t i = 0; i < rows.size(); i += lanes) {
    const auto own = hn::LoadU(tag, rows.data() + i);
    auto any = hn::Eq(own, hn::Set(tag, places.front()));
    for (const std::uint16_t place : places.subspan(1)) any = hn::Or(any, hn::Eq(own, hn::Set(tag, place)));
    hn::StoreMaskBits(tag, any, bytes + i / 8);
  }
}

#endif

PlaceKernels kernels() { return {hwy::TargetName(HWY_TARGET), find}; }

}  // namespace
}  // namespace roster::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "core/eval/vector_levels.h"

namespace roster {

HWY_EXPORT(kernels);

std::vector<PlaceKernels> allPlaceKernels() {
  return atEveryLevel([] { return HWY_DYNAMIC_DISPATCH(kernels)(); });
}

const PlaceKernels& placeKernels() {
  static const PlaceKernels best = HWY_DYNAMIC_DISPATCH(kernels)();
  return best;
}

}  // namespace roster
#endif
