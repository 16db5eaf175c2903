#include "core/data/packed_numbers.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "core/base/buffer.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// Packed numbers with the bytes they lie in.
struct Packed {
  explicit Packed(const std::vector<std::int64_t>& numbers) {
    ByteWriter to;
    PackedNumbers::encode(numbers, to);
    bytes = Buffer::copyOf(to.bytes());
    const auto viewed = PackedNumbers::view(bytes.view(), static_cast<std::uint32_t>(numbers.size()));
    EXPECT_TRUE(viewed);
    if (viewed) view = *viewed;
  }
  Buffer bytes;
  PackedNumbers view;
};

void expectSame(const PackedNumbers& packed, const std::vector<std::int64_t>& numbers) {
  ASSERT_EQ(packed.size(), numbers.size());
  std::array<std::int64_t, PackedNumbers::kGroup> group{};
  for (std::uint32_t at = 0; at < numbers.size(); ++at) {
    if (at % PackedNumbers::kGroup == 0) packed.expand(at / PackedNumbers::kGroup, group.data());
    ASSERT_EQ(packed[at], numbers[at]) << at;
    ASSERT_EQ(group[at % PackedNumbers::kGroup], numbers[at]) << at;
    if (const auto bits = packed.bitsOf(at / PackedNumbers::kGroup)) {
      const bool isNext = (((*bits)[at % PackedNumbers::kGroup / 64] >> (at % 64)) & 1) != 0;
      ASSERT_EQ(packed.leastOf(at / PackedNumbers::kGroup) + (isNext ? 1 : 0), numbers[at]) << at;
    }
  }
}

TEST(PackedNumbers, AreBitsWhereThereAreTwoThatAreNeighbours) {
  std::vector<std::int64_t> numbers(3 * PackedNumbers::kGroup, 7);
  numbers[130] = 8;
  numbers[300] = 9;
  const Packed packed(numbers);
  ASSERT_TRUE(packed.view.bitsOf(0));
  EXPECT_EQ(*packed.view.bitsOf(0), (PackedNumbers::GroupBits{0, 0}));
  ASSERT_TRUE(packed.view.bitsOf(1));
  EXPECT_EQ(*packed.view.bitsOf(1), (PackedNumbers::GroupBits{4, 0}));
  EXPECT_FALSE(packed.view.bitsOf(2));
}

TEST(PackedNumbers, AreWhatWasPackedInEveryWidth) {
  RandomSource random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const std::size_t count : {1U, 127U, 128U, 129U, 1000U}) {
      std::vector<std::int64_t> numbers(count);
      for (auto& number : numbers) {
        const std::uint64_t bits = width == 0 ? 0 : random.bits() >> (64 - width);
        number = static_cast<std::int64_t>(static_cast<std::uint64_t>(width == 64 ? kLeast : -1000) + bits);
      }
      const Packed packed(numbers);
      ASSERT_NO_FATAL_FAILURE(expectSame(packed.view, numbers)) << width;
      ASSERT_EQ(packed.view.byteSize(), packed.bytes.size());
    }
  }
}

TEST(PackedNumbers, HoldTheExtremesSideBySide) {
  const std::vector<std::int64_t> numbers = {kLeast, kMost, 0, -1, kMost, kLeast};
  expectSame(Packed(numbers).view, numbers);
}

TEST(PackedNumbers, TakeTheRoomThatDistancesNeed) {
  std::vector<std::int64_t> numbers(128, 1'700'000'000'000);
  EXPECT_EQ(Packed(numbers).bytes.size(), 8 + 8 + 0 + 8U);
  numbers.back() += 7;
  EXPECT_EQ(Packed(numbers).bytes.size(), 8 + 8 + 3 * 16 + 8U);
}

TEST(PackedNumbers, FindWhereABoundLiesAmongNumbersThatAscend) {
  RandomSource random(2);
  for (const std::size_t count : {1U, 128U, 300U, 1000U}) {
    std::vector<std::int64_t> numbers(count);
    for (auto& number : numbers) number = random.between(-200, 200);
    std::sort(numbers.begin(), numbers.end());
    const Packed packed(numbers);
    for (std::int64_t bound = -203; bound <= 203; ++bound) {
      const auto expected = std::lower_bound(numbers.begin(), numbers.end(), bound) - numbers.begin();
      ASSERT_EQ(packed.view.lowerBound(bound), expected) << bound;
      const auto from = static_cast<std::uint32_t>(random.below(count + 1));
      ASSERT_EQ(packed.view.lowerBound(bound, from), std::max<std::int64_t>(from, expected)) << bound << ' ' << from;
    }
  }
}

TEST(PackedNumbers, RefuseBytesThatCannotHoldThem) {
  const Packed packed({1, 2, 3000});
  EXPECT_FALSE(PackedNumbers::view(packed.bytes.view(), 129));
  EXPECT_FALSE(PackedNumbers::view(packed.bytes.view().substr(0, packed.bytes.size() - 8), 3));
  EXPECT_FALSE(PackedNumbers::view({}, 3));
  Buffer damaged = Buffer::copyOf(packed.bytes.view());
  *damaged.at<std::uint32_t>(8) = 63;  // a width between those that one load reads and 64
  EXPECT_FALSE(PackedNumbers::view(damaged.view(), 3));
}

}  // namespace
}  // namespace roster
