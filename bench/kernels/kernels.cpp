#include "bench/kernels/kernels.h"

#include <array>
#include <memory>
#include <numeric>
#include <utility>

#include "bench/kernels/analytic_kernels.h"
#include "bench/kernels/event_kernels.h"
#include "bench/kernels/kernel_data.h"
#include "bench/kernels/program_kernels.h"
#include "bench/kernels/scan_kernels.h"
#include "core/eval/container_algebra.h"
#include "core/eval/text_search.h"
#include "core/eval/word_kernels.h"

namespace roster::bench {

namespace {

using Algebra = ContainerView (*)(const ContainerView&, const ContainerView&, Scratch&);

void addPairs(Dice& dice, std::vector<Kernel>& kernels) {
  constexpr std::array<std::pair<ContainerKind, const char*>, 3> kForms = {
      {{ContainerKind::array, "array"}, {ContainerKind::bitset, "bitset"}, {ContainerKind::run, "run"}}};
  constexpr std::array<std::pair<Algebra, const char*>, 3> kAlgebra = {
      {{&intersect, "intersect"}, {&subtract, "subtract"}, {&unite, "unite"}}};
  const auto scratch = std::make_shared<Scratch>();
  for (const auto& [left, leftName] : kForms) {
    for (const auto& [right, rightName] : kForms) {
      const HeldPtr a = ofForm(dice, left);
      const HeldPtr b = ofForm(dice, right);
      const std::string pair = std::string("/") + leftName + "-" + rightName;
      const auto inBoth = [a, b](std::uint32_t place) { return a->words.test(place) && b->words.test(place); };
      const auto inOne = [a, b](std::uint32_t place) { return a->words.test(place) && !b->words.test(place); };
      const auto inAny = [a, b](std::uint32_t place) { return a->words.test(place) || b->words.test(place); };
      kernels.push_back({"intersect-count" + pair, [a, b] { return intersectCount(a->view(), b->view()); },
                         [inBoth] { return countWhere(inBoth); }});
      for (const auto& [algebra, name] : kAlgebra) {
        std::function<std::uint32_t()> plain = [inBoth] { return countWhere(inBoth); };
        if (algebra == Algebra(&subtract)) plain = [inOne] { return countWhere(inOne); };
        if (algebra == Algebra(&unite)) plain = [inAny] { return countWhere(inAny); };
        const Algebra run = algebra;
        kernels.push_back({name + pair,
                           [a, b, run, scratch] {
                             const Scratch::Mark mark(*scratch);
                             return run(a->view(), b->view(), *scratch).cardinality;
                           },
                           std::move(plain)});
      }
    }
  }
}

std::vector<HeldPtr> bitsets(Dice& dice, std::size_t count) {
  std::vector<HeldPtr> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back(scattered(dice, 3 + dice.below(8), ContainerKind::bitset));
  return all;
}

std::vector<WordsPtr> wordsOf(const std::vector<HeldPtr>& operands) {
  std::vector<WordsPtr> words;
  words.reserve(operands.size());
  for (const HeldPtr& operand : operands) words.push_back(operand->words.data());
  return words;
}

// The operands of a pass, ready to be handed over.
struct PassOperands {
  std::vector<std::vector<WordsPtr>> words;
  std::vector<WordGroup> groups;
};

// Groups of operands, the last `negated` of them excluded.
Kernel passOf(Dice& dice, std::string name, const std::vector<std::size_t>& sizes, std::size_t negated) {
  std::vector<std::vector<HeldPtr>> held;
  held.reserve(sizes.size());
  for (const std::size_t size : sizes) held.push_back(bitsets(dice, size));
  const auto isNegated = [sizes, negated](std::size_t i) { return i + negated >= sizes.size(); };
  const auto operands = std::make_shared<PassOperands>();
  for (const auto& group : held) operands->words.push_back(wordsOf(group));
  for (std::size_t i = 0; i < held.size(); ++i) operands->groups.push_back({operands->words[i], isNegated(i)});
  const auto run = [operands] { return wordKernels().combine(operands->groups, nullptr); };
  const auto plain = [held, isNegated] {
    return countWhere([&](std::uint32_t place) {
      for (std::size_t i = 0; i < held.size(); ++i) {
        bool any = false;
        for (const HeldPtr& operand : held[i]) any = any || operand->words.test(place);
        if (any == isNegated(i)) return false;
      }
      return true;
    });
  };
  return {std::move(name), run, plain};
}

Kernel thresholdOf(Dice& dice, std::string name, std::size_t operands, std::uint32_t minimum) {
  const std::vector<HeldPtr> held = bitsets(dice, operands);
  const HeldPtr within = scattered(dice, 1, ContainerKind::bitset);
  const auto run = [words = wordsOf(held), within, minimum] {
    const auto maximum = static_cast<std::uint32_t>(words.size());
    return wordKernels().threshold(words, minimum, maximum, within->words.data(), nullptr);
  };
  const auto plain = [held, minimum] {
    return countWhere([&](std::uint32_t place) {
      std::uint32_t count = 0;
      for (const HeldPtr& operand : held) count += operand->words.test(place);
      return count >= minimum;
    });
  };
  return {std::move(name), run, plain};
}

Kernel rangeOf(Dice& dice, std::string name, std::size_t bits, std::uint64_t low, std::uint64_t high) {
  const std::vector<HeldPtr> slices = bitsets(dice, bits);
  const HeldPtr within = scattered(dice, 2, ContainerKind::bitset);
  const auto run = [words = wordsOf(slices), within, low, high] {
    return wordKernels().range({words}, low, high, within->words.data(), nullptr);
  };
  const auto plain = [slices, within, low, high] {
    return countWhere([&](std::uint32_t place) {
      std::uint64_t value = 0;
      for (std::size_t k = 0; k < slices.size(); ++k) value |= std::uint64_t{slices[k]->words.test(place)} << k;
      return within->words.test(place) && low <= value && value <= high;
    });
  };
  return {std::move(name), run, plain};
}

// Told by one number: each region's count times one more than its bits.
std::uint32_t digestOf(const std::vector<std::uint64_t>& counts) {
  std::uint64_t digest = 0;
  for (std::size_t region = 0; region < counts.size(); ++region) digest += (region + 1) * counts[region];
  return static_cast<std::uint32_t>(digest);
}

Kernel regionsOf(Dice& dice, std::string name, std::size_t operands) {
  const std::vector<HeldPtr> held = bitsets(dice, operands);
  const auto run = [words = wordsOf(held)] {
    std::vector<std::uint64_t> counts(std::size_t{1} << words.size(), 0);
    wordKernels().regions(words, counts.data());
    return digestOf(counts);
  };
  const auto plain = [held] {
    std::vector<std::uint64_t> counts(std::size_t{1} << held.size(), 0);
    for (std::uint32_t place = 0; place < kChunkSize; ++place) {
      std::size_t region = 0;
      for (std::size_t i = 0; i < held.size(); ++i) region |= std::size_t{held[i]->words.test(place)} << i;
      ++counts[region];
    }
    return digestOf(counts);
  };
  return {std::move(name), run, plain};
}

// Strings as long as addresses are, of few letters, so that the needle's ends occur often and all of it seldom.
Kernel textSearch(Dice& dice, std::string name, std::string needle) {
  std::string text;
  std::vector<std::uint32_t> ends;
  for (int i = 0; i < 20'000; ++i) {
    for (std::uint32_t letters = 16 + dice.below(16); letters != 0; --letters) {
      text += static_cast<char>('a' + dice.below(12));
    }
    ends.push_back(static_cast<std::uint32_t>(text.size()));
  }
  const auto strings = std::make_shared<const StringChunk>(StringChunk::encode(ends, text));
  const auto run = [strings, needle] {
    std::uint32_t count = 0;
    forEachStringWith(*strings, needle, [&](std::uint16_t at) {
      count += (*strings)[at].find(needle) != std::string_view::npos ? 1 : 0;
    });
    return count;
  };
  const auto plain = [strings, needle] {
    std::uint32_t count = 0;
    for (std::uint32_t at = 0; at < strings->size(); ++at) {
      count += (*strings)[at].find(needle) != std::string_view::npos ? 1 : 0;
    }
    return count;
  };
  return {std::move(name), run, plain};
}

// An array from the bits of a chunk: the sum of its places.
Kernel placesOf(Dice& dice, std::string name, std::uint32_t every) {
  const HeldPtr held = scattered(dice, every, ContainerKind::bitset);
  const auto sumOf = [](std::span<const std::uint16_t> places) {
    return std::accumulate(places.begin(), places.end(), std::uint32_t{0});
  };
  const auto run = [held, sumOf, room = std::make_shared<std::vector<std::uint16_t>>(kChunkSize)] {
    const std::uint32_t count = wordKernels().places(held->words.data(), room->data());
    return sumOf(std::span(*room).first(count));
  };
  return {std::move(name), run, [held, sumOf] { return sumOf(held->values); }};
}

}  // namespace

std::vector<Kernel> makeKernels() {
  Dice dice(20261123);
  std::vector<Kernel> kernels;
  addPairs(dice, kernels);
  kernels.push_back(passOf(dice, "pass/all-of-2", {1, 1}, 0));
  kernels.push_back(passOf(dice, "pass/all-of-5", {1, 1, 1, 1, 1}, 0));
  kernels.push_back(passOf(dice, "pass/any-of-16", {16}, 0));
  kernels.push_back(passOf(dice, "pass/two-of-two-without-two", {2, 2, 2}, 1));
  kernels.push_back(thresholdOf(dice, "threshold/3-of-8", 8, 3));
  kernels.push_back(thresholdOf(dice, "threshold/5-of-20", 20, 5));
  kernels.push_back(rangeOf(dice, "range/one-sided", 20, 1000, ~std::uint64_t{0}));
  kernels.push_back(rangeOf(dice, "range/two-sided", 20, 1001, 500'000));
  kernels.push_back(regionsOf(dice, "regions/of-3", 3));
  kernels.push_back(regionsOf(dice, "regions/of-8", 8));
  kernels.push_back(textSearch(dice, "text/four-letters", "abca"));
  addPrograms(kernels);
  addScans(kernels);
  addAnalytics(kernels);
  addEvents(kernels);
  kernels.push_back(placesOf(dice, "places/of-128", kChunkSize / 128));
  kernels.push_back(placesOf(dice, "places/of-1024", kChunkSize / 1024));
  return kernels;
}

}  // namespace roster::bench
