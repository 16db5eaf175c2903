#include "core/data/packed_values.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <set>

#include "core/data/value_merge.h"
#include "tests/support/damage.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

using ValueMap = std::map<Code, std::set<LocalId>>;

PackedValues encode(const ValueMap& values) {
  std::vector<Code> codes;
  std::vector<std::uint32_t> ends;
  std::vector<LocalId> contacts;
  for (const auto& [code, held] : values) {
    codes.push_back(code);
    contacts.insert(contacts.end(), held.begin(), held.end());
    ends.push_back(static_cast<std::uint32_t>(contacts.size()));
  }
  return PackedValues::encode(codes, ends, contacts);
}

RC_GTEST_PROP(PackedValues, IsAMap, (std::uint32_t seed)) {
  RandomSource random(seed);
  ValueMap values;
  for (std::uint64_t i = random.below(40); i != 0; --i) {
    values[static_cast<Code>(1 + random.below(60))].insert(static_cast<LocalId>(random.below(kShardSize)));
  }
  const auto packed = PackedValues::decode(Buffer::copyOf(encode(values).encoded()));
  RC_ASSERT(packed.has_value());
  RC_ASSERT(packed->size() == values.size());
  for (Code code = 0; code < 65; ++code) {
    const auto held = packed->find(code);
    const auto& expected = values[code];
    RC_ASSERT(std::equal(held.begin(), held.end(), expected.begin(), expected.end()));
  }
}

TEST(PackedValues, EmptyFindsNothing) {
  EXPECT_TRUE(PackedValues().find(1).empty());
  EXPECT_TRUE(PackedValues().codes().empty());
  const auto decoded = PackedValues::decode(Buffer::copyOf(encode({}).encoded()));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->find(1).empty());
}

TEST(PackedValues, AValueOfFewContactsCostsTensOfBytes) {
  constexpr std::size_t kValues = 1000;
  for (const LocalId contacts : {1U, 3U, 10U}) {
    ValueMap values;
    for (Code code = 1; code <= kValues; ++code) {
      for (LocalId i = 0; i < contacts; ++i) values[code].insert(code + i * 70'000);
    }
    const PackedValues packed = encode(values);
    EXPECT_LE(packed.byteSize(), kValues * (8 + 4 * contacts) + kCacheLine) << contacts;
  }
}

TEST(PackedValues, NobodyHoldsTheCodeOfNoValue) {
  EXPECT_FALSE(PackedValues::decode(Buffer::copyOf(encode({{kNoCode, {7}}, {5, {1}}}).encoded())));
  EXPECT_TRUE(PackedValues::decode(Buffer::copyOf(encode({{1, {7}}, {5, {1}}}).encoded())));
}

TEST(PackedValues, DamageIsRefusedOrHarmless) {
  std::uint64_t sink = 0;
  forEachDamage(encode({{1, {7}}, {5, {1, 2, kShardSize - 1}}, {300, {9, 10}}}).encoded(),
                [&](const std::string& damaged) {
                  const auto packed = PackedValues::decode(Buffer::copyOf(damaged));
                  if (!packed) return;
                  for (std::uint32_t i = 0; i < packed->size(); ++i) {
                    for (const LocalId contact : packed->contactsAt(i)) ASSERT_LT(contact, kShardSize);
                    sink += packed->find(packed->codes()[i]).size();
                  }
                });
  EXPECT_NE(sink, 0U);
}

ValueMap contentsOf(const ValueIndex& index) {
  ValueMap values;
  for (const DenseValue& dense : index.dense) {
    const auto bitmap = load(dense.bitmap).value();
    EXPECT_EQ(bitmap->cardinality(), dense.cardinality);
    EXPECT_GE(dense.cardinality, kDenseValueMinimum / 2);
    for (const LocalId id : bitmap->toVector()) values[dense.code].insert(id);
  }
  const auto packed = load(index.packed).value();
  for (std::uint32_t i = 0; i < packed->size(); ++i) {
    const auto held = packed->contactsAt(i);
    EXPECT_LT(held.size(), kDenseValueMinimum);
    EXPECT_FALSE(values.contains(packed->codes()[i]));
    values[packed->codes()[i]] = {held.begin(), held.end()};
  }
  return values;
}

// Values grow past the limit of the packed block and shrink back, under codes of one to four bytes.
RC_GTEST_PROP(ValueMerge, IsAMapOfSets, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::vector<Code> codes{1, 2, 3, 255, 256, 70'000, 20'000'000, 0xFFFFFFFF};
  ValueMap model;
  ValueIndex index;
  for (int round = 0; round < 12; ++round) {
    std::map<std::pair<LocalId, Code>, bool> edits;
    const bool growing = random.chance(60);
    for (std::uint64_t i = random.below(300); i != 0; --i) {
      const auto contact = static_cast<LocalId>(random.below(150) * 7000);
      edits[{contact, random.pick(codes)}] = growing ? random.chance(90) : random.chance(10);
    }
    std::vector<MembershipEdit> list;
    for (const auto& [edit, add] : edits) {
      list.emplace_back(edit.second, edit.first, add);
      if (add) model[edit.second].insert(edit.first);
      else model[edit.second].erase(edit.first);
    }
    index = mergeValues(index, std::move(list)).value();
    std::erase_if(model, [](const auto& value) { return value.second.empty(); });
    RC_ASSERT(contentsOf(index) == model);
  }
}

}  // namespace
}  // namespace roster
