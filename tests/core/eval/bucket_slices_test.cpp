#include "core/eval/bucket_slices.h"

#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "tests/support/random_containers.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

// Keeps everything.
class KeepingSource : public PieceSource {
 public:
  Result<KeptPtr> fetch(const PieceKey& key, Decode) override { return find(key); }
  KeptPtr find(const PieceKey& key) override {
    const auto found = kept_.find(key);
    return found == kept_.end() ? nullptr : found->second;
  }
  KeptPtr keep(const PieceKey& key, Decoded decoded) override {
    return kept_.emplace(key, std::make_shared<const Kept>(std::move(decoded))).first->second;
  }
  void release(const PieceKey&) noexcept override {}

  std::size_t size() const { return kept_.size(); }

 private:
  std::map<PieceKey, KeptPtr> kept_;
};

std::string keyAt(std::uint32_t place) { return "klient-" + std::to_string(place); }

SlotPtr<StringChunk> keysOf(std::uint32_t count) {
  std::vector<std::uint32_t> ends;
  std::string bytes;
  for (std::uint32_t place = 0; place < count; ++place) {
    bytes += keyAt(place);
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  return makeSlot(StringChunk::encode(ends, bytes));
}

Intervals randomIntervals(RandomSource& random) {
  const auto low = static_cast<std::int64_t>(random.below(kBucketCount / 2));
  const auto high = low + static_cast<std::int64_t>(random.below(3000));
  Intervals intervals = {{low, high}};
  if (random.chance(30)) intervals.push_back({high + 2, kBucketCount - 1});
  return intervals;
}

// A plain loop over the candidates.
std::vector<std::uint16_t> expected(std::string_view name, const Intervals& intervals,
                                    const std::vector<std::uint16_t>& candidates) {
  std::vector<std::uint16_t> found;
  for (const std::uint16_t place : candidates) {
    if (containsNumber(intervals, bucketOf(name, keyAt(place)))) found.push_back(place);
  }
  return found;
}

void expectFound(const SlotPtr<StringChunk>& keys, std::string_view name, RandomSource& random, std::uint32_t every) {
  std::vector<std::uint16_t> candidates;
  for (std::uint32_t place = 0; place < (*keys->get())->size(); ++place) {
    if (random.below(every) == 0) candidates.push_back(static_cast<std::uint16_t>(place));
  }
  const Intervals intervals = randomIntervals(random);
  Scratch scratch;
  for (const OwnedContainer& form : formsOf(candidates)) {
    const auto found = findInBuckets(keys, name, intervals, form.view(), Want::contacts, scratch);
    const auto counted = findInBuckets(keys, name, intervals, form.view(), Want::count, scratch);
    EXPECT_EQ(toVector(*found), expected(name, intervals, candidates));
    EXPECT_EQ(counted->cardinality, found->cardinality);
  }
}

TEST(BucketSlices, FindWhatAHashOfEveryKeyFinds) {
  RandomSource random(11);
  for (const std::uint32_t size : {1U, 100U, 20'000U, kChunkSize}) {
    for (const bool stored : {false, true}) {
      KeepingSource source;
      const auto keys = keysOf(size);
      if (stored) keys->markStored({PieceKind::keys, 1, 0, 2, 3}, source);
      for (const char* name : {"spring-test", "łatka", ""}) {
        for (const std::uint32_t every : {1000U, 100U, 3U, 1U, 1000U, 100U}) expectFound(keys, name, random, every);
      }
    }
  }
}

TEST(BucketSlices, AreMadeForManyCandidatesAndKept) {
  RandomSource random(12);
  KeepingSource source;
  const auto keys = keysOf(kChunkSize);
  keys->markStored({PieceKind::keys, 1, 0, 2, 3}, source);
  const std::size_t before = source.size();
  expectFound(keys, "a", random, 100);
  EXPECT_EQ(source.size(), before);
  expectFound(keys, "a", random, 2);
  EXPECT_EQ(source.size(), before + 1);
  expectFound(keys, "a", random, 2);
  EXPECT_EQ(source.size(), before + 1);
  expectFound(keys, "b", random, 2);
  EXPECT_EQ(source.size(), before + 2);
}

TEST(BucketSlices, OfAnotherNameWithTheSameHashAreNotTaken) {
  RandomSource random(13);
  KeepingSource source;
  const auto keys = keysOf(kChunkSize);
  keys->markStored({PieceKind::keys, 1, 0, 2, 3}, source);
  Scratch scratch;
  keys->keepDerived(PieceKind::buckets, static_cast<std::uint32_t>(hashBytes("a")),
                    std::make_shared<const BucketSlices>("b", **keys->get(), scratch));
  for (const std::uint32_t every : {1U, 100U}) expectFound(keys, "a", random, every);
}

// Keys of all lengths, some in other alphabets and some of erased contacts, in chunks that end within a word, at its
// end and where buckets are worked out together.
TEST(BucketSlices, HoldKeysOfEveryLength) {
  RandomSource random(14);
  Scratch scratch;
  for (const std::uint32_t size : {1U, 63U, 64U, 65U, 1023U, 1024U, 1025U, 3000U, kChunkSize - 1, kChunkSize}) {
    std::vector<std::uint32_t> ends;
    std::string bytes;
    for (std::uint32_t place = 0; place < size; ++place) {
      if (!random.chance(10)) bytes += keyAt(place) + (random.chance(20) ? "ę-ключ" : "");
      if (random.chance(2)) bytes.append(random.below(300), 'x');
      ends.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
    const StringChunk keys = StringChunk::encode(ends, bytes);
    for (const char* name : {"spring-test", "łatka", ""}) {
      const BucketSlices made(name, keys, scratch);
      for (std::uint32_t place = 0; place < size; ++place) {
        std::uint32_t bucket = 0;
        for (std::uint32_t k = 0; k < BucketSlices::kBits; ++k) {
          const ContainerView slice = made.slices().slice(k);
          if (!slice.empty() && slice.contains(static_cast<std::uint16_t>(place))) bucket |= 1U << k;
        }
        ASSERT_EQ(bucket, bucketOf(name, keys[place])) << place << " of " << size;
      }
    }
  }
}

TEST(BucketSlices, NobodyIsInNoBucketAndAMissingChunkHoldsNobody) {
  Scratch scratch;
  const auto keys = keysOf(1000);
  EXPECT_TRUE(findInBuckets(keys, "a", {}, fullContainer(), Want::contacts, scratch)->empty());
  EXPECT_TRUE(findInBuckets(nullptr, "a", {{0, 5}}, {}, Want::contacts, scratch)->empty());
}

}  // namespace
}  // namespace roster
