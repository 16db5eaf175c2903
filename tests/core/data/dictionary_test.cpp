#include "core/data/dictionary.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

#include "core/base/hash.h"
#include "tests/support/damage.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

Dictionary append(const Dictionary& dictionary, const std::vector<std::string>& strings) {
  const std::vector<std::string_view> views(strings.begin(), strings.end());
  return dictionary.withAppended(views).value();
}

void expectEqual(const Dictionary& dictionary, const std::map<Code, std::string>& model, Code next) {
  const LoadedDictionary loaded = dictionary.load().value();
  ASSERT_EQ(dictionary.nextCode(), next);
  ASSERT_EQ(loaded.lastCode(), next - 1);
  Code visited = 0;
  loaded.forEach([&](Code code, std::string_view text) {
    ASSERT_EQ(code, ++visited);
    const auto expected = model.find(code);
    ASSERT_EQ(text, expected == model.end() ? "" : expected->second);
    ASSERT_EQ(loaded[code], text);
    if (!text.empty()) {
      ASSERT_EQ(loaded.find(text), code);
    }
  });
  ASSERT_EQ(visited, next - 1);
  ASSERT_EQ(loaded[next], "");
  ASSERT_EQ(loaded[kNoCode], "");
  ASSERT_EQ(loaded.find(""), kNoCode);
  ASSERT_EQ(loaded.find("never given"), kNoCode);
}

RC_GTEST_PROP(Dictionary, IsAMap, (std::uint32_t seed)) {
  RandomSource random(seed);
  Dictionary dictionary;
  std::map<Code, std::string> model;
  Code next = 1;
  for (int round = 0; round < 25; ++round) {
    const Dictionary before = dictionary;
    const auto modelBefore = model;
    const Code nextBefore = next;
    if (random.chance(25)) {
      std::vector<Code> erased;
      for (Code code = 1; code < next; ++code) {
        if (random.chance(10)) erased.push_back(code);
      }
      for (const Code code : erased) model.erase(code);
      dictionary = dictionary.withErased(erased).value();
    } else {
      std::vector<std::string> strings;
      for (std::uint64_t i = random.below(random.chance(10) ? 200 : 5); i != 0; --i, ++next) {
        // An erased string may come back, under another code.
        strings.push_back("s" + std::to_string(next));
        model[next] = strings.back();
      }
      dictionary = append(dictionary, strings);
    }
    expectEqual(dictionary, model, next);
    expectEqual(before, modelBefore, nextBefore);
  }
}

TEST(Dictionary, AnErasedStringComesBackUnderANewCode) {
  Dictionary dictionary = append({}, {"a", "b"});
  dictionary = dictionary.withErased(std::vector<Code>{1}).value();
  EXPECT_EQ(dictionary.load().value().find("a"), kNoCode);
  dictionary = append(dictionary, {"a"});
  EXPECT_EQ(dictionary.load().value().find("a"), 3U);
  EXPECT_EQ(dictionary.load().value()[1], "");
}

TEST(Dictionary, SegmentsStayFew) {
  Dictionary dictionary;
  for (int i = 0; i < 2000; ++i) dictionary = append(dictionary, {std::to_string(i)});
  EXPECT_LE(dictionary.parts().size(), 8U);
}

TEST(Dictionary, ASegmentOtherThanItsDirectorySaysIsDataLoss) {
  std::vector<DictionaryPart> parts = append({}, {"a", "b"}).parts();
  parts[0].size = 3;
  EXPECT_EQ(Dictionary(parts).load().error().code, ErrorCode::dataLoss);
  EXPECT_EQ(Dictionary(parts).withErased(std::vector<Code>{1}).error().code, ErrorCode::dataLoss);
  const std::vector<std::string_view> more = {"c"};
  EXPECT_EQ(Dictionary(parts).withAppended(more).error().code, ErrorCode::dataLoss);
}

TEST(DictionarySegment, DamageIsRefusedOrHarmless) {
  for (const auto& strings :
       std::vector<std::vector<std::string_view>>{{}, {"x"}, {"one", "", "three", "Łódź", "fünf"}}) {
    const DictionarySegment segment = DictionarySegment::build(5, strings);
    forEachDamage(segment.encoded(), [&](const std::string& damaged) {
      const auto decoded = DictionarySegment::decode(Buffer::copyOf(damaged));
      if (!decoded) return;
      for (std::uint32_t i = 0; i < decoded->size(); ++i) {
        const std::string text((*decoded)[i]);
        decoded->find(text, hashBytes(text));
      }
      decoded->find("absent", hashBytes("absent"));
    });
  }
}

}  // namespace
}  // namespace roster
