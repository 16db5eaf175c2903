#include "core/data/forward_chunk.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <numeric>
#include <rapidcheck/gtest.h>
#include <set>

#include "tests/support/damage.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

void expectCodes(const CodeChunk& chunk, std::vector<Code> codes) {
  std::vector<std::uint32_t> places(codes.size() + 3);
  std::iota(places.begin(), places.end(), 0);
  codes.resize(places.size(), kNoCode);
  EXPECT_EQ(chunk.expand(static_cast<std::uint32_t>(codes.size())), codes);
  chunk.forEachAt(places, [&](std::uint32_t at, Code code) { EXPECT_EQ(code, codes[at]) << at; });
  for (const std::uint32_t at : places) EXPECT_EQ(chunk[at], codes[at]);
  std::vector<Code> visited(codes.size(), kNoCode);
  chunk.visit([&](const auto stored) {
    EXPECT_EQ(stored.size(), chunk.size());
    std::copy(stored.begin(), stored.end(), visited.begin());
  });
  EXPECT_EQ(visited, codes);
}

TEST(CodeChunk, KeepsCodesOfEveryWidth) {
  for (const Code largest : {0U, 1U, 255U, 256U, 65535U, 65536U, 0xFFFFFFFFU}) {
    const std::vector<Code> codes{0, largest, 0, largest == 0 ? 0U : 1U, largest, 0, 0};
    const CodeChunk chunk = CodeChunk::encode(codes);
    expectCodes(chunk, codes);
    const auto decoded = CodeChunk::decode(Buffer::copyOf(chunk.encoded()));
    ASSERT_TRUE(decoded);
    expectCodes(*decoded, codes);
  }
  expectCodes(CodeChunk(), {});
  expectCodes(CodeChunk::encode(std::vector<Code>{}), {});
  EXPECT_LE(CodeChunk::encode(std::vector<Code>(kChunkSize, 200)).byteSize(), kChunkSize + 8);
}

TEST(CodeChunk, ShortExpansionCutsOff) {
  const CodeChunk chunk = CodeChunk::encode(std::vector<Code>{7, 8, 9});
  EXPECT_EQ(chunk.expand(2), (std::vector<Code>{7, 8}));
}

void expectNumbers(const NumberChunk& chunk, const std::vector<std::int64_t>& numbers) {
  ASSERT_EQ(chunk.size(), numbers.size());
  std::vector<std::int64_t> expanded(numbers.size());
  chunk.expandTo(expanded.data());
  EXPECT_EQ(expanded, numbers);
  for (std::uint32_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(chunk[i], numbers[i]);
}

TEST(NumberChunk, KeepsNumbersOfEveryWidth) {
  const std::vector<std::vector<std::int64_t>> cases = {{},
                                                        {5},
                                                        {5, 5},
                                                        {-1, 254},
                                                        {-1, 255},
                                                        {10, 65545},
                                                        {10, 65546},
                                                        {-5, 0xFFFFFFFF - 5},
                                                        {-5, 0xFFFFFFFF},
                                                        {kLowest, 0},
                                                        {kLowest, kHighest, 0, -1},
                                                        {kHighest},
                                                        {kLowest}};
  for (const auto& numbers : cases) {
    const NumberChunk chunk = NumberChunk::encode(numbers);
    expectNumbers(chunk, numbers);
    const auto decoded = NumberChunk::decode(Buffer::copyOf(chunk.encoded()));
    ASSERT_TRUE(decoded);
    expectNumbers(*decoded, numbers);
  }
  EXPECT_EQ(NumberChunk::encode(std::vector<std::int64_t>(1000, 7)).byteSize(), 16U);
}

RC_GTEST_PROP(NumberChunk, RoundTrips, (const std::vector<std::int64_t>& numbers)) {
  const auto decoded = NumberChunk::decode(Buffer::copyOf(NumberChunk::encode(numbers).encoded()));
  RC_ASSERT(decoded.has_value());
  std::vector<std::int64_t> expanded(decoded->size());
  decoded->expandTo(expanded.data());
  RC_ASSERT(expanded == numbers);
}

RC_GTEST_PROP(SetChunk, RoundTrips, (std::vector<std::set<Code>> sets)) {
  std::vector<std::uint32_t> ends;
  std::vector<Code> codes;
  for (auto& set : sets) {
    set.erase(kNoCode);
    codes.insert(codes.end(), set.begin(), set.end());
    ends.push_back(static_cast<std::uint32_t>(codes.size()));
  }
  const SetChunk chunk = SetChunk::encode(ends, codes);
  const auto decoded = SetChunk::decode(Buffer::copyOf(chunk.encoded()));
  RC_ASSERT(decoded.has_value());
  for (const SetChunk* each : {&chunk, &*decoded}) {
    RC_ASSERT(each->size() == sets.size());
    for (std::uint32_t i = 0; i < sets.size(); ++i) {
      const auto held = (*each)[i];
      RC_ASSERT(std::equal(held.begin(), held.end(), sets[i].begin(), sets[i].end()));
    }
    RC_ASSERT((*each)[static_cast<std::uint32_t>(sets.size())].empty());
  }
}

RC_GTEST_PROP(SetPatch, RoundTrips, (std::map<std::uint16_t, std::set<Code>> sets)) {
  RC_PRE(!sets.empty());
  std::vector<std::uint16_t> places;
  std::vector<std::uint32_t> ends;
  std::vector<Code> codes;
  for (auto& [place, set] : sets) {
    set.erase(kNoCode);
    places.push_back(place);
    codes.insert(codes.end(), set.begin(), set.end());
    ends.push_back(static_cast<std::uint32_t>(codes.size()));
  }
  const SetPatch patch = SetPatch::encode(places, ends, codes);
  const auto decoded = SetPatch::decode(Buffer::copyOf(patch.encoded()));
  RC_ASSERT(decoded.has_value());
  for (const SetPatch* each : {&patch, &*decoded}) {
    RC_ASSERT(each->size() == sets.size());
    for (std::uint32_t place = 0; place < kChunkSize; ++place) {
      const auto held = sets.find(static_cast<std::uint16_t>(place));
      RC_ASSERT(each->holds(place) == (held != sets.end()));
      if (held == sets.end()) continue;
      const auto found = each->find(place);
      RC_ASSERT(std::equal(found.begin(), found.end(), held->second.begin(), held->second.end()));
    }
  }
}

TEST(SetPatch, HoldsNothingWithoutEntriesAndIsNeverStoredSo) {
  EXPECT_FALSE(SetPatch().holds(0));
  EXPECT_FALSE(SetPatch::decode(Buffer::copyOf(SetPatch::encode({}, {}, {}).encoded())));
}

StringChunk stringsOf(const std::vector<std::string>& strings) {
  std::vector<std::uint32_t> ends;
  std::string bytes;
  for (const auto& text : strings) ends.push_back(static_cast<std::uint32_t>((bytes += text).size()));
  return StringChunk::encode(ends, bytes);
}

RC_GTEST_PROP(StringChunk, RoundTrips, (const std::vector<std::string>& strings)) {
  const auto decoded = StringChunk::decode(Buffer::copyOf(stringsOf(strings).encoded()));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(decoded->size() == strings.size());
  for (std::uint32_t i = 0; i < strings.size(); ++i) RC_ASSERT((*decoded)[i] == strings[i]);
  RC_ASSERT((*decoded)[static_cast<std::uint32_t>(strings.size())].empty());
}

RC_GTEST_PROP(TextIndexChunk, FindsEveryPlaceOfAText, (std::uint32_t seed)) {
  RandomSource random(seed);
  std::vector<std::string> strings(random.below(300));
  for (auto& text : strings) text = random.chance(30) ? "" : "t" + std::to_string(random.below(40));
  const StringChunk chunk = stringsOf(strings);
  const auto index = TextIndexChunk::decode(Buffer::copyOf(TextIndexChunk::build(chunk).encoded()));
  RC_ASSERT(index.has_value());
  for (int i = 0; i < 45; ++i) {
    const std::string text = "t" + std::to_string(i);
    std::vector<std::uint16_t> expected;
    for (std::size_t at = 0; at < strings.size(); ++at) {
      if (strings[at] == text) expected.push_back(static_cast<std::uint16_t>(at));
    }
    RC_ASSERT(index->candidates(text) == expected);
  }
  RC_ASSERT(index->candidates("").empty());
}

TEST(TextIndexChunk, EmptyFindsNothing) {
  EXPECT_TRUE(TextIndexChunk().candidates("x").empty());
  EXPECT_TRUE(TextIndexChunk::build(StringChunk()).candidates("x").empty());
}

template <class Chunk, class Read>
void expectDamageHarmless(const Chunk& chunk, const Read& read) {
  forEachDamage(chunk.encoded(), [&](const std::string& damaged) {
    const auto decoded = Chunk::decode(Buffer::copyOf(damaged));
    if (decoded) read(*decoded);
    else EXPECT_EQ(decoded.error().code, ErrorCode::dataLoss);
  });
}

TEST(SetChunk, NoSetHoldsTheCodeOfNoValue) {
  const auto decode = [](Code first) {
    return SetChunk::decode(
        Buffer::copyOf(SetChunk::encode(std::vector<std::uint32_t>{0, 2}, std::vector<Code>{first, 9}).encoded()));
  };
  EXPECT_TRUE(decode(1));
  EXPECT_FALSE(decode(kNoCode));
}

TEST(ForwardChunks, DamageIsRefusedOrHarmless) {
  std::uint64_t sink = 0;
  for (const Code largest : {0U, 3U, 300U, 70000U}) {
    expectDamageHarmless(CodeChunk::encode(std::vector<Code>{1, 0, largest}), [&](const CodeChunk& chunk) {
      for (std::uint32_t i = 0; i < chunk.size() + 2; ++i) sink += chunk[i];
      sink += chunk.expand(kChunkSize).size();
    });
  }
  for (const std::int64_t largest : {0L, 300L, 70000L, long{kHighest}}) {
    expectDamageHarmless(NumberChunk::encode(std::vector<std::int64_t>{0, largest}), [&](const NumberChunk& chunk) {
      std::vector<std::int64_t> all(chunk.size());
      chunk.expandTo(all.data());
      for (std::uint32_t i = 0; i < chunk.size() + 2; ++i) sink += static_cast<std::uint64_t>(chunk[i]);
    });
  }
  const std::vector<std::uint32_t> ends{2, 2, 3};
  expectDamageHarmless(SetChunk::encode(ends, std::vector<Code>{4, 9, 5}), [&](const SetChunk& chunk) {
    for (std::uint32_t i = 0; i < chunk.size() + 2; ++i) {
      for (const Code code : chunk[i]) sink += code;
    }
  });
  const std::vector<std::uint16_t> places{0, 7, 65'535};
  expectDamageHarmless(SetPatch::encode(places, ends, std::vector<Code>{4, 9, 5}), [&](const SetPatch& patch) {
    for (std::uint32_t place = 0; place < kChunkSize; ++place) {
      if (!patch.holds(place)) continue;
      for (const Code code : patch.find(place)) sink += code;
    }
  });
  const StringChunk strings = stringsOf({"one", "", "two", "two"});
  expectDamageHarmless(strings, [&](const StringChunk& chunk) {
    for (std::uint32_t i = 0; i < chunk.size() + 2; ++i) sink += std::string(chunk[i]).size();
  });
  expectDamageHarmless(TextIndexChunk::build(strings), [&](const TextIndexChunk& chunk) {
    for (const std::uint16_t place : chunk.candidates("two")) sink += place;
  });
  EXPECT_NE(sink, 0U);
}

}  // namespace
}  // namespace roster
