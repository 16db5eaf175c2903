#include "core/eval/word_kernels.h"

#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck/gtest.h>

#include "core/data/container.h"
#include "tests/support/random_containers.h"

namespace roster {
namespace {

// Words at an odd address, since kernels take any.
class Words {
 public:
  explicit Words(const std::vector<std::uint16_t>& values = {}, std::size_t shift = 0)
      : bytes_(sizeof(ChunkWords) + 64), shift_(shift) {
    std::memset(bytes_.data(), 0, bytes_.size());
    for (const std::uint16_t value : values) data()[value >> 6] |= std::uint64_t{1} << (value & 63);
  }
  std::uint64_t* data() { return bytes_.at<std::uint64_t>(8 * shift_); }
  bool test(std::uint32_t bit) { return (data()[bit >> 6] >> (bit & 63)) & 1; }

 private:
  Buffer bytes_;
  std::size_t shift_;
};

TEST(WordKernels, BestLevelIsTheLastOfAll) {
  const auto all = allWordKernels();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().level, "portable");
  EXPECT_EQ(wordKernels().level, all.back().level);
}

RC_GTEST_PROP(WordKernels, EveryLevelIsSetAlgebra, (std::uint32_t seed)) {
  RandomSource random(seed);
  Words a(randomValues(random), random.below(8));
  Words b(randomValues(random), random.below(8));
  std::uint32_t inA = 0;
  std::uint32_t inBoth = 0;
  std::uint32_t inAny = 0;
  for (std::uint32_t bit = 0; bit < kChunkSize; ++bit) {
    inA += a.test(bit);
    inBoth += a.test(bit) && b.test(bit);
    inAny += a.test(bit) || b.test(bit);
  }
  for (const WordKernels& kernels : allWordKernels()) {
    RC_ASSERT(kernels.count(a.data()) == inA);
    RC_ASSERT(kernels.andCount(a.data(), b.data()) == inBoth);
    RC_ASSERT(kernels.andNotCount(a.data(), b.data()) == inA - inBoth);
    const auto expectStored = [&](auto kernel, std::uint32_t count, auto combine) {
      Words out({}, random.below(8));
      Words aliased = Words({}, 1);
      std::copy_n(a.data(), kChunkWords, aliased.data());
      RC_ASSERT(kernel(a.data(), b.data(), out.data()) == count);
      RC_ASSERT(kernel(aliased.data(), b.data(), aliased.data()) == count);
      for (std::uint32_t w = 0; w < kChunkWords; ++w) {
        RC_ASSERT(out.data()[w] == combine(a.data()[w], b.data()[w]));
        RC_ASSERT(aliased.data()[w] == out.data()[w]);
      }
    };
    expectStored(kernels.andTo, inBoth, [](std::uint64_t x, std::uint64_t y) { return x & y; });
    expectStored(kernels.andNotTo, inA - inBoth, [](std::uint64_t x, std::uint64_t y) { return x & ~y; });
    expectStored(kernels.orTo, inAny, [](std::uint64_t x, std::uint64_t y) { return x | y; });
  }
}

RC_GTEST_PROP(WordKernels, EveryLevelComparesSlices, (std::uint32_t seed)) {
  RandomSource random(seed);
  const auto bits = static_cast<std::uint32_t>(random.chance(20) ? random.below(65) : random.below(8));
  const std::uint64_t mask = bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
  const std::uint64_t absent = random.chance(30) ? random.bits() : 0;  // slices that are empty
  std::vector<std::uint64_t> values(kChunkSize);
  std::vector<std::unique_ptr<Words>> words;
  for (std::uint32_t k = 0; k < bits; ++k)
    words.push_back(std::make_unique<Words>(std::vector<std::uint16_t>(), k % 8));
  for (std::uint32_t at = 0; at < kChunkSize; ++at) {
    values[at] = random.bits() & mask & ~absent;
    for (std::uint32_t k = 0; k < bits; ++k) words[k]->data()[at >> 6] |= ((values[at] >> k) & 1) << (at & 63);
  }
  std::array<const std::uint64_t*, 64> slices{};
  for (std::uint32_t k = 0; k < bits; ++k) slices[k] = ((absent >> k) & 1) != 0 ? nullptr : words[k]->data();
  const auto bound = [&] { return random.chance(50) ? values[random.below(kChunkSize)] : random.bits() & mask; };
  std::uint64_t low = random.chance(20) ? 0 : bound();
  std::uint64_t high = random.chance(20) ? mask : bound();
  if (low > high) std::swap(low, high);
  Words within(randomValues(random), random.below(8));
  for (const WordKernels& kernels : allWordKernels()) {
    Words out({}, random.below(8));
    std::uint32_t expected = 0;
    const std::uint32_t count = kernels.sliceRange(slices.data(), bits, low, high, within.data(), out.data());
    for (std::uint32_t at = 0; at < kChunkSize; ++at) {
      const bool matches = within.test(at) && low <= values[at] && values[at] <= high;
      RC_ASSERT(out.test(at) == matches);
      expected += matches;
    }
    RC_ASSERT(count == expected);
  }
}

}  // namespace
}  // namespace roster
