// Comparisons by the algebra of bit slices, against the numbers themselves.
#include "bench/hand_slices.h"

#include <gtest/gtest.h>
#include <random>

namespace roster::bench {
namespace {

// A bit-sliced index of numbers; contact i has number i, or none where it is below -1000.
struct Sliced {
  explicit Sliced(const std::vector<std::int64_t>& numbers) : present(roaring_bitmap_create()) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    for (const std::int64_t number : numbers) {
      if (number < -1000) continue;
      least = std::min(least, number);
      most = std::max(most, number);
    }
    index.base = least;
    index.greatest = static_cast<std::uint64_t>(most - least);
    index.present = present.get();
    for (std::uint64_t rest = index.greatest; rest != 0; rest /= 2) index.slices.emplace_back(roaring_bitmap_create());
    for (std::uint32_t contact = 0; contact < numbers.size(); ++contact) {
      if (numbers[contact] < -1000) continue;
      roaring_bitmap_add(present.get(), contact);
      for (std::size_t bit = 0; bit < index.slices.size(); ++bit) {
        const auto distance = static_cast<std::uint64_t>(numbers[contact] - least);
        if (((distance >> bit) & 1) != 0) roaring_bitmap_add(index.slices[bit].get(), contact);
      }
    }
  }

  RoaringPtr present;
  BitSlices index;
};

TEST(HandSlices, CompareAsTheNumbersDo) {
  std::mt19937 random(5);
  std::vector<std::int64_t> numbers(3000);
  for (std::int64_t& number : numbers) number = random() % 10 == 0 ? -5000 : static_cast<int>(random() % 300) - 40;
  const Sliced sliced(numbers);
  for (std::int64_t limit = -45; limit <= 265; ++limit) {
    std::uint64_t above = 0;
    std::uint64_t within = 0;
    for (const std::int64_t number : numbers) {
      above += number > limit ? 1 : 0;
      within += number >= limit && number <= limit + 17 ? 1 : 0;
    }
    ASSERT_EQ(countGreaterThan(sliced.index, limit), above) << limit;
    ASSERT_EQ(roaring_bitmap_get_cardinality(greaterThan(sliced.index, limit).get()), above) << limit;
    ASSERT_EQ(countBetween(sliced.index, limit, limit + 17), within) << limit;
  }
}

TEST(HandSlices, OneNumberAloneHasNoSlices) {
  const Sliced sliced({7, 7, 7});
  EXPECT_EQ(countGreaterThan(sliced.index, 6), 3U);
  EXPECT_EQ(countGreaterThan(sliced.index, 7), 0U);
  EXPECT_EQ(roaring_bitmap_get_cardinality(greaterThan(sliced.index, 7).get()), 0U);
}

}  // namespace
}  // namespace roster::bench
