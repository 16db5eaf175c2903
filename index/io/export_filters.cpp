#include "index/io/export_filters.h"

#include <algorithm>
#include <functional>
#include <mutex>

#include "core/base/hash.h"
#include "core/eval/bucket_slices.h"
#include "index/engine/audience_runs.h"
#include "index/engine/number_reader.h"
#include "index/io/seen_values.h"

namespace roster {

namespace {

// Marks in `kept` the members of one chunk that stay.
using KeepInChunk =
    std::function<Result<void>(ShardIndex shard, ChunkIndex chunk, const ContainerView& members, ChunkWords& kept)>;

Result<Bitmap> keepInShard(const Audience& audience, ShardIndex shard, const FilterContext& context,
                           const KeepInChunk& keep) {
  ContainerPackBuilder builder;
  ChunkWords kept;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    const ContainerView members = audience.shard(shard).chunk(chunk);
    if (members.empty()) continue;
    if (auto going = context.checkCancelled(); !going) return propagate(going);
    kept.clear();
    if (auto done = keep(shard, chunk, members, kept); !done) return propagate(done);
    builder.addWords(chunk, kept);
  }
  return Bitmap::fromBuilder(std::move(builder));
}

// Shards at once, in any order.
Result<Audience> keepInParallel(const Audience& audience, const FilterContext& context, const KeepInChunk& keep) {
  std::vector<Bitmap> shards(audience.shardCount());
  auto done = forEachUntilError(shards.size(), context.executor, [&](std::size_t shard) -> Result<void> {
    auto kept = keepInShard(audience, static_cast<ShardIndex>(shard), context, keep);
    if (!kept) return propagate(kept);
    shards[shard] = *std::move(kept);
    return {};
  });
  if (!done) return propagate(done);
  return Audience(audience.snapshot(), std::move(shards));
}

// One chunk after another, in order of ids.
Result<Audience> keepInOrder(const Audience& audience, const FilterContext& context, const KeepInChunk& keep) {
  std::vector<Bitmap> shards;
  for (ShardIndex shard = 0; shard < audience.shardCount(); ++shard) {
    auto kept = keepInShard(audience, shard, context, keep);
    if (!kept) return propagate(kept);
    shards.push_back(*std::move(kept));
  }
  return Audience(audience.snapshot(), std::move(shards));
}

// Decides, chunk by chunk in order of ids, which contacts have a value that was seen before.
class Deduplication {
 public:
  Deduplication(const Snapshot& snapshot, FieldId field) : snapshot_(snapshot), field_(field) {}

  Result<void> operator()(ShardIndex shard, ChunkIndex chunk, const ContainerView& members, ChunkWords& kept) {
    const FieldShard* field = snapshot_.shards[shard]->field(field_);
    if (field == nullptr) {
      expand(members, kept);
      return {};
    }
    auto present = load(field->present);
    if (!present) return propagate(present);
    ChunkWords held;
    expand((*present)->chunk(chunk), held);
    return std::visit(
        [&](const auto& columns) {
          return keepFirst(columns, chunk, members, [&](std::uint16_t place, const auto& seenBefore) {
            if (!held.test(place) || !seenBefore()) kept.set(place);
          });
        },
        field->columns);
  }

 private:
  template <class Keep>
  Result<void> keepFirst(const CodedColumns& columns, ChunkIndex chunk, const ContainerView& members,
                         const Keep& keep) {
    auto codes = load(columns.codes[chunk]);
    if (!codes) return propagate(codes);
    (*codes)->forEachAt(placesOf(members, room_), [&](std::uint16_t place, Code code) {
      keep(place, [&] {
        if (code >= seenCodes_.size())
          seenCodes_.resize(std::max<std::size_t>(code + std::size_t{1}, 2 * seenCodes_.size()));
        const bool before = seenCodes_[code];
        seenCodes_[code] = true;
        return before;
      });
    });
    return {};
  }
  template <class Keep>
  Result<void> keepFirst(const NumberColumns& columns, ChunkIndex chunk, const ContainerView& members,
                         const Keep& keep) {
    if (auto read = numbers_.read(columns.numbers[chunk], members.cardinality); !read) return propagate(read);
    forEachValue(members, [&](std::uint16_t place) { keep(place, [&] { return !seen_.insert(numbers_[place]); }); });
    return {};
  }
  template <class Keep>
  Result<void> keepFirst(const TextColumns& columns, ChunkIndex chunk, const ContainerView& members, const Keep& keep) {
    auto strings = load(columns.strings[chunk]);
    if (!strings) return propagate(strings);
    forEachValue(members, [&](std::uint16_t place) { keep(place, [&] { return !seen_.insert((**strings)[place]); }); });
    return {};
  }
  template <class Keep>
  Result<void> keepFirst(const SetColumns&, ChunkIndex, const ContainerView&, const Keep&) {
    return fail(ErrorCode::internal, "de-duplication by a set was not refused");
  }

  const Snapshot& snapshot_;
  FieldId field_;
  std::vector<bool> seenCodes_;
  SeenValues seen_;
  NumberReader numbers_;
  std::vector<std::uint16_t> room_;
};

// A bijection of 64 bits (the finaliser of SplitMix64), so that the hashes of distinct ids are distinct.
std::uint64_t sampleHash(std::uint64_t seed, ContactId contact) {
  std::uint64_t hash = seed * 0x9E3779B97F4A7C15 + contact + 0x9E3779B97F4A7C15;
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
  return hash ^ (hash >> 31);
}

// Calls f(hash) for every contact of a shard.
template <class F>
void forEachHash(const Audience& audience, ShardIndex shard, std::uint64_t seed, const F& f) {
  audience.shard(shard).forEach([&](LocalId id) { f(sampleHash(seed, contactAt(shard, id))); });
}

// The size-th least hash of an audience's contacts, of which there are more. Counted by the hash's first bits, so that
// only those of one bin are collected.
Result<std::uint64_t> hashAtRank(const Audience& audience, std::uint64_t size, std::uint64_t seed,
                                 const Executor& executor) {
  constexpr int kBinBits = 16;
  std::vector<std::uint64_t> bins(std::size_t{1} << kBinBits, 0);
  std::mutex mutex;
  auto counted = forEachUntilError(audience.shardCount(), executor, [&](std::size_t shard) -> Result<void> {
    std::vector<std::uint32_t> own(bins.size(), 0);
    forEachHash(audience, static_cast<ShardIndex>(shard), seed,
                [&](std::uint64_t hash) { ++own[hash >> (64 - kBinBits)]; });
    const std::lock_guard lock(mutex);
    for (std::size_t bin = 0; bin < bins.size(); ++bin) bins[bin] += own[bin];
    return {};
  });
  if (!counted) return propagate(counted);
  std::uint64_t below = 0;
  std::size_t wanted = 0;
  while (below + bins[wanted] < size) below += bins[wanted++];
  std::vector<std::uint64_t> hashes;
  for (ShardIndex shard = 0; shard < audience.shardCount(); ++shard) {
    forEachHash(audience, shard, seed, [&](std::uint64_t hash) {
      if (hash >> (64 - kBinBits) == wanted) hashes.push_back(hash);
    });
  }
  const auto at = hashes.begin() + static_cast<std::ptrdiff_t>(size - below - 1);
  std::nth_element(hashes.begin(), at, hashes.end());
  return *at;
}

}  // namespace

Result<void> FilterContext::checkCancelled() const {
  if (cancelled == nullptr || !cancelled->load(std::memory_order_relaxed)) return {};
  return fail(ErrorCode::cancelled, "the export was cancelled");
}

Result<Audience> withoutHoldout(const Audience& audience, std::string_view name, std::uint32_t buckets,
                                const FilterContext& context) {
  const Snapshot& snapshot = *audience.snapshot();
  const Intervals others = buckets < kBucketCount ? Intervals{{buckets, kBucketCount - 1}} : Intervals();
  return keepInParallel(
      audience, context,
      [&](ShardIndex shard, ChunkIndex chunk, const ContainerView& members, ChunkWords& kept) -> Result<void> {
        Scratch scratch;
        auto left = findInBuckets(snapshot.shards[shard]->keys[chunk], name, others, members, Want::contacts, scratch);
        if (!left) return propagate(left);
        expand(*left, kept);
        return {};
      });
}

Result<Audience> withoutDuplicates(const Audience& audience, const Field& field, const FilterContext& context) {
  Deduplication deduplication(*audience.snapshot(), field.id);
  return keepInOrder(audience, context, std::ref(deduplication));
}

Result<Audience> sampleOf(const Audience& audience, std::uint64_t size, std::uint64_t seed,
                          const FilterContext& context) {
  if (size == 0) return Audience(audience.snapshot(), std::vector<Bitmap>(audience.shardCount()));
  const bool all = size >= audience.count();
  const auto last = all ? Result<std::uint64_t>(~std::uint64_t{0}) : hashAtRank(audience, size, seed, context.executor);
  if (!last) return tl::unexpected(last.error());
  return keepInParallel(
      audience, context,
      [&](ShardIndex shard, ChunkIndex chunk, const ContainerView& members, ChunkWords& kept) -> Result<void> {
        forEachValue(members, [&](std::uint16_t place) {
          if (sampleHash(seed, contactAt(shard, LocalId{chunk} << kChunkBits | place)) <= *last) kept.set(place);
        });
        return {};
      });
}

Result<Audience> afterContact(const Audience& audience, ContactId contact, const FilterContext& context) {
  return keepInParallel(
      audience, context,
      [&](ShardIndex shard, ChunkIndex chunk, const ContainerView& members, ChunkWords& kept) -> Result<void> {
        const ContactId first = contactAt(shard, LocalId{chunk} << kChunkBits);
        if (first > contact) expand(members, kept);
        if (first > contact || first + (kChunkSize - 1) <= contact) return {};
        forEachValue(members, [&](std::uint16_t place) {
          if (contactAt(shard, LocalId{chunk} << kChunkBits | place) > contact) kept.set(place);
        });
        return {};
      });
}

}  // namespace roster
