#include "core/data/roaring_kernels.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_containers.h"

namespace roster {
namespace {

using Values = std::vector<std::uint16_t>;
using Algebra = std::uint32_t (*)(std::span<const std::uint16_t>, std::span<const std::uint16_t>, std::uint16_t*);

constexpr std::uint16_t kGuard = 0xabcd;
constexpr std::size_t kGuards = 64;

// The result, in exactly the room that is promised. CRoaring is not instrumented, so guards stand behind it.
Values resultOf(Algebra algebra, const Values& a, const Values& b) {
  Values out(kMaxArrayCardinality + kGuards, kGuard);
  const std::uint32_t count = algebra(a, b, out.data());
  RC_ASSERT(count <= kMaxArrayCardinality);
  RC_ASSERT(std::count(out.begin() + kMaxArrayCardinality, out.end(), kGuard) == std::ptrdiff_t{kGuards});
  out.resize(count);
  return out;
}

void expectAlgebra(const Values& a, const Values& b) {
  Values both;
  Values onlyA;
  Values any;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(onlyA));
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(any));
  RC_ASSERT(resultOf(roaringIntersect, a, b) == both);
  RC_ASSERT(resultOf(roaringSubtract, a, b) == onlyA);
  if (a.size() + b.size() <= kMaxArrayCardinality) RC_ASSERT(resultOf(roaringUnite, a, b) == any);
}

// Up to `most` values, dense or sparse.
Values someValues(RandomSource& random, std::size_t most) {
  Values values;
  std::uint32_t value = 0;
  const std::uint64_t longestStep = random.pick(std::vector<std::uint64_t>{1, 3, 16, 100});
  for (std::uint64_t left = random.below(most + 1); left != 0; --left) {
    value += static_cast<std::uint32_t>(1 + random.below(longestStep));
    if (value >= kChunkSize) break;
    values.push_back(static_cast<std::uint16_t>(value));
  }
  return values;
}

RC_GTEST_PROP(RoaringKernels, AreSetAlgebraOfArrays, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::vector<std::size_t> lengths = {0, 1, 7, 8, 9, 100, kMaxArrayCardinality / 2, kMaxArrayCardinality};
  expectAlgebra(someValues(random, random.pick(lengths)), someValues(random, random.pick(lengths)));
}

TEST(RoaringKernels, TheLongestArraysFit) {
  RandomSource random(1);
  const Values all = valuesOf(ChunkShape::longestArray, random);
  const Values other = valuesOf(ChunkShape::longestArray, random);
  rc::check([&] {
    expectAlgebra(all, all);
    expectAlgebra(all, other);
    expectAlgebra(all, {});
    expectAlgebra({}, all);
    expectAlgebra({all.begin(), all.begin() + 2048}, {all.begin() + 2048, all.end()});
  });
}

}  // namespace
}  // namespace roster
