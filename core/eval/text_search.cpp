#include "core/eval/text_search.h"

#include <bit>
#include <cstdint>
#include <cstring>

// Compiled once for every level of vector instructions, as word_kernels.cpp is.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/eval/text_search.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace roster::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::ScalableTag<std::uint8_t>;

HWY_ATTR std::size_t find(std::string_view text, std::string_view needle, std::size_t from) {
  const Bytes bytes;
  const std::size_t lanes = hn::Lanes(bytes);
  const std::size_t lastByte = needle.size() - 1;
  const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto first = hn::Set(bytes, static_cast<std::uint8_t>(needle.front()));
  const auto last = hn::Set(bytes, static_cast<std::uint8_t>(needle.back()));
  std::size_t at = from;
  for (; at + lastByte + lanes <= text.size(); at += lanes) {
    const auto both =
        hn::And(hn::Eq(hn::LoadU(bytes, data + at), first), hn::Eq(hn::LoadU(bytes, data + at + lastByte), last));
    if (hn::AllFalse(bytes, both)) continue;
    std::uint64_t places = 0;  // a bit a lane, of which there are at most 64
    hn::StoreMaskBits(bytes, both, reinterpret_cast<std::uint8_t*>(&places));
    for (; places != 0; places &= places - 1) {
      const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(places));
      if (std::memcmp(data + place, needle.data(), lastByte) == 0) return place;
    }
  }
  return text.find(needle, at);
}

TextSearch textSearch() { return {hwy::TargetName(HWY_TARGET), find}; }

}  // namespace
}  // namespace roster::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "core/eval/vector_levels.h"

namespace roster {

HWY_EXPORT(find);
HWY_EXPORT(textSearch);

std::size_t findText(std::string_view text, std::string_view needle, std::size_t from) {
  return HWY_DYNAMIC_DISPATCH(find)(text, needle, from);
}

std::vector<TextSearch> allTextSearches() {
  return atEveryLevel([] { return HWY_DYNAMIC_DISPATCH(textSearch)(); });
}

}  // namespace roster
#endif
