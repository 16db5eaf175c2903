// Random draws for generated files that give the same bytes on every machine: integers only, since the distributions of
// the standard library and the last digit of exp() differ from one library to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace roster::generator {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). Cheap enough to start one
// for every row, so that a row depends on nothing but the seed and its number.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed ^ mix(stream + kStep))) {}

  std::uint64_t next() { return mix(state_ += kStep); }
  std::uint32_t next32() { return static_cast<std::uint32_t>(next() >> 32); }

  // Uniform in 0 … bound-1; the bias is below bound / 2^32.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((std::uint64_t{next32()} * bound) >> 32);
  }

  bool perMille(std::uint32_t chance) { return below(1000) < chance; }

  // A normal deviate in units of 1/65536 of its standard deviation, mean 0, never beyond six of them: the sum of
  // twelve uniform numbers.
  std::int32_t normal() {
    std::int32_t sum = 0;
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t four = next();
      sum +=
          static_cast<std::int32_t>((four & 0xFFFF) + ((four >> 16) & 0xFFFF) + ((four >> 32) & 0xFFFF) + (four >> 48));
    }
    return sum - 6 * 65536;
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15ULL;

  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

// Streams beside those of the rows, whose numbers stay below 2^32.
inline constexpr std::uint64_t kWaveStream = ~std::uint64_t{0};
inline constexpr std::uint64_t kEventStream = kWaveStream - 1;
inline constexpr std::uint64_t kProductStream = kWaveStream - 2;
inline constexpr std::uint64_t kPopularityStream = kWaveStream - 3;
inline constexpr std::uint64_t kActivityStream = kWaveStream - 4;
inline constexpr std::uint64_t kTurnStream = std::uint64_t{1} << 63;  // and those after it, one a round

// value * 2^(exponent / 65536), rounded down; the error is below 2^-12 of it. `value` is under 2^20 and the exponent
// within ±20 * 65536.
std::uint64_t scaleByPowerOfTwo(std::uint64_t value, std::int32_t exponent);

// Draws indexes in proportion to integer weights in constant time (the alias method of Walker, in Vose's form).
// Immutable after construction.
class WeightedTable {
 public:
  // At least one weight is not zero, and their sum times their number stays below 2^63.
  explicit WeightedTable(std::span<const std::uint64_t> weights);

  std::size_t draw(RandomStream& random) const {
    const std::uint64_t bits = random.next();
    const std::uint64_t slot = ((bits >> 32) * slots_.size()) >> 32;
    const Slot& chosen = slots_[slot];
    return (bits & 0xFFFFFFFF) < chosen.threshold ? slot : chosen.alias;
  }

 private:
  struct Slot {
    std::uint64_t threshold = std::uint64_t{1} << 32;  // of 2^32
    std::size_t alias = 0;
  };
  std::vector<Slot> slots_;
};

// An order of 0 … size-1 in which neighbours come to lie far apart, mostly: a walk around them in equal steps.
class Permutation {
 public:
  // `size` is not zero.
  Permutation(std::uint32_t size, RandomStream random);

  // The number at a place, 0 … size-1.
  std::uint32_t at(std::uint32_t place) const {
    return static_cast<std::uint32_t>((std::uint64_t{place} * step_ + start_) % size_);
  }

 private:
  std::uint32_t size_;
  std::uint32_t step_;  // has no divisor in common with the size, so that the walk meets everybody
  std::uint32_t start_;
};

// The weights of Zipf's law: the item of rank r, from 1, weighs 1/r.
std::vector<std::uint64_t> zipfWeights(std::size_t items);

}  // namespace roster::generator
