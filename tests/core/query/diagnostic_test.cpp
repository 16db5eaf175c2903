#include "core/query/diagnostic.h"

#include <gtest/gtest.h>

#include "core/query/binder.h"
#include "tests/support/sample_database.h"

namespace roster {
namespace {

std::string shown(std::string_view text) {
  const testing::SampleDatabase database;
  const auto bound = bindText(text, database.context());
  return bound ? "" : renderDiagnostic(bound.error(), text);
}

TEST(Diagnostic, IsTheContractsExample) {
  EXPECT_EQ(shown("age > 30 and ctiy = 'Łódź'"),
            "1:14: unknown field 'ctiy'; did you mean 'city'?\n"
            "  age > 30 and ctiy = 'Łódź'\n"
            "               ^~~~");
}

TEST(Diagnostic, ShowsTheLineOfTheError) {
  EXPECT_EQ(shown("age > 30\n\tand ctiy = 'x'\n and promo"),
            "2:6: unknown field 'ctiy'; did you mean 'city'?\n"
            "  \tand ctiy = 'x'\n"
            "  \t    ^~~~");
  EXPECT_EQ(shown("promo and\r\nctiy = 'x'\r\n"),
            "2:1: unknown field 'ctiy'; did you mean 'city'?\n"
            "  ctiy = 'x'\n"
            "  ^~~~");
}

TEST(Diagnostic, CountsCharactersAndAlignsCells) {
  EXPECT_EQ(shown("city = '東京' and ctiy = 'x'"),
            "1:17: unknown field 'ctiy'; did you mean 'city'?\n"
            "  city = '東京' and ctiy = 'x'\n"
            "                    ^~~~");
  EXPECT_EQ(shown("東京 = 'x'"),
            "1:1: unknown field '東京'\n"
            "  東京 = 'x'\n"
            "  ^~~~");
}

TEST(Diagnostic, PointsBehindTheEnd) {
  EXPECT_EQ(shown("city ="),
            "1:7: found the end, expected a value or a field\n"
            "  city =\n"
            "        ^");
}

TEST(Diagnostic, CutsLongLines) {
  const std::string text =
      "city in ('" + std::string(500, 'x') + "') and ctiy = 'x' and note = '" + std::string(500, 'y') + "'";
  const std::string rendered = shown(text);
  EXPECT_EQ(rendered.find("1:518: unknown field 'ctiy'"), 0U) << rendered;
  EXPECT_LT(rendered.size(), 500U);
  const std::size_t source = rendered.find('\n') + 1;
  const std::size_t underline = rendered.find('\n', source) + 1;
  const std::string line = rendered.substr(source, underline - source);
  // The cut shows as one character of three bytes.
  EXPECT_EQ(line.find("ctiy") - 2, rendered.find('^', underline) - underline);
}

TEST(Diagnostic, WithoutPositionIsTheMessage) {
  EXPECT_EQ(renderDiagnostic({ErrorCode::notFound, "no such thing", std::nullopt}, "abc"), "no such thing");
  EXPECT_EQ(renderDiagnostic({ErrorCode::notFound, "beyond", SourcePosition{9, 9, 3}}, "abc"), "9:9: beyond\n  \n  ^");
}

}  // namespace
}  // namespace roster
