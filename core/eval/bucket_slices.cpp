#include "core/eval/bucket_slices.h"

#include <algorithm>
#include <vector>

#include "core/base/hash.h"
#include "core/eval/number_search.h"

namespace roster {

namespace {

// A pass over the slices takes as long as hashing so many keys.
constexpr std::uint32_t kFewCandidates = 256;
// Making the slices takes about twice as long as hashing all keys: fewer candidates than one in so many do not pay.
constexpr std::uint32_t kWorthMaking = 8;

// The slices of a name that are kept. Names whose hashes share 32 bits take each other's place.
class KeptBuckets {
 public:
  KeptBuckets(const Slot<StringChunk>& keys, std::string_view name)
      : keys_(keys), name_(name), detail_(static_cast<std::uint32_t>(hashBytes(name))) {}

  std::shared_ptr<const BucketSlices> find() const {
    auto kept = keys_.findDerived<BucketSlices>(PieceKind::buckets, detail_);
    return kept != nullptr && kept->name() == name_ ? kept : nullptr;
  }

  Result<std::shared_ptr<const BucketSlices>> make() const {
    auto keys = keys_.get();
    if (!keys) return propagate(keys);
    auto made = std::make_shared<const BucketSlices>(name_, **keys);
    keys_.keepDerived(PieceKind::buckets, detail_, made);
    return made;
  }

 private:
  const Slot<StringChunk>& keys_;
  std::string_view name_;
  std::uint32_t detail_;
};

}  // namespace

BucketSlices::BucketSlices(std::string_view name, const StringChunk& keys) : name_(name) {
  ChunkWords all;
  all.clear();
  if (keys.size() != 0) setRange(all, 0, keys.size() - 1);
  std::vector<std::int64_t> buckets(keys.size());
  BucketHash bucketOf(name);
  for (std::uint32_t at = 0; at < keys.size(); ++at) {
    buckets[at] = bucketOf(keys[at]);
    range_.least = std::min(range_.least, buckets[at]);
    range_.greatest = std::max(range_.greatest, buckets[at]);
  }
  slices_ = SliceChunk::build(all, buckets);
}

Result<ContainerView> findInBuckets(const SlotPtr<StringChunk>& keys, std::string_view name, const Intervals& intervals,
                                    const ContainerView& candidates, Want want, Scratch& scratch) {
  if (keys == nullptr) return ContainerView();
  const KeptBuckets kept(*keys, name);
  if (candidates.cardinality >= kFewCandidates) {
    auto slices = kept.find();
    if (slices == nullptr && keys->isStored() && candidates.cardinality >= kChunkSize / kWorthMaking) {
      auto made = kept.make();
      if (!made) return propagate(made);
      slices = *std::move(made);
    }
    if (slices != nullptr) {
      return findNumbers(&slices->slices(), slices->range(), intervals, candidates, want, scratch);
    }
  }
  auto loaded = keys->get();
  if (!loaded) return propagate(loaded);
  BucketHash bucketOf(name);
  return filter(candidates, scratch,
                [&](std::uint16_t at) { return containsNumber(intervals, bucketOf((**loaded)[at])); });
}

}  // namespace roster
