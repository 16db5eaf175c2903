#include "core/data/set_patch.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <vector>

#include "tests/support/random_source.h"

namespace roster {
namespace {

constexpr ChunkIndex kChunk = 3;

using SetModel = std::map<std::uint16_t, std::set<Code>>;

void expectHolds(const SetColumns& columns, const SetModel& model, std::uint32_t size) {
  const auto sets = PatchedSets::load(columns, kChunk);
  ASSERT_TRUE(sets);
  EXPECT_EQ(sets->size(), size);
  for (std::uint32_t place = 0; place < size + 2; ++place) {
    const auto held = (*sets)[place];
    const auto expected = model.find(static_cast<std::uint16_t>(place));
    if (expected == model.end()) ASSERT_TRUE(held.empty()) << place;
    else ASSERT_EQ(std::set<Code>(held.begin(), held.end()), expected->second) << place;
  }
}

// Changes some contacts, as one batch does.
void change(SetColumns& columns, SetModel& model, std::uint32_t contacts, std::uint32_t below, RandomSource& random) {
  SetModel changed;
  for (std::uint32_t i = 0; i < contacts; ++i) {
    std::set<Code>& set = changed[static_cast<std::uint16_t>(random.below(below))];
    for (auto codes = random.below(4); codes != 0; --codes) set.insert(1 + static_cast<Code>(random.below(9)));
  }
  std::vector<std::vector<Code>> codes;
  std::vector<PlacedSet> sets;
  for (const auto& [place, set] : changed) codes.emplace_back(set.begin(), set.end());
  for (auto own = codes.begin(); const auto& [place, set] : changed) sets.push_back({place, *own++});
  PatchedSets::load(columns, kChunk)->replace(sets, OldSets::mayStay, columns, kChunk);
  for (auto& [place, set] : changed) model[place] = std::move(set);
}

TEST(PatchedSets, AreThoseOfAModelWhateverIsPatchedOrRewritten) {
  RandomSource random(20261125);
  SetColumns columns;
  SetModel model;
  change(columns, model, 4000, 8000, random);
  EXPECT_EQ(columns.patches[kChunk], nullptr);  // all of it is new
  std::set<const void*> written;
  std::size_t patched = 0;
  for (int batch = 0; batch < 300; ++batch) {
    const SetColumns before = columns;
    const SetModel held = model;
    change(columns, model, 1 + static_cast<std::uint32_t>(random.below(12)), 9000, random);
    patched += columns.patches[kChunk] != nullptr ? 1 : 0;
    written.insert(columns.sets[kChunk].get());
    const std::uint32_t size = model.rbegin()->first + std::uint32_t{1};
    if (batch % 20 == 0) expectHolds(before, held, held.rbegin()->first + std::uint32_t{1});
    ASSERT_NO_FATAL_FAILURE(expectHolds(columns, model, size));
  }
  EXPECT_GT(patched, 250U);
  EXPECT_GT(written.size(), 3U);
  EXPECT_LT(written.size(), 50U);
}

TEST(PatchedSets, WhatGoesForGoodIsInNoPieceAnyMore) {
  RandomSource random(7);
  SetColumns columns;
  SetModel model;
  change(columns, model, 4000, 4000, random);
  change(columns, model, 3, 4000, random);
  ASSERT_NE(columns.patches[kChunk], nullptr);
  const PlacedSet cleared{17, {}};
  PatchedSets::load(columns, kChunk)->replace({&cleared, 1}, OldSets::goForGood, columns, kChunk);
  EXPECT_EQ(columns.patches[kChunk], nullptr);
  EXPECT_TRUE((**columns.sets[kChunk]->get())[17].empty());
  model[17].clear();
  expectHolds(columns, model, model.rbegin()->first + std::uint32_t{1});
}

TEST(PatchedSets, APatchStaysSmallBesideItsColumn) {
  RandomSource random(5);
  SetColumns columns;
  SetModel model;
  change(columns, model, 30'000, 60'000, random);
  for (int batch = 0; batch < 100; ++batch) {
    change(columns, model, 40, 60'000, random);
    const auto& patch = columns.patches[kChunk];
    if (patch == nullptr) continue;
    EXPECT_LE((*patch->get())->encoded().size(), columns.sets[kChunk]->bytes() / 16);
  }
}

}  // namespace
}  // namespace roster
