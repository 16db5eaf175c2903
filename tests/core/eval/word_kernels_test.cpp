#include "core/eval/word_kernels.h"

#include <algorithm>
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

TEST(WordKernels, BestLevelIsTheFirstOfAll) {
  const auto all = allWordKernels();
  ASSERT_GT(all.size(), 1U);
  EXPECT_EQ(wordKernels().level, all.front().level);
}

// The bits for which a condition holds, and how many they are.
struct Expected {
  ChunkWords words;
  std::uint32_t count = 0;

  template <class Condition>
  explicit Expected(const Condition& condition) {
    words.clear();
    for (std::uint32_t at = 0; at < kChunkSize; ++at) {
      if (!condition(at)) continue;
      words.set(at);
      ++count;
    }
  }
  bool equals(const Word* other) const { return std::equal(other, other + kChunkWords, words.data()); }
};

// Calls a kernel so that it stores, stores over an operand, and stores nothing; all must give what is expected.
template <class Kernel>
void requireHolds(RandomSource& random, Words& operand, const Kernel& kernel, const Expected& expected) {
  Words stored({}, random.below(8));
  RC_ASSERT(kernel(operand.data(), stored.data()) == expected.count);
  RC_ASSERT(expected.equals(stored.data()));
  RC_ASSERT(kernel(operand.data(), nullptr) == expected.count);
  Words aliased({}, 1);
  std::copy_n(operand.data(), kChunkWords, aliased.data());
  RC_ASSERT(kernel(aliased.data(), aliased.data()) == expected.count);
  RC_ASSERT(expected.equals(aliased.data()));
}

std::vector<std::unique_ptr<Words>> randomWords(RandomSource& random, std::size_t count) {
  std::vector<std::unique_ptr<Words>> words;
  for (std::size_t i = 0; i < count; ++i) {
    words.push_back(std::make_unique<Words>(randomValues(random), random.below(8)));
  }
  return words;
}

RC_GTEST_PROP(WordKernels, EveryLevelCombinesGroups, (std::uint32_t seed)) {
  RandomSource random(seed);
  std::vector<std::vector<std::unique_ptr<Words>>> words;
  std::vector<bool> negated;
  const std::size_t count = 1 + random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    words.push_back(randomWords(random, 1 + random.below(3)));
    negated.push_back(i > 0 && random.chance(40));
  }
  const Expected expected([&](std::uint32_t at) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool any = std::any_of(words[i].begin(), words[i].end(), [&](const auto& w) { return w->test(at); });
      if (any == negated[i]) return false;
    }
    return true;
  });
  for (const WordKernels& kernels : allWordKernels()) {
    const auto combine = [&](WordsPtr first, Word* out) {
      std::vector<std::vector<WordsPtr>> operands(count);
      std::vector<WordGroup> groups;
      for (std::size_t i = 0; i < count; ++i) {
        for (const auto& each : words[i]) operands[i].push_back(each->data());
        if (i == 0) operands[0][0] = first;
        groups.push_back({operands[i], negated[i]});
      }
      return kernels.combine(groups, out);
    };
    requireHolds(random, *words[0][0], combine, expected);
  }
}

RC_GTEST_PROP(WordKernels, EveryLevelCountsUpToThresholds, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::size_t count = random.chance(20) ? random.below(40) : random.below(9);
  const auto words = randomWords(random, count);
  const auto minimum = static_cast<std::uint32_t>(random.below(count + 1));
  const auto maximum = static_cast<std::uint32_t>(minimum + random.below(count + 3));
  Words within(randomValues(random), random.below(8));
  const Expected expected([&](std::uint32_t at) {
    std::uint32_t held = 0;
    for (const auto& each : words) held += each->test(at);
    return within.test(at) && minimum <= held && held <= maximum;
  });
  std::vector<WordsPtr> operands;
  for (const auto& each : words) operands.push_back(each->data());
  for (const WordKernels& kernels : allWordKernels()) {
    const auto threshold = [&](WordsPtr first, Word* out) {
      return kernels.threshold(operands, minimum, maximum, first, out);
    };
    requireHolds(random, within, threshold, expected);
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
  const Expected expected([&](std::uint32_t at) { return within.test(at) && low <= values[at] && values[at] <= high; });
  for (const WordKernels& kernels : allWordKernels()) {
    const auto range = [&](WordsPtr first, Word* out) {
      return kernels.range({std::span<const WordsPtr>(slices).first(bits)}, low, high, first, out);
    };
    requireHolds(random, within, range, expected);
  }
}

RC_GTEST_PROP(WordKernels, EveryLevelCountsRegions, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::size_t count = 1 + random.below(kMaxRegionOperands);
  const auto words = randomWords(random, count);
  std::vector<WordsPtr> operands;
  for (const auto& each : words) operands.push_back(each->data());
  std::vector<std::uint64_t> expected(std::size_t{1} << count, 7);
  for (std::uint32_t at = 0; at < kChunkSize; ++at) {
    std::size_t region = 0;
    for (std::size_t i = 0; i < count; ++i) region |= std::size_t{words[i]->test(at)} << i;
    ++expected[region];
  }
  for (const WordKernels& kernels : allWordKernels()) {
    std::vector<std::uint64_t> counts(expected.size(), 7);  // it adds to what is there
    kernels.regions(operands, counts.data());
    RC_ASSERT(counts == expected);
  }
}

RC_GTEST_PROP(WordKernels, EveryLevelTellsPlaces, (std::uint32_t seed)) {
  RandomSource random(seed);
  Words words(randomValues(random), random.below(8));
  std::vector<std::uint16_t> expected;
  for (std::uint32_t at = 0; at < kChunkSize; ++at) {
    if (words.test(at)) expected.push_back(static_cast<std::uint16_t>(at));
  }
  for (const WordKernels& kernels : allWordKernels()) {
    std::vector<std::uint16_t> places(kChunkSize);
    places.resize(kernels.places(words.data(), places.data()));
    RC_ASSERT(places == expected);
  }
}

RC_GTEST_PROP(WordKernels, EveryLevelSlices, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::uint32_t bits = static_cast<std::uint32_t>(random.below(17));
  const std::size_t words = random.below(20);
  const std::size_t at = random.below(kChunkWords - 20);
  std::vector<std::uint16_t> values(64 * words);
  for (std::uint16_t& value : values) value = static_cast<std::uint16_t>(random.bits());
  for (const WordKernels& kernels : allWordKernels()) {
    std::vector<std::unique_ptr<Words>> sliced;
    std::vector<Word*> slices;
    for (std::uint32_t k = 0; k < bits; ++k) {
      sliced.push_back(std::make_unique<Words>(std::vector<std::uint16_t>{0, kChunkSize - 1}, k % 8));
      slices.push_back(sliced.back()->data());
    }
    kernels.slice(values, slices, at);
    for (std::uint32_t k = 0; k < bits; ++k) {
      const Expected expected([&](std::uint32_t place) {
        if (place / 64 < at || place / 64 >= at + words) return place == 0 || place == kChunkSize - 1;  // left alone
        return ((values[place - 64 * at] >> k) & 1) != 0;
      });
      RC_ASSERT(expected.equals(slices[k]));
    }
  }
}

}  // namespace
}  // namespace roster
