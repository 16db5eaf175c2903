#include "core/eval/event_kernels.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/eval/event_kernels.cpp"
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

void within(std::span<const std::int64_t> numbers, std::int64_t low, std::int64_t high, std::uint64_t* found) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i % 64 == 0) found[i / 64] = 0;
    found[i / 64] |= std::uint64_t{low <= numbers[i] && numbers[i] <= high} << (i % 64);
  }
}

#else

HWY_ATTR void within(std::span<const std::int64_t> numbers, std::int64_t low, std::int64_t high, std::uint64_t* found) {
  const hn::CappedTag<std::int64_t, 64> tag;
  const std::size_t lanes = hn::Lanes(tag);
  const auto least = hn::Set(tag, low);
  const auto greatest = hn::Set(tag, high);
  for (std::size_t begin = 0; begin < numbers.size(); begin += 64) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 64; i += lanes) {
      const auto own = hn::LoadU(tag, numbers.data() + begin + i);
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(tag, hn::Not(hn::Or(hn::Lt(own, least), hn::Lt(greatest, own))), bits);
      word |= std::uint64_t{bits[0]} << i;
    }
    found[begin / 64] = word;
  }
}

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

EventKernels kernels() { return {hwy::TargetName(HWY_TARGET), find, within}; }

}  // namespace
}  // namespace roster::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "core/eval/vector_levels.h"

namespace roster {

HWY_EXPORT(kernels);

std::vector<EventKernels> allEventKernels() {
  return atEveryLevel([] { return HWY_DYNAMIC_DISPATCH(kernels)(); });
}

const EventKernels& eventKernels() {
  static const EventKernels best = HWY_DYNAMIC_DISPATCH(kernels)();
  return best;
}

}  // namespace roster
#endif
