// Rows of a few places are found as by a plain loop, at every level of vector instructions.
#include "core/eval/event_kernels.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <utility>
#include <vector>

#include "core/eval/few_places.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

std::vector<std::uint16_t> randomPlaces(std::size_t count, std::uint16_t below, RandomSource& random) {
  std::vector<std::uint16_t> places(count);
  for (std::uint16_t& place : places) place = static_cast<std::uint16_t>(random.below(below));
  return places;
}

std::vector<std::uint64_t> found(std::span<const std::uint16_t> rows, std::span<const std::uint16_t> places) {
  std::vector<std::uint64_t> bits((rows.size() + 63) / 64);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::ranges::find(places, rows[i]) != places.end()) bits[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return bits;
}

TEST(EventKernels, FindRowsAtEveryLevel) {
  RandomSource random(1);
  const auto all = allEventKernels();
  ASSERT_FALSE(all.empty());
  for (const EventKernels& kernels : all) {
    for (const std::size_t words : {1U, 2U, 5U}) {
      for (const std::size_t count : {1U, 2U, 7U, 24U}) {
        const auto rows = randomPlaces(words * 64, 40, random);
        const auto places = randomPlaces(count, 60, random);
        std::vector<std::uint64_t> bits(words, ~std::uint64_t{0});
        kernels.find(rows, places, bits.data());
        EXPECT_EQ(bits, found(rows, places)) << kernels.level << ' ' << words << ' ' << count;
      }
    }
  }
}

TEST(EventKernels, FindNumbersWithinBoundsAtEveryLevel) {
  RandomSource random(3);
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::pair<std::int64_t, std::int64_t> bounds[] = {{0, 0},       {-3, 4},         {5, kMost},
                                                          {kLeast, -1}, {kLeast, kMost}, {4, 3}};
  for (const EventKernels& kernels : allEventKernels()) {
    std::vector<std::int64_t> numbers(256);
    for (std::int64_t& number : numbers) number = random.between(-9, 9);
    numbers[3] = kLeast;
    numbers[200] = kMost;
    for (const auto& [low, high] : bounds) {
      std::vector<std::uint64_t> bits(4, ~std::uint64_t{0});
      kernels.within(numbers, low, high, bits.data());
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        ASSERT_EQ((bits[i / 64] >> (i % 64)) & 1, low <= numbers[i] && numbers[i] <= high ? 1U : 0U)
            << kernels.level << ' ' << numbers[i] << " in " << low << " to " << high;
      }
    }
  }
}

TEST(FewPlaces, FindRowsOfAnyNumberOfPlaces) {
  RandomSource random(2);
  for (const std::size_t count : {1U, 24U, 25U, 300U}) {
    for (const std::size_t size : {1U, 63U, 64U, 130U}) {
      FewPlaces few;
      for (const std::uint16_t place : randomPlaces(count, 500, random)) few.insert(place);
      const auto rows = randomPlaces(size, 700, random);
      std::vector<std::uint64_t> bits((size + 63) / 64, ~std::uint64_t{0});
      few.find(rows, bits.data());
      EXPECT_EQ(bits, found(rows, few.places())) << count << ' ' << size;
    }
  }
}

TEST(FewPlaces, AreNoneAfterBeingCleared) {
  FewPlaces few;
  few.insert(7);
  few.insert(65'535);
  few.insert(7);
  EXPECT_EQ(few.size(), 2U);
  EXPECT_TRUE(few.contains(65'535));
  few.clear();
  EXPECT_EQ(few.size(), 0U);
  EXPECT_FALSE(few.contains(7));
}

}  // namespace
}  // namespace roster
