#include "core/base/like_pattern.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace roster {
namespace {

bool like(std::string_view value, std::string_view pattern) { return LikePattern(pattern).matches(value); }
bool ilike(std::string_view value, std::string_view pattern) { return LikePattern(pattern, true).matches(value); }

TEST(LikePattern, FastShapes) {
  EXPECT_TRUE(like("shop1-17", "shop1-%"));
  EXPECT_FALSE(like("shop2-17", "shop1-%"));
  EXPECT_TRUE(like("shop1-", "shop1-%"));
  EXPECT_TRUE(like("a@b.pl", "%.pl"));
  EXPECT_FALSE(like("a@b.pl.com", "%.pl"));
  EXPECT_TRUE(like("xxmidxx", "%mid%"));
  EXPECT_FALSE(like("mi", "%mid%"));
  EXPECT_TRUE(like("abXba", "ab%ba"));
  EXPECT_FALSE(like("aba", "ab%ba"));  // the two ends must not overlap
  EXPECT_TRUE(like("", "%"));
  EXPECT_TRUE(like("", ""));
  EXPECT_FALSE(like("a", ""));
  EXPECT_TRUE(like("exact", "exact"));
  EXPECT_FALSE(like("Exact", "exact"));
}

TEST(LikePattern, UnderscoreIsOneCodePoint) {
  EXPECT_TRUE(like("Łódź", "____"));
  EXPECT_FALSE(like("Łódź", "_____"));
  EXPECT_TRUE(like("Łódź", "_ódź"));
  EXPECT_TRUE(like("東京都", "東_都"));
  EXPECT_TRUE(like("aXbYc", "%_b_%"));
  EXPECT_FALSE(like("", "_"));
  EXPECT_TRUE(like("abc", "_%_"));
  EXPECT_FALSE(like("a", "_%_"));
  EXPECT_TRUE(like("aab", "%_b"));
}

TEST(LikePattern, Escapes) {
  EXPECT_TRUE(like("100%", "100\\%"));
  EXPECT_FALSE(like("1000", "100\\%"));
  EXPECT_TRUE(like("a_b", "a\\_b"));
  EXPECT_FALSE(like("axb", "a\\_b"));
  EXPECT_TRUE(like("a\\b", "a\\\\b"));
  EXPECT_TRUE(like("xyz", "x\\yz"));
  EXPECT_TRUE(like("ą", "\\ą"));
  EXPECT_TRUE(like("a\\", "a\\"));
}

TEST(LikePattern, FoldsByUnicode) {
  EXPECT_TRUE(ilike("ŁÓDŹ", "łódź"));
  EXPECT_TRUE(ilike("łódź", "ŁÓ%"));
  EXPECT_TRUE(ilike("Straße", "STRASSE"));
  EXPECT_TRUE(ilike("E\xCC\x81t\xC3\xA9", "é%É"));
  EXPECT_FALSE(ilike("lodz", "łódź"));
}

TEST(LikePattern, TellsItsShape) {
  EXPECT_EQ(LikePattern("shop\\_1-%x").literalPrefix(), "shop_1-");
  EXPECT_EQ(LikePattern("_a").literalPrefix(), "");
  EXPECT_EQ(LikePattern("AB%", true).literalPrefix(), "ab");
  EXPECT_TRUE(LikePattern("a\\%b").isLiteral());
  EXPECT_FALSE(LikePattern("a%").isLiteral());
  EXPECT_TRUE(LikePattern("%%").matchesEverything());
  EXPECT_FALSE(LikePattern("%_%").matchesEverything());
}

TEST(LikePattern, TellsWhatEveryMatchContains) {
  EXPECT_EQ(LikePattern("%kowalsk%").requiredText(), "kowalsk");
  EXPECT_EQ(LikePattern("ab%longest_cd%x").requiredText(), "longest");
  EXPECT_EQ(LikePattern("a\\%b%").requiredText(), "a%b");
  EXPECT_EQ(LikePattern("%_%").requiredText(), "");
  EXPECT_EQ(LikePattern("%Ab%", true).requiredText(), "");
}

// The definition, by trying everything.
bool bySearch(std::string_view value, std::string_view pattern) {
  if (pattern.empty()) return value.empty();
  if (pattern[0] == '%') {
    for (std::size_t skip = 0; skip <= value.size(); ++skip) {
      if (bySearch(value.substr(skip), pattern.substr(1))) return true;
    }
    return false;
  }
  if (value.empty()) return false;
  if (pattern[0] == '_') return bySearch(value.substr(1), pattern.substr(1));
  return pattern[0] == value[0] && bySearch(value.substr(1), pattern.substr(1));
}

RC_GTEST_PROP(LikePattern, AgreesWithSearch, ()) {
  const auto value = (*rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab")))).substr(0, 16);
  const auto pattern = (*rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab%_")))).substr(0, 10);
  RC_ASSERT(like(value, pattern) == bySearch(value, pattern));
  const LikePattern compiled(pattern);
  if (compiled.matches(value)) RC_ASSERT(value.find(compiled.requiredText()) != std::string::npos);
}

}  // namespace
}  // namespace roster
