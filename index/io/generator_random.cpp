#include "index/io/generator_random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace roster::generator {
namespace {

// 2^(i/64) for i = 0 … 64, scaled by 2^30.
constexpr std::array<std::uint64_t, 65> makePowers() {
  constexpr std::uint64_t kStepUp = 1085434106;  // 2^(1/64) * 2^30
  std::array<std::uint64_t, 65> powers{};
  powers[0] = std::uint64_t{1} << 30;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = (powers[i - 1] * kStepUp) >> 30;
  return powers;
}

constexpr auto kPowers = makePowers();

}  // namespace

std::uint64_t scaleByPowerOfTwo(std::uint64_t value, std::int32_t exponent) {
  // Bring the whole part to 0 … 40, so that shifts go one way.
  const auto shifted = static_cast<std::uint32_t>(exponent + 20 * 65536);
  const std::uint32_t whole = shifted >> 16;
  const std::uint32_t fraction = shifted & 0xFFFF;
  const std::uint64_t low = kPowers[fraction >> 10];
  const std::uint64_t high = kPowers[(fraction >> 10) + 1];
  const std::uint64_t mantissa = low + (((high - low) * (fraction & 0x3FF)) >> 10);  // scaled by 2^30
  const std::uint64_t scaled = value * mantissa;                                     // by 2^30, and below 2^51
  return whole <= 20 ? scaled >> (50 - whole) : ((scaled >> 18) << (whole - 20)) >> 12;
}

WeightedTable::WeightedTable(std::span<const std::uint64_t> weights) : slots_(weights.size()) {
  std::uint64_t total = 0;
  for (const std::uint64_t weight : weights) total += weight;

  // So many bits dropped, a quotient scaled by 2^32 fits in 64.
  const int shift = std::max(0, static_cast<int>(std::bit_width(total)) - 31);

  // Every slot holds `total` once the weights are scaled by their number; what is short of it is filled from what
  // has more.
  std::vector<std::uint64_t> filled(weights.size());
  std::vector<std::size_t> shorter;
  std::vector<std::size_t> longer;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    filled[i] = weights[i] * weights.size();
    (filled[i] < total ? shorter : longer).push_back(i);
  }
  while (!shorter.empty() && !longer.empty()) {
    const std::size_t poor = shorter.back();
    const std::size_t rich = longer.back();
    shorter.pop_back();
    slots_[poor].alias = rich;
    slots_[poor].threshold = ((filled[poor] >> shift) << 32) / (total >> shift);
    filled[rich] -= total - filled[poor];
    if (filled[rich] < total) {
      longer.pop_back();
      shorter.push_back(rich);
    }
  }
}

Permutation::Permutation(std::uint32_t size, RandomStream random)
    : size_(size), step_(random.below(size)), start_(random.below(size)) {
  while (std::gcd(step_, size_) != 1) step_ = random.below(size_);
}

std::vector<std::uint64_t> zipfWeights(std::size_t items) {
  constexpr std::uint64_t kFirst = std::uint64_t{1} << 40;
  std::vector<std::uint64_t> weights(items);
  for (std::size_t i = 0; i < items; ++i) weights[i] = kFirst / (i + 1);
  return weights;
}

}  // namespace roster::generator
