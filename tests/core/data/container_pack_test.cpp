#include "core/data/container_pack.h"

#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>
#include <set>

#include "tests/support/damage.h"
#include "tests/support/random_containers.h"

namespace roster {
namespace {

Buffer packed(ContainerPackBuilder& builder) {
  Buffer bytes(builder.packedSize());
  builder.writeTo(bytes.data());
  return bytes;
}

ChunkWords wordsOf(const std::vector<std::uint16_t>& values) {
  ChunkWords words;
  words.clear();
  for (const std::uint16_t value : values) words.set(value);
  return words;
}

std::vector<std::uint16_t> countingBy(std::uint32_t step, std::uint32_t count) {
  std::vector<std::uint16_t> values;
  for (std::uint32_t i = 0; i < count; ++i) values.push_back(static_cast<std::uint16_t>(i * step));
  return values;
}

// The form and size in bytes of the one container that is made of these values, from a list and from bits.
void expectForm(const std::vector<std::uint16_t>& values, ContainerKind kind) {
  ContainerPackBuilder fromList;
  fromList.addArray(0, values);
  ContainerPackBuilder fromWords;
  fromWords.addWords(0, wordsOf(values));
  const Buffer a = packed(fromList);
  const Buffer b = packed(fromWords);
  EXPECT_EQ(ContainerPackView(a.data())[0].kind, kind);
  EXPECT_EQ(a.view(), b.view());
}

TEST(ContainerPack, PicksRunsWhereTheyAreShortestAndBitsFromSomeDensityOn) {
  expectForm({0}, ContainerKind::array);
  expectForm({65535}, ContainerKind::array);
  expectForm(countingBy(2, kMaxStoredArray), ContainerKind::array);
  expectForm(countingBy(2, kMaxStoredArray + 1), ContainerKind::bitset);
  expectForm(countingBy(1, 65536), ContainerKind::run);
  expectForm(countingBy(1, 4), ContainerKind::run);    // 6 bytes against 8
  expectForm(countingBy(1, 3), ContainerKind::array);  // 6 bytes against 6
}

TEST(ContainerPack, ManyLongRunsAreShorterAsBits) {
  // 16,384 runs of three: 64 KiB as runs, 96 KiB as an array.
  std::vector<std::uint16_t> values;
  for (std::uint32_t i = 0; i < kChunkSize; ++i) {
    if (i % 4 != 3) values.push_back(static_cast<std::uint16_t>(i));
  }
  expectForm(values, ContainerKind::bitset);
}

TEST(ContainerPack, EmptyPackHasNoContainer) {
  ContainerPackBuilder builder;
  builder.addArray(0, {});
  builder.addWords(1, wordsOf({}));
  builder.add(2, {});
  EXPECT_EQ(builder.size(), 0U);
  const Buffer bytes = packed(builder);
  const auto pack = ContainerPackView::validate(bytes.data(), bytes.size());
  ASSERT_TRUE(pack);
  EXPECT_EQ(pack->tagMask(), 0U);
  EXPECT_EQ(pack->cardinality(), 0U);
  EXPECT_TRUE(pack->find(0, 5).empty());
  EXPECT_EQ(ContainerPackView().size(), 0U);
}

TEST(ContainerPack, BuilderIsEmptyAfterWriting) {
  ContainerPackBuilder builder;
  builder.addArray(3, std::vector<std::uint16_t>{1});
  const Buffer first = packed(builder);
  EXPECT_EQ(builder.size(), 0U);
  EXPECT_EQ(builder.cardinality(), 0U);
  builder.addArray(3, std::vector<std::uint16_t>{1});
  EXPECT_EQ(packed(builder).view(), first.view());
}

RC_GTEST_PROP(ContainerPack, RoundTripsEveryMixOfForms, (std::uint32_t seed)) {
  RandomSource random(seed);
  ContainerPackBuilder builder;
  std::map<std::uint32_t, std::vector<std::uint16_t>> expected;
  std::size_t total = 0;
  for (std::uint32_t tag = static_cast<std::uint32_t>(random.below(20)); tag < kMaxPackTags;
       tag += 1 + static_cast<std::uint32_t>(random.below(25))) {
    const auto values = randomValues(random);
    switch (random.below(3)) {
      case 0: builder.addArray(tag, values); break;
      case 1: builder.addWords(tag, wordsOf(values)); break;
      default:
        if (values.size() == kChunkSize) builder.addFull(tag);
        else if (!values.empty()) builder.add(tag, OwnedContainer(values, ContainerKind::bitset).view());
    }
    if (!values.empty()) expected[tag] = values;
    total += values.size();
  }
  const Buffer bytes = packed(builder);
  const auto pack = ContainerPackView::validate(bytes.data(), bytes.size());
  RC_ASSERT(pack.has_value());
  RC_ASSERT(pack->cardinality() == total);
  RC_ASSERT(pack->size() == expected.size());
  for (std::uint32_t tag = 0; tag < kMaxPackTags; ++tag) {
    const ContainerView view = pack->find(pack->tagMask(), tag);
    RC_ASSERT(toVector(view) == expected[tag]);
    RC_ASSERT(faultOf(view).empty());
  }
}

RC_GTEST_PROP(Container, AnswersAsASetInEveryForm, (std::uint32_t seed)) {
  RandomSource random(seed);
  const auto values = randomValues(random);
  RC_PRE(!values.empty());
  const std::set<std::uint16_t> model(values.begin(), values.end());
  std::vector<ContainerKind> kinds{ContainerKind::bitset, ContainerKind::run};
  if (values.size() <= kMaxArrayCardinality) kinds.push_back(ContainerKind::array);
  for (const ContainerKind kind : kinds) {
    const OwnedContainer container(values, kind);
    RC_ASSERT(toVector(container.view()) == values);
    for (int i = 0; i < 200; ++i) {
      const auto value = static_cast<std::uint16_t>(random.bits());
      RC_ASSERT(container.view().contains(value) == model.contains(value));
    }
    RC_ASSERT(container.view().contains(0) == model.contains(0));
    RC_ASSERT(container.view().contains(65535) == model.contains(65535));
    ChunkWords words;
    words.fill();
    expand(container.view(), words);
    RC_ASSERT(words.words == wordsOf(values).words);
    RC_ASSERT(countBits(words) == values.size());
    const std::uint32_t runs = OwnedContainer(values, ContainerKind::run).view().runs;
    RC_ASSERT(countRuns(words.data(), kChunkSize) == runs);
    RC_ASSERT(countRuns(words.data(), runs) == runs);
    RC_ASSERT(countRuns(words.data(), runs / 2) > runs / 2);
    words.clear();
    words.set(77);
    addTo(container.view(), words);
    RC_ASSERT(countBits(words) == values.size() + (model.contains(77) ? 0 : 1));
  }
}

// Everything that can be asked of a pack that was accepted.
void readAll(const ContainerPackView& pack) {
  std::uint64_t total = 0;
  for (std::uint32_t tag = 0; tag < kMaxPackTags; ++tag) {
    const ContainerView view = pack.find(pack.tagMask(), tag);
    ASSERT_EQ(faultOf(view), "");
    total += view.cardinality;
  }
  ASSERT_EQ(total, pack.cardinality());
}

TEST(ContainerPack, DamageIsRefusedOrHarmless) {
  RandomSource random(7);
  const std::vector<std::vector<ChunkShape>> mixes = {{},
                                                      {ChunkShape::first},
                                                      {ChunkShape::few, ChunkShape::oneRun, ChunkShape::last},
                                                      {ChunkShape::full, ChunkShape::full},
                                                      {ChunkShape::leastBitset, ChunkShape::few},
                                                      {ChunkShape::longestArray}};
  for (const auto& mix : mixes) {
    ContainerPackBuilder builder;
    std::uint32_t tag = 0;
    for (const ChunkShape shape : mix) builder.addArray(tag += 3, valuesOf(shape, random));
    const Buffer bytes = packed(builder);
    forEachDamage(bytes.view(), [](const std::string& damaged) {
      const Buffer copy = Buffer::copyOf(damaged);
      const auto pack = ContainerPackView::validate(copy.data(), copy.size());
      if (pack) readAll(*pack);
      else EXPECT_EQ(pack.error().code, ErrorCode::dataLoss);
    });
  }
}

TEST(ContainerPack, AnArrayLongerThanABitsetIsRefused) {
  const auto values = countingBy(1, kMaxArrayCardinality + 1);
  ContainerPackBuilder builder;
  builder.add(0, {values.data(), kMaxArrayCardinality + 1, 0, ContainerKind::array});
  const Buffer bytes = packed(builder);
  EXPECT_FALSE(ContainerPackView::validate(bytes.data(), bytes.size()));
}

}  // namespace
}  // namespace roster
