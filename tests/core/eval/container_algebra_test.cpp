#include "core/eval/container_algebra.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/random_containers.h"

namespace roster {
namespace {

using Values = std::vector<std::uint16_t>;

void expectHolds(const ContainerView& result, const Values& expected) {
  RC_ASSERT(faultOf(result).empty());
  RC_ASSERT(toVector(result) == expected);
}

void expectAlgebra(const ContainerView& a, const Values& inA, const ContainerView& b, const Values& inB) {
  Values both;
  Values onlyA;
  Values any;
  std::set_intersection(inA.begin(), inA.end(), inB.begin(), inB.end(), std::back_inserter(both));
  std::set_difference(inA.begin(), inA.end(), inB.begin(), inB.end(), std::back_inserter(onlyA));
  std::set_union(inA.begin(), inA.end(), inB.begin(), inB.end(), std::back_inserter(any));
  Scratch scratch;
  expectHolds(intersect(a, b, scratch), both);
  expectHolds(subtract(a, b, scratch), onlyA);
  expectHolds(unite(a, b, scratch), any);
  RC_ASSERT(intersectCount(a, b) == both.size());
  RC_ASSERT(subtractCount(a, b) == onlyA.size());
  RC_ASSERT(uniteCount(a, b) == any.size());
  RC_ASSERT(toVector(a) == inA);
  RC_ASSERT(toVector(b) == inB);
}

RC_GTEST_PROP(ContainerAlgebra, IsSetAlgebraInEveryMixOfForms, (std::uint32_t seed)) {
  RandomSource random(seed);
  const Values inA = randomValues(random);
  const Values inB = random.chance(10) ? inA : randomValues(random);
  auto formsA = formsOf(inA);
  auto formsB = formsOf(inB);
  for (const OwnedContainer& a : formsA) {
    for (const OwnedContainer& b : formsB) expectAlgebra(a.view(), inA, b.view(), inB);
    expectAlgebra(a.view(), inA, {}, {});
    expectAlgebra({}, {}, a.view(), inA);
  }
  expectAlgebra({}, {}, {}, {});
}

TEST(ContainerAlgebra, TheFullContainerHoldsAll) {
  EXPECT_TRUE(fullContainer().full());
  EXPECT_EQ(toVector(fullContainer()).size(), kChunkSize);
  EXPECT_EQ(faultOf(fullContainer()), "");
}

RC_GTEST_PROP(ContainerAlgebra, WordsAndViewsKeepTheValues, (std::uint32_t seed)) {
  RandomSource random(seed);
  const Values values = randomValues(random);
  Scratch scratch;
  for (const OwnedContainer& form : formsOf(values)) {
    ChunkWords words;
    std::copy_n(wordsOf(form.view(), scratch), kChunkWords, words.data());
    RC_ASSERT(countBits(words) == values.size());
    const ContainerView view = settle(words, static_cast<std::uint32_t>(values.size()), scratch);
    expectHolds(view, values);
    RC_ASSERT((view.kind == ContainerKind::array) == (values.size() <= kMaxSettledArray));
  }
}

TEST(Scratch, GivesBlocksBackInStackOrder) {
  Scratch scratch;
  ChunkWords* first = &scratch.take();
  ChunkWords* second = nullptr;
  {
    const Scratch::Mark mark(scratch);
    second = &scratch.take();
    EXPECT_NE(first, second);
  }
  EXPECT_EQ(&scratch.take(), second);
}

}  // namespace
}  // namespace roster
