// A map of numbers in one array does what std::map does, whichever numbers are missing.
#include "core/base/numbered_map.h"

#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "tests/support/random_source.h"

namespace roster {
namespace {

using Map = NumberedMap<std::string>;
using Model = std::map<std::uint32_t, std::string>;

void expectEqual(const Map& map, const Model& model, std::uint32_t most) {
  ASSERT_EQ(std::vector<Map::value_type>(map.begin(), map.end()),
            std::vector<Map::value_type>(model.begin(), model.end()));
  ASSERT_EQ(map.size(), model.size());
  for (std::uint32_t number = 0; number <= most + 1; ++number) {
    ASSERT_EQ(map.contains(number), model.contains(number)) << number;
    if (const auto found = model.find(number); found != model.end()) {
      ASSERT_EQ(map.find(number)->second, found->second);
    }
  }
}

TEST(NumberedMap, IsTheModelAfterEveryChange) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomSource random(seed);
    const auto most = static_cast<std::uint32_t>(random.between(1, 40));
    Map map;
    Model model;
    for (int step = 0; step < 60; ++step) {
      const auto number = static_cast<std::uint32_t>(random.between(0, most));
      const std::string value = std::to_string(step);
      switch (random.between(0, 4)) {
        case 0:
          map.erase(number);
          model.erase(number);
          break;
        case 1: map[number] = model[number] = value; break;
        case 2:
          map.eraseIf([&](const auto& entry) { return entry.first % 7 == number % 7; });
          std::erase_if(model, [&](const auto& entry) { return entry.first % 7 == number % 7; });
          break;
        default: ASSERT_EQ(map.emplace(number, value).second, model.emplace(number, value).second); break;
      }
      ASSERT_NO_FATAL_FAILURE(expectEqual(map, model, most)) << "seed " << seed << ", step " << step;
    }
  }
}

TEST(NumberedMap, NumbersThatAreNotFromOneOnAreFoundToo) {
  Map map;
  for (const std::uint32_t number : {4'294'967'295U, 0U, 70U, 3U}) map[number] = std::to_string(number);
  ASSERT_EQ(map.size(), 4U);
  EXPECT_EQ(map.begin()->first, 0U);
  for (const std::uint32_t number : {4'294'967'295U, 0U, 70U, 3U}) {
    ASSERT_TRUE(map.contains(number));
    EXPECT_EQ(map.find(number)->second, std::to_string(number));
  }
  for (const std::uint32_t number : {1U, 2U, 4U, 71U, 4'294'967'294U}) EXPECT_FALSE(map.contains(number)) << number;
}

}  // namespace
}  // namespace roster
