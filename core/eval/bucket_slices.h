// Hold-outs and A/B splits: `bucket('spring-test') < 1000` spreads contacts by a hash of a name and their key.
//
// Hashing every key of ten million contacts takes tens of milliseconds, and a name is asked for again and again. So the
// buckets of a name become a bit-sliced index when a query first needs those of many contacts of a chunk, and it stays
// in memory beside the keys as far as the budget for pieces allows, at less than two bytes a contact.
#pragma once

#include <bit>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/hash.h"
#include "core/data/field_shard.h"
#include "core/eval/container_algebra.h"
#include "core/query/intervals.h"

namespace roster {

// The bucket of every contact of a chunk. Immutable, safe to read from any thread.
class BucketSlices {
 public:
  static constexpr std::uint32_t kBits = std::bit_width(kBucketCount - 1);
  static constexpr NumberRange kRange{0, kBucketCount - 1};
  // What the slices of a full chunk take: a bit of every contact for each bit of a bucket.
  static constexpr std::size_t kChunkBytes = kBits * std::size_t{kChunkSize} / 8;

  // From so many candidates on it pays to make the slices where they are kept for the next time.
  static constexpr std::uint32_t kManyIfKept = kChunkSize / 8;

  BucketSlices(std::string_view name, const StringChunk& keys, Scratch& scratch);

  std::string_view name() const { return name_; }
  // The buckets of all contacts of the chunk, erased ones among them, from 0 up.
  const SliceChunk& slices() const { return slices_; }
  std::size_t byteSize() const { return sizeof(*this) + name_.size() + slices_.byteSize(); }

 private:
  std::string name_;
  SliceChunk slices_;
};

// Those candidates (contacts of the chunk of these keys) whose bucket of `name` lies in one of the intervals. dataLoss
// where the keys cannot be loaded.
Result<ContainerView> findInBuckets(const SlotPtr<StringChunk>& keys, std::string_view name, const Intervals& intervals,
                                    const ContainerView& candidates, Want want, Scratch& scratch);

}  // namespace roster
