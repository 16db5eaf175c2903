// Where one way of working on a chunk becomes faster than another one, under Google Benchmark: what the thresholds of
// core/eval are chosen by (docs/decisions/004).
//
//   filter/WAY/contacts:N/operands:K/near|far   N contacts that are left, through K dense operands, counted
//   settle/contacts:N                           an array from N bits of a chunk
//   numbers/WAY/contacts:N/near|far             N contacts that are left, through a comparison of 17 slices
//
// Ways: `array` looks each contact up, `bits` passes over all words, `digest` passes over the stripes of 512 bits that
// a digest says are not empty; `sorted` is a digest where the contacts lie in an eighth of the chunk. What is `near` is
// the same operands every time, in the first caches; what is `far` are 512 sets of them in turn. All ways must agree
// first.
#include <array>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>

#include "bench/crossovers/stripe_filter.h"
#include "bench/kernels/kernel_data.h"
#include "core/data/slice_chunk.h"
#include "core/eval/container_algebra.h"
#include "core/eval/number_search.h"

namespace roster::bench {

namespace {

constexpr std::uint32_t kFarSets = 512;
constexpr std::array<std::uint32_t, 9> kContacts = {16, 32, 64, 128, 256, 512, 1024, 2048, 4096};

// `count` contacts in random order, in the first `space` places of a chunk.
HeldPtr left(Dice& dice, std::uint32_t count, std::uint32_t space) {
  auto held = std::make_shared<Held>();
  held->words.clear();
  for (std::uint32_t set = 0; set < count;) {
    const std::uint32_t place = dice.below(space);
    if (held->words.test(place)) continue;
    held->words.set(place);
    ++set;
  }
  return finish(std::move(held), ContainerKind::array);
}

ContainerView bitsOf(const Held& held) {
  return {held.words.data(), static_cast<std::uint32_t>(held.values.size()), 0, ContainerKind::bitset};
}

// Several dense operands in one piece of memory a set, the sets one after another.
class DenseSets {
 public:
  DenseSets(Dice& dice, std::uint32_t operands, std::uint32_t sets) : operands_(operands), words_(operands * sets) {
    std::vector<HeldPtr> held;
    for (std::uint32_t i = 0; i < operands; ++i) held.push_back(scattered(dice, 4, ContainerKind::bitset));
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] = held[i % operands]->words;
  }

  // The next set in turn; all hold the same.
  std::span<const ChunkWords> next() {
    at_ = at_ + operands_ == words_.size() ? 0 : at_ + operands_;
    return std::span(words_).subspan(at_, operands_);
  }

 private:
  std::uint32_t operands_;
  std::vector<ChunkWords> words_;
  std::size_t at_ = 0;
};

std::uint32_t filterArray(const ContainerView& array, std::span<const ChunkWords> operands, Scratch& scratch) {
  const Scratch::Mark mark(scratch);
  ContainerView kept = array;
  for (const ChunkWords& operand : operands) {
    const ContainerView dense{operand.data(), kChunkSize / 4, 0, ContainerKind::bitset};
    if (&operand == &operands.back()) return intersectCount(kept, dense);
    kept = intersect(kept, dense, scratch);
  }
  return kept.cardinality;
}

std::uint32_t filterBits(const ChunkWords& bits, std::span<const ChunkWords> operands) {
  std::array<WordsPtr, 8> words{bits.data()};
  std::array<WordGroup, 8> groups{WordGroup{{words.data(), 1}}};
  std::size_t count = 1;
  for (const ChunkWords& operand : operands) {
    words[count] = operand.data();
    groups[count] = {{&words[count], 1}};
    ++count;
  }
  return wordKernels().combine(std::span<const WordGroup>(groups).first(count), nullptr);
}

// Where contacts lie and who knows it: a name's last part, and whether all ways gave the same count.
class Crossovers {
 public:
  bool addAll() {
    for (const std::uint32_t contacts : kContacts) {
      for (const std::uint32_t operands : {1U, 3U}) {
        for (const bool far : {false, true}) addFilter(contacts, operands, far);
      }
      addSettle(contacts);
      for (const bool far : {false, true}) addNumbers(contacts, far);
    }
    return agree_;
  }

 private:
  template <class Run>
  void add(const std::string& name, const Run& run, std::optional<std::uint32_t>& expected) {
    const std::uint32_t found = run();
    if (expected.value_or(found) != found) {
      fmt::print(stderr, "{} finds {} instead of {}\n", name, found, *expected);
      agree_ = false;
    }
    expected = found;
    benchmark::RegisterBenchmark(name.c_str(), [run](benchmark::State& state) {
      for (auto _ : state) benchmark::DoNotOptimize(run());
    });
  }

  void addFilter(std::uint32_t contacts, std::uint32_t operands, bool far) {
    const auto sets = std::make_shared<DenseSets>(dice_, operands, far ? kFarSets : 1);
    const HeldPtr spread = left(dice_, contacts, kChunkSize);
    const HeldPtr close = left(dice_, contacts, kChunkSize / 8);
    const auto nameOf = [&](const char* way) {
      return fmt::format("filter/{}/contacts:{}/operands:{}/{}", way, contacts, operands, far ? "far" : "near");
    };
    const auto scratch = std::make_shared<Scratch>();
    std::optional<std::uint32_t> count;
    add(
        nameOf("array"), [=] { return filterArray(spread->view(), sets->next(), *scratch); }, count);
    add(
        nameOf("bits"), [=] { return filterBits(spread->words, sets->next()); }, count);
    const auto byDigest = [&](const HeldPtr& held) {
      const auto stripes = std::make_shared<const Digest>(digestOf(held->words));
      return [=] { return countInStripes(held->words.data(), *stripes, sets->next()); };
    };
    add(nameOf("digest"), byDigest(spread), count);
    std::optional<std::uint32_t> closeCount = filterBits(close->words, sets->next());
    add(nameOf("sorted"), byDigest(close), closeCount);
  }

  void addSettle(std::uint32_t contacts) {
    const HeldPtr held = left(dice_, contacts, kChunkSize);
    const auto run = [held, room = std::make_shared<ChunkWords>()] {
      const std::uint32_t places =
          wordKernels().places(held->words.data(), reinterpret_cast<std::uint16_t*>(room->data()));
      benchmark::ClobberMemory();
      return places;
    };
    std::optional<std::uint32_t> count = contacts;
    add(fmt::format("settle/contacts:{}", contacts), run, count);
  }

  void addNumbers(std::uint32_t contacts, bool far) {
    ChunkWords everybody;
    everybody.fill();
    std::vector<std::int64_t> numbers;
    for (std::uint32_t place = 0; place < kChunkSize; ++place) numbers.push_back(dice_.below(1U << 17));
    const auto chunks = std::make_shared<std::vector<SliceChunk>>();
    for (std::uint32_t i = 0; i < (far ? kFarSets / 8 : 1); ++i)
      chunks->push_back(SliceChunk::build(everybody, numbers));
    const HeldPtr held = left(dice_, contacts, kChunkSize);
    const auto at = std::make_shared<std::size_t>(0);
    const auto scratch = std::make_shared<Scratch>();
    const auto next = [=]() -> const SliceChunk& { return (*chunks)[*at = (*at + 1) % chunks->size()]; };
    const auto nameOf = [&](const char* way) {
      return fmt::format("numbers/{}/contacts:{}/{}", way, contacts, far ? "far" : "near");
    };
    std::optional<std::uint32_t> count;
    const auto find = [=](const ContainerView& candidates) {
      const Scratch::Mark mark(*scratch);
      return findNumbers(&next(), {0, (1 << 17) - 1}, {{30'001, 70'000}}, candidates, Want::count, *scratch)
          .cardinality;
    };
    add(
        nameOf("bits"), [=] { return find(bitsOf(*held)); }, count);
    add(
        nameOf("array"), [=] { return find(held->view()); }, count);
    add(
        nameOf("lookup"),
        [=] {
          const SliceChunk& chunk = next();
          std::uint32_t found = 0;
          for (const std::uint16_t place : held->values) {
            std::uint64_t number = 0;
            for (std::uint32_t k = 0; k < chunk.bits(); ++k) {
              number |= (chunk.slice(k).words()[place >> 6] >> (place & 63) & 1) << k;
            }
            number += static_cast<std::uint64_t>(chunk.base());
            found += 30'001 <= number && number <= 70'000;
          }
          return found;
        },
        count);
  }

  Dice dice_{20261125};
  bool agree_ = true;
};

}  // namespace

}  // namespace roster::bench

int main(int argc, char** argv) {
  roster::bench::Crossovers crossovers;
  if (!crossovers.addAll()) return 1;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
