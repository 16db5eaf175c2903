#include "core/eval/run_algebra.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_containers.h"

namespace roster {
namespace {

using Values = std::vector<std::uint16_t>;

// Runs of up to `longest` values with gaps as long, so that they often touch and end where others do.
Values shortRuns(RandomSource& random, std::uint64_t longest) {
  Values values;
  const std::uint64_t runs = 1 + random.below(40);
  std::uint64_t at = random.below(4);
  for (std::uint64_t run = 0; run < runs; ++run) {
    for (std::uint64_t left = 1 + random.below(longest); left != 0; --left) {
      values.push_back(static_cast<std::uint16_t>(at++));
    }
    at += random.below(longest);
  }
  if (random.chance(30)) values.push_back(kChunkSize - 1);
  return values;
}

// The values in their order, as runs that do not touch.
void expectRuns(const std::optional<ContainerView>& result, const Values& expected) {
  RC_ASSERT(result.has_value());
  RC_ASSERT(faultOf(*result).empty());
  RC_ASSERT(toVector(*result) == expected);
  if (result->empty()) return;
  RC_ASSERT(result->kind == ContainerKind::run);
  const auto runs = result->runSpan();
  for (std::size_t i = 1; i < runs.size(); ++i) RC_ASSERT(runs[i].first > runs[i - 1].last() + 1);
}

void expectAlgebra(const Values& inA, ContainerKind kindA, const Values& inB, ContainerKind kindB) {
  Values both;
  Values onlyA;
  Values any;
  std::set_intersection(inA.begin(), inA.end(), inB.begin(), inB.end(), std::back_inserter(both));
  std::set_difference(inA.begin(), inA.end(), inB.begin(), inB.end(), std::back_inserter(onlyA));
  std::set_union(inA.begin(), inA.end(), inB.begin(), inB.end(), std::back_inserter(any));
  const OwnedContainer a(inA, kindA);
  const OwnedContainer b(inB, kindB);
  Scratch scratch;
  expectRuns(intersectRuns(a.view(), b.view(), scratch), both);
  expectRuns(subtractRuns(a.view(), b.view(), scratch), onlyA);
  expectRuns(uniteRuns(a.view(), b.view(), scratch), any);
}

RC_GTEST_PROP(RunAlgebra, IsSetAlgebraOfRunsAndArrays, (std::uint32_t seed)) {
  RandomSource random(seed);
  const std::uint64_t longest = random.pick(std::vector<std::uint64_t>{1, 2, 5, 300});
  const Values inA = shortRuns(random, longest);
  const Values inB = random.chance(10) ? inA : shortRuns(random, longest);
  expectAlgebra(inA, ContainerKind::run, inB, ContainerKind::run);
  constexpr std::size_t kLongestArray = 128;  // that is united with runs as runs
  if (inA.size() <= kLongestArray) expectAlgebra(inA, ContainerKind::array, inB, ContainerKind::run);
  if (inB.size() <= kLongestArray) expectAlgebra(inA, ContainerKind::run, inB, ContainerKind::array);
}

TEST(RunAlgebra, LeavesToBitsWhatIsTheirs) {
  Scratch scratch;
  RandomSource random(1);
  const Values few = shortRuns(random, 5);
  const OwnedContainer runs(few, ContainerKind::run);
  const OwnedContainer array(few, ContainerKind::array);
  const OwnedContainer bits(few, ContainerKind::bitset);
  const OwnedContainer many(valuesOf(ChunkShape::manyRuns, random), ContainerKind::run);
  EXPECT_FALSE(intersectRuns(runs.view(), bits.view(), scratch));
  EXPECT_FALSE(subtractRuns(bits.view(), runs.view(), scratch));
  EXPECT_FALSE(uniteRuns(array.view(), array.view(), scratch));
  EXPECT_FALSE(uniteRuns(many.view(), runs.view(), scratch)) << "they are too many";
  const OwnedContainer longArray(valuesOf(ChunkShape::longestArray, random), ContainerKind::array);
  const OwnedContainer oneRun(valuesOf(ChunkShape::oneRun, random), ContainerKind::run);
  EXPECT_FALSE(uniteRuns(longArray.view(), oneRun.view(), scratch)) << "its values are too many";
  const OwnedContainer shortArray({3, 9, 70}, ContainerKind::array);
  EXPECT_TRUE(uniteRuns(shortArray.view(), runs.view(), scratch));
}

}  // namespace
}  // namespace roster
