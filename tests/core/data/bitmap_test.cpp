#include "core/data/bitmap.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

#include "tests/support/damage.h"
#include "tests/support/random_containers.h"

namespace roster {
namespace {

std::vector<LocalId> randomMembers(RandomSource& random) {
  std::vector<LocalId> ids;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    if (!random.chance(25)) continue;
    for (const std::uint16_t value : randomValues(random)) ids.push_back((chunk << kChunkBits) | value);
  }
  return ids;
}

TEST(Bitmap, EmptyHoldsNobody) {
  const Bitmap empty;
  EXPECT_TRUE(empty.empty());
  EXPECT_EQ(empty.cardinality(), 0U);
  EXPECT_FALSE(empty.contains(0));
  EXPECT_FALSE(empty.contains(kShardSize - 1));
  EXPECT_EQ(empty.rank(kShardSize - 1), 0U);
  EXPECT_TRUE(Bitmap::decode(Buffer())->empty());
  EXPECT_TRUE(empty == Bitmap::fromSorted({}));
}

RC_GTEST_PROP(Bitmap, IsASet, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::vector<LocalId> ids = randomMembers(random);
  const Bitmap bitmap = Bitmap::fromSorted(ids);
  RC_ASSERT(bitmap.toVector() == ids);
  RC_ASSERT(bitmap.cardinality() == ids.size());
  RC_ASSERT(bitmap.empty() == ids.empty());
  for (int i = 0; i < 20; ++i) {
    const auto id = static_cast<LocalId>(random.below(kShardSize));
    RC_ASSERT(bitmap.contains(id) == std::binary_search(ids.begin(), ids.end(), id));
    RC_ASSERT(bitmap.rank(id) == static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), id) - ids.begin()));
  }
  const auto decoded = Bitmap::decode(Buffer::copyOf(bitmap.encoded()));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == bitmap);
  if (!ids.empty()) {
    const std::vector<LocalId> fewer(ids.begin(), ids.end() - 1);
    RC_ASSERT(!(Bitmap::fromSorted(fewer) == bitmap));
  }
}

TEST(Bitmap, EqualInAnyForm) {
  RandomSource random(3);
  const auto values = valuesOf(ChunkShape::fewRuns, random);
  ContainerPackBuilder bits;
  bits.add(2, OwnedContainer(values, ContainerKind::bitset).view());
  ContainerPackBuilder runs;
  runs.add(2, OwnedContainer(values, ContainerKind::run).view());
  EXPECT_TRUE(Bitmap::fromBuilder(std::move(bits)) == Bitmap::fromBuilder(std::move(runs)));
}

std::vector<MemberEdit> randomEdits(const std::vector<LocalId>& ids, RandomSource& random) {
  std::map<LocalId, bool> edits;
  const std::uint64_t count = random.chance(20) ? 5000 : random.below(30);
  const auto chunk = static_cast<LocalId>(random.below(kChunksPerShard));
  for (std::uint64_t i = 0; i < count; ++i) {
    const bool near = random.chance(50);
    auto id = static_cast<LocalId>(near ? (chunk << kChunkBits) + random.below(kChunkSize) : random.below(kShardSize));
    if (!ids.empty() && random.chance(40)) id = random.pick(ids);
    edits[id] = random.chance(50);
  }
  // Sometimes a whole chunk is filled or emptied.
  const std::uint64_t whole = random.below(4);
  for (LocalId value = 0; whole < 2 && value < kChunkSize; ++value) edits[(chunk << kChunkBits) | value] = whole == 0;
  std::vector<MemberEdit> list;
  for (const auto& [id, add] : edits) list.push_back({id, add});
  return list;
}

RC_GTEST_PROP(Bitmap, EditsAsASet, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::vector<LocalId> ids = randomMembers(random);
  const std::vector<MemberEdit> edits = randomEdits(ids, random);
  const Bitmap old = Bitmap::fromSorted(ids);
  const Bitmap edited = applyEdits(old, edits);

  std::set<LocalId> model(ids.begin(), ids.end());
  for (const MemberEdit& edit : edits) {
    if (edit.add) model.insert(edit.id);
    else model.erase(edit.id);
  }
  RC_ASSERT(edited.toVector() == std::vector<LocalId>(model.begin(), model.end()));
  RC_ASSERT(edited.cardinality() == model.size());
  RC_ASSERT(old.toVector() == ids);
  const auto decoded = Bitmap::decode(Buffer::copyOf(edited.encoded()));
  RC_ASSERT(decoded.has_value());
}

TEST(Bitmap, CrossesTheEdgeBetweenArrayAndBitset) {
  std::vector<LocalId> ids;
  for (LocalId i = 0; i < kMaxStoredArray; ++i) ids.push_back(i * 3);
  const Bitmap array = Bitmap::fromSorted(ids);
  EXPECT_EQ(array.chunk(0).kind, ContainerKind::array);
  const std::vector<MemberEdit> add{{1, true}};
  const Bitmap bits = applyEdits(array, add);
  EXPECT_EQ(bits.chunk(0).kind, ContainerKind::bitset);
  EXPECT_EQ(bits.cardinality(), kMaxStoredArray + 1);
  const std::vector<MemberEdit> remove{{1, false}};
  EXPECT_EQ(applyEdits(bits, remove).encoded(), array.encoded());
}

TEST(Bitmap, DamageIsRefusedOrHarmless) {
  RandomSource random(5);
  for (const ChunkShape shape : {ChunkShape::few, ChunkShape::oneRun, ChunkShape::full, ChunkShape::leastBitset}) {
    std::vector<LocalId> ids{5};
    for (const std::uint16_t value : valuesOf(shape, random)) ids.push_back((15U << kChunkBits) | value);
    forEachDamage(Bitmap::fromSorted(ids).encoded(), [](const std::string& damaged) {
      const auto bitmap = Bitmap::decode(Buffer::copyOf(damaged));
      if (!bitmap) return;
      const auto members = bitmap->toVector();
      ASSERT_EQ(members.size(), bitmap->cardinality());
      if (!members.empty()) {
        ASSERT_LT(members.back(), kShardSize);
      }
      ASSERT_EQ(bitmap->rank(kShardSize - 1) + bitmap->contains(kShardSize - 1), members.size());
    });
  }
}

TEST(Bitmap, AChunkBeyondTheShardIsRefused) {
  ContainerPackBuilder builder;
  builder.addArray(kChunksPerShard, std::vector<std::uint16_t>{1});
  Buffer bytes(builder.packedSize());
  builder.writeTo(bytes.data());
  EXPECT_FALSE(Bitmap::decode(std::move(bytes)));
}

}  // namespace
}  // namespace roster
