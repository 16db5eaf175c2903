#include "core/base/unicode.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace roster {
namespace {

TEST(Unicode, TellsValidUtf8) {
  EXPECT_TRUE(isValidUtf8(""));
  EXPECT_TRUE(isValidUtf8("plain ASCII, longer than eight bytes"));
  EXPECT_TRUE(isValidUtf8("Zażółć gęślą jaźń, привет, 東京, 👩‍💻"));
  EXPECT_TRUE(isValidUtf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(isValidUtf8("\x80"));
  EXPECT_FALSE(isValidUtf8("12345678\xC3"));      // cut off
  EXPECT_FALSE(isValidUtf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(isValidUtf8("\xED\xA0\x80"));      // a surrogate
  EXPECT_FALSE(isValidUtf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(isValidUtf8("\xB1\xEA"));          // windows-1250
}

TEST(Unicode, CountsCodePoints) {
  EXPECT_EQ(countCharacters(""), 0U);
  EXPECT_EQ(countCharacters("Łódź"), 4U);
  EXPECT_EQ(countCharacters("e\xCC\x81"), 2U);
  EXPECT_EQ(countCharacters("👍"), 1U);
}

TEST(Unicode, MeasuresCells) {
  EXPECT_EQ(displayWidth("Łódź"), 4U);
  EXPECT_EQ(displayWidth("東京"), 4U);
  EXPECT_EQ(displayWidth("e\xCC\x81"), 1U);
  EXPECT_EQ(displayWidth("a👍b"), 4U);
}

TEST(Unicode, Normalizes) {
  EXPECT_EQ(normalizeNfc("e\xCC\x81"), "é");
  EXPECT_EQ(normalizeNfc("plain"), "plain");
  EXPECT_EQ(normalizeNfc("\xE2\x84\xAB"), "Å");  // the ångström sign
  EXPECT_FALSE(isNfc("e\xCC\x81"));
  EXPECT_TRUE(isNfc("é"));
}

TEST(Unicode, FoldsCaseFully) {
  EXPECT_EQ(foldCase("ŁÓDŹ"), foldCase("łódź"));
  EXPECT_EQ(foldCase("STRASSE"), foldCase("straße"));
  EXPECT_EQ(foldCase("ΣΊΣΥΦΟΣ"), foldCase("σίσυφος"));
  EXPECT_EQ(foldCase("ПРИВЕТ"), "привет");
  EXPECT_EQ(foldCase("Hello World 123"), "hello world 123");
  EXPECT_NE(foldCase("lodz"), foldCase("łódź"));
  // Folding of decomposed and of composed text agree, also where folding alone would leave them apart.
  EXPECT_EQ(foldCase("E\xCC\x81"), foldCase("é"));
  EXPECT_EQ(foldCase("\xCE\xB1\xCC\x81\xCD\x85"), foldCase("\xE1\xBE\xB4"));
}

RC_GTEST_PROP(Unicode, NormalFormsAreFixpoints, (const std::vector<std::uint16_t>& units)) {
  std::string text;
  for (const std::uint16_t unit : units) {
    // Latin, combining marks, Greek, Cyrillic: two-byte sequences.
    const unsigned character = 0x80U + unit % 0x700U;
    text += static_cast<char>(0xC0U | (character >> 6U));
    text += static_cast<char>(0x80U | (character & 0x3FU));
  }
  const std::string normal = normalizeNfc(text);
  RC_ASSERT(isNfc(normal));
  RC_ASSERT(normalizeNfc(normal) == normal);
  const std::string folded = foldCase(text);
  RC_ASSERT(isNfc(folded));
  RC_ASSERT(foldCase(normal) == folded);
}

}  // namespace
}  // namespace roster
