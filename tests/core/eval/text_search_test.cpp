#include "core/eval/text_search.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace roster {
namespace {

RC_GTEST_PROP(TextSearch, FindsAsStringsDo, ()) {
  // Few letters, so that needles occur, overlap, and agree in their first and last byte only; long enough for vectors.
  const auto letters = rc::gen::elementOf(std::string("ab"));
  const auto text = *rc::gen::resize(400, rc::gen::container<std::string>(letters));
  const auto needle = *rc::gen::nonEmpty(rc::gen::resize(7, rc::gen::container<std::string>(letters)));
  const auto from = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const std::size_t found = std::string_view(text).find(needle, from);
  RC_ASSERT(findText(text, needle, from) == found);
  for (const TextSearch& search : allTextSearches()) {
    RC_LOG() << search.level << "\n";
    RC_ASSERT(search.find(text, needle, from) == found);
  }
}

TEST(TextSearch, LevelsAreSeveral) {
  std::set<std::string_view> levels;
  for (const TextSearch& search : allTextSearches()) levels.insert(search.level);
  EXPECT_GT(levels.size(), 1U);
}

StringChunk chunkOf(const std::vector<std::string>& strings) {
  std::vector<std::uint32_t> ends;
  std::string bytes;
  for (const std::string& each : strings) {
    bytes += each;
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  return StringChunk::encode(ends, bytes);
}

std::vector<std::uint16_t> stringsWith(const std::vector<std::string>& strings, std::string_view needle) {
  const StringChunk chunk = chunkOf(strings);
  std::vector<std::uint16_t> places;
  forEachStringWith(chunk, needle, [&](std::uint16_t place) { places.push_back(place); });
  return places;
}

TEST(TextSearch, NamesEachStringOnce) {
  using Places = std::vector<std::uint16_t>;
  EXPECT_EQ(stringsWith({"", "ann", "", "banana nana", "", "x"}, "an"), (Places{1, 3}));
  EXPECT_EQ(stringsWith({}, "an"), Places());
  EXPECT_EQ(stringsWith({"", ""}, "an"), Places());
  // Begins in one string and ends in the next: a place worth a look, and the next one's own match is not missed.
  EXPECT_EQ(stringsWith({"xa", "nan"}, "an"), (Places{0, 1}));
}

RC_GTEST_PROP(TextSearch, MissesNoString, (const std::vector<std::vector<bool>>& lists)) {
  std::vector<std::string> strings;
  for (const auto& list : lists) {
    std::string& text = strings.emplace_back();
    for (const bool letter : list) text += letter ? 'b' : 'a';
  }
  const auto named = stringsWith(strings, "aba");
  RC_ASSERT(std::is_sorted(named.begin(), named.end()));
  RC_ASSERT(std::adjacent_find(named.begin(), named.end()) == named.end());
  for (std::size_t i = 0; i < strings.size(); ++i) {
    const bool holds = strings[i].find("aba") != std::string::npos;
    if (holds) RC_ASSERT(std::binary_search(named.begin(), named.end(), static_cast<std::uint16_t>(i)));
  }
}

}  // namespace
}  // namespace roster
