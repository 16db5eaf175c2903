#include "core/base/grouping.h"

#include <gtest/gtest.h>
#include <map>

#include "tests/support/random_source.h"

namespace roster {
namespace {

std::vector<std::uint32_t> listed(std::span<const std::uint32_t> indices) { return {indices.begin(), indices.end()}; }

TEST(Grouping, KeepsTheOrderWithinAGroup) {
  const std::uint32_t groups[] = {2, 0, Grouping::kNone, 2, 0, 2};
  const Grouping grouping(6, 4, [&](std::uint32_t i) { return groups[i]; });
  EXPECT_EQ(grouping.groups(), 4U);
  EXPECT_EQ(listed(grouping[0]), (std::vector<std::uint32_t>{1, 4}));
  EXPECT_TRUE(grouping[1].empty());
  EXPECT_EQ(listed(grouping[2]), (std::vector<std::uint32_t>{0, 3, 5}));
  EXPECT_TRUE(grouping[3].empty());
  EXPECT_EQ(listed(grouping.all()), (std::vector<std::uint32_t>{1, 4, 0, 3, 5}));
}

TEST(Grouping, OfNothingIsEmpty) {
  const Grouping none(0, 3, [](std::uint32_t) { return 0U; });
  EXPECT_TRUE(none[2].empty());
  EXPECT_TRUE(none.all().empty());
  EXPECT_TRUE(Grouping(5, 0, [](std::uint32_t) { return Grouping::kNone; }).all().empty());
}

TEST(Grouping, IsThatOfAMap) {
  RandomSource random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::uint32_t> groups(random.below(500));
    for (std::uint32_t& group : groups) {
      group = random.chance(10) ? Grouping::kNone : static_cast<std::uint32_t>(random.below(20));
    }
    std::map<std::uint32_t, std::vector<std::uint32_t>> expected;
    for (std::uint32_t i = 0; i < groups.size(); ++i) expected[groups[i]].push_back(i);
    const Grouping grouping(static_cast<std::uint32_t>(groups.size()), 20, [&](std::uint32_t i) { return groups[i]; });
    for (std::uint32_t group = 0; group < 20; ++group) ASSERT_EQ(listed(grouping[group]), expected[group]);
  }
}

}  // namespace
}  // namespace roster
