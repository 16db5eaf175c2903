#include "core/eval/bucket_slices.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/hash.h"
#include "core/eval/number_search.h"
#include "core/eval/word_kernels.h"

namespace roster {

namespace {

// A pass over the slices takes as long as hashing so many keys.
constexpr std::uint32_t kFewCandidates = 256;
// Making the slices takes as long as hashing two fifths of the keys one by one. So they pay for half of them at once.
constexpr std::uint32_t kManyCandidates = kChunkSize / 2;

// The slices of a name that are kept. Names whose hashes share 32 bits take each other's place.
class KeptBuckets {
 public:
  KeptBuckets(const Slot<StringChunk>& keys, std::string_view name)
      : keys_(keys), name_(name), detail_(static_cast<std::uint32_t>(hashBytes(name))) {}

  std::shared_ptr<const BucketSlices> find() const {
    auto kept = keys_.findDerived<BucketSlices>(PieceKind::buckets, detail_);
    return kept != nullptr && kept->name() == name_ ? kept : nullptr;
  }

  Result<std::shared_ptr<const BucketSlices>> make(Scratch& scratch) const {
    auto keys = keys_.get();
    if (!keys) return propagate(keys);
    auto made = std::make_shared<const BucketSlices>(name_, **keys, scratch);
    keys_.keepDerived(PieceKind::buckets, detail_, made);
    return made;
  }

 private:
  const Slot<StringChunk>& keys_;
  std::string_view name_;
  std::uint32_t detail_;
};

}  // namespace

BucketSlices::BucketSlices(std::string_view name, const StringChunk& keys, Scratch& scratch) : name_(name) {
  const Scratch::Mark mark(scratch);
  std::array<Word*, kBits> slices;
  for (Word*& slice : slices) slice = scratch.take().data();

  // So few keys at a time that their buckets stay in the first cache.
  constexpr std::uint32_t kTogether = 1024;
  std::array<std::uint16_t, kTogether> buckets;
  BucketHash bucketOf(name);
  const std::string_view text = keys.text();
  const auto ends = keys.ends();
  for (std::uint32_t from = 0; from < kChunkSize; from += kTogether) {
    const std::uint32_t count = std::min(kTogether, keys.size() - std::min(from, keys.size()));
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t begin = from + i == 0 ? 0 : ends[from + i - 1];
      buckets[i] = static_cast<std::uint16_t>(bucketOf(text, begin, ends[from + i]));
    }
    std::fill(buckets.begin() + count, buckets.end(), std::uint16_t{0});
    wordKernels().slice(buckets, slices, from / 64);
  }

  ContainerPackBuilder builder;
  for (std::uint32_t k = 0; k < kBits; ++k) {
    const WordsPtr slice = slices[k];
    const WordGroup alone{{&slice, 1}};
    builder.addWords(k, slice, wordKernels().combine({&alone, 1}, nullptr));
  }
  slices_ = SliceChunk::ofSlices(0, kBits, std::move(builder));
}

Result<ContainerView> findInBuckets(const SlotPtr<StringChunk>& keys, std::string_view name, const Intervals& intervals,
                                    const ContainerView& candidates, Want want, Scratch& scratch) {
  if (keys == nullptr) return ContainerView();
  const KeptBuckets kept(*keys, name);
  if (candidates.cardinality >= kFewCandidates) {
    auto slices = kept.find();
    if (slices == nullptr &&
        candidates.cardinality >= (keys->isStored() ? BucketSlices::kManyIfKept : kManyCandidates)) {
      auto made = kept.make(scratch);
      if (!made) return propagate(made);
      slices = *std::move(made);
    }
    if (slices != nullptr) {
      return findNumbers(&slices->slices(), BucketSlices::kRange, intervals, candidates, want, scratch);
    }
  }
  auto loaded = keys->get();
  if (!loaded) return propagate(loaded);
  const StringChunk& strings = **loaded;
  const std::string_view text = strings.text();
  BucketHash bucketOf(name);
  return filter(candidates, scratch, [&](std::uint16_t at) {
    if (at >= strings.size()) return containsNumber(intervals, bucketOf({}));
    const std::uint32_t begin = at == 0 ? 0 : strings.ends()[at - 1];
    return containsNumber(intervals, bucketOf(text, begin, strings.ends()[at]));
  });
}

}  // namespace roster
