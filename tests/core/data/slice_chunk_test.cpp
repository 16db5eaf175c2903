#include "core/data/slice_chunk.h"

#include <bit>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

#include "tests/support/damage.h"
#include "tests/support/random_containers.h"

namespace roster {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

ChunkWords wordsOf(const std::vector<std::uint16_t>& values) {
  ChunkWords words;
  words.clear();
  for (const std::uint16_t value : values) words.set(value);
  return words;
}

// The slices bit by bit: contact i is in slice k exactly if bit k of its distance from the base is set.
void expectSlices(const SliceChunk& chunk, const std::vector<std::uint16_t>& present,
                  const std::vector<std::int64_t>& numbers) {
  std::int64_t least = kHighest;
  std::int64_t greatest = kLowest;
  for (const std::uint16_t at : present) {
    least = std::min(least, numbers[at]);
    greatest = std::max(greatest, numbers[at]);
  }
  if (present.empty()) least = greatest = 0;
  const auto base = static_cast<std::uint64_t>(least);
  ASSERT_EQ(chunk.base(), least);
  ASSERT_EQ(chunk.bits(), static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(greatest) - base)));
  for (std::uint32_t k = 0; k < 64; ++k) {
    std::vector<std::uint16_t> expected;
    if (k >= chunk.bits()) {
      ASSERT_TRUE(chunk.slice(k).empty());
      continue;
    }
    for (const std::uint16_t at : present) {
      if (((static_cast<std::uint64_t>(numbers[at]) - base) >> k) & 1) expected.push_back(at);
    }
    ASSERT_EQ(toVector(chunk.slice(k)), expected) << "slice " << k;
  }
}

void expectBuilt(const std::vector<std::uint16_t>& present, const std::vector<std::int64_t>& numbers) {
  const SliceChunk chunk = SliceChunk::build(wordsOf(present), numbers);
  expectSlices(chunk, present, numbers);
  const auto decoded = SliceChunk::decode(Buffer::copyOf(chunk.encoded()));
  ASSERT_TRUE(decoded);
  expectSlices(*decoded, present, numbers);
}

TEST(SliceChunk, EachBitLiesInItsSliceAtItsContact) {
  // Contact 3 alone has bit 17, contact 64 alone bit 0: a transposition the wrong way round would swap them.
  std::vector<std::int64_t> numbers(65, 0);
  numbers[3] = 1 << 17;
  numbers[64] = 1;
  std::vector<std::uint16_t> all(65);
  for (std::uint16_t i = 0; i < 65; ++i) all[i] = i;
  expectBuilt(all, numbers);
}

TEST(SliceChunk, SpansAllOf64Bits) {
  expectBuilt({0, 1, 2, 3}, {kLowest, kHighest, 0, -1});
  expectBuilt({0}, {kLowest});
  expectBuilt({0}, {kHighest});
  expectBuilt({}, {});
  expectBuilt({1}, {5, -7});  // who has no value does not count
  expectBuilt({65535}, [] {
    std::vector<std::int64_t> numbers(kChunkSize, 100);
    numbers.back() = -3;
    return numbers;
  }());
}

TEST(SliceChunk, EmptyHasNoSlices) {
  EXPECT_EQ(SliceChunk().bits(), 0U);
  EXPECT_TRUE(SliceChunk().slice(0).empty());
}

RC_GTEST_PROP(SliceChunk, EqualsTheNaiveTransposition, (std::uint32_t seed)) {
  RandomSource random(seed);
  const auto present = randomValues(random);
  std::vector<std::int64_t> numbers(present.empty() ? 0 : std::size_t{present.back()} + 1);
  const std::uint64_t mask = ~std::uint64_t{0} >> random.below(64);
  const auto offset = random.chance(50) ? random.bits() : 0;
  for (auto& number : numbers) number = static_cast<std::int64_t>((random.bits() & mask) + offset);
  expectBuilt(present, numbers);
}

TEST(SliceChunk, DamageIsRefusedOrHarmless) {
  const SliceChunk chunk = SliceChunk::build(wordsOf({0, 1, 2, 700}), [] {
    std::vector<std::int64_t> numbers(701, 3);
    numbers[1] = 1000;
    return numbers;
  }());
  forEachDamage(chunk.encoded(), [](const std::string& damaged) {
    const auto decoded = SliceChunk::decode(Buffer::copyOf(damaged));
    if (!decoded) return;
    ASSERT_LE(decoded->bits(), 64U);
    for (std::uint32_t k = 0; k < 64; ++k) {
      ASSERT_EQ(faultOf(decoded->slice(k)), "");
      ASSERT_TRUE(k < decoded->bits() || decoded->slice(k).empty());
    }
  });
}

}  // namespace
}  // namespace roster
