#include "core/query/parser.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/query/printer.h"
#include "tests/core/query/canonical.h"
#include "tests/support/ast_generator.h"

namespace roster {
namespace {

struct SyntaxCase {
  const char* text;
  const char* printed;
};

TEST(Parser, ReadsEveryConstruct) {
  const SyntaxCase cases[] = {
      {"newsletter", "newsletter"},
      {"newsletter=TRUE", "newsletter = true"},
      {"city!='Łódź'", "city != 'Łódź'"},
      {"city = 'it''s'", "city = 'it''s'"},
      {"city NOT IN ( 'a','b' )", "city not in ('a', 'b')"},
      {"city in ()", "city in ()"},
      {"city Like 'a%' or city not like '%b' or city ilike 'c_' or city not ilike 'd'",
       "city like 'a%' or city not like '%b' or city ilike 'c_' or city not ilike 'd'"},
      {"city is null and city is NOT null", "city is null and city is not null"},
      {"tags has 'vip'", "tags has 'vip'"},
      {"tags has any ('a')or tags has all('a','b')or tags has none ()",
       "tags has any ('a') or tags has all ('a', 'b') or tags has none ()"},
      {"tags has like 'promo-%'", "tags has like 'promo-%'"},
      {"size ( tags ) >= 3", "size(tags) >= 3"},
      {"size(tags) between 1 and 3 and size(tags) in (1,2)", "size(tags) between 1 and 3 and size(tags) in (1, 2)"},
      {"age between 18 and 30 and age<=+007", "age between 18 and 30 and age <= 7"},
      {"age not between -1 and 30", "age not between -1 and 30"},
      {"price >= 12.50", "price >= 12.50"},
      {"signup >= '2026-01-31'", "signup >= '2026-01-31'"},
      {"signup > today-3 months", "signup > today - 3 months"},
      {"last_visit <= NOW - 1 Day + 2 HOURS", "last_visit <= now - 1 day + 2 hours"},
      {"last_visit in last 90 days", "last_visit in last 90 days"},
      {"last_visit in next 1 weeks", "last_visit in next 1 week"},
      {"last_visit not in last 5 minute", "last_visit not in last 5 minutes"},
      {"last_visit since '2026-01-01' or last_visit before yesterday",
       "last_visit since '2026-01-01' or last_visit before yesterday"},
      {"signup today or signup yesterday", "signup today or signup yesterday"},
      {"signup in this week or signup in last quarter or signup in next year",
       "signup in this week or signup in last quarter or signup in next year"},
      {"anniversary(birthday) in next 7 days", "anniversary(birthday) in next 7 days"},
      {"anniversary(birthday) today", "anniversary(birthday) today"},
      {"last_visit > last_order", "last_visit > last_order"},
      {"segment 'vip'", "segment 'vip'"},
      {"KEY = 'a' or key in ('a','b') or key like 'shop1-%'", "key = 'a' or key in ('a', 'b') or key like 'shop1-%'"},
      {"bucket('spring-test')<1000", "bucket('spring-test') < 1000"},
      {"at least 2 of (a, b and c, not d)", "at least 2 of (a, b and c, not d)"},
      {"AT MOST 1 of (a) and Exactly 0 of (a,b)", "at most 1 of (a) and exactly 0 of (a, b)"},
      {"true or false", "true or false"},
      {" \t\r\n a \u00A0 ", "a"},
  };
  for (const SyntaxCase& c : cases) EXPECT_EQ(canonical(c.text), c.printed) << c.text;
}

TEST(Parser, BindsNotThenAndThenOr) {
  EXPECT_EQ(canonical("a or b and not c or d"), "a or b and not c or d");
  EXPECT_EQ(canonical("(a or (b and (not (c))) or d)"), "a or b and not c or d");
  EXPECT_EQ(canonical("(a or b) and c"), "(a or b) and c");
  EXPECT_EQ(canonical("not (a and b) and not (not a)"), "not (a and b) and not not a");
  EXPECT_EQ(canonical("((a and b) and c) and (d and e)"), "a and b and c and d and e");
  const auto tree = parse("a or b and c");
  const auto& disjunction = std::get<ast::Or>(tree->node);
  ASSERT_EQ(disjunction.operands.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ast::And>(disjunction.operands[1].node));
  EXPECT_EQ(*parse("not a = 5 and b"), *parse("(not (a = 5)) and b"));
  EXPECT_EQ(*parse("a between 1 and 2 and b"), *parse("(a between 1 and 2) and (b)"));
}

// Every word that is not reserved may be a field's name, also where it starts a construct elsewhere.
TEST(Parser, KeywordsCountOnlyInTheirConstruct) {
  for (const char* word :
       {"segment", "month", "count",    "did",  "first",       "last",    "days",    "sum",   "avg",
        "min",     "max",   "distinct", "size", "anniversary", "bucket",  "at",      "least", "most",
        "exactly", "of",    "any",      "all",  "none",        "since",   "before",  "today", "yesterday",
        "now",     "this",  "next",     "week", "hour",        "weekday", "quarter", "day"}) {
    const std::string name = word;
    for (const std::string& text :
         {name, name + " = 5", name + " in last 3 days", name + " in (1)", "not " + name, name + " is null",
          name + " has 'x'", name + " and " + name, name + " today", name + " since '2026-01-01'",
          "at most 0 of (" + name + ")", "size(" + name + ") = 1", "segment 'x' and " + name,
          "at least 1 of (" + name + ", " + name + ")"}) {
      EXPECT_EQ(canonical(text), text);
    }
  }
  EXPECT_EQ(canonical("a > last"), "a > last");
  EXPECT_EQ(canonical("a > \"today\" and a > today"), "a > \"today\" and a > today");
  EXPECT_NE(*parse("a > \"today\""), *parse("a > today"));
}

TEST(Parser, ReservedWordsNeedDoubleQuotes) {
  for (const char* word : {"and", "or", "not", "in", "is", "like", "ilike", "between", "true", "false", "null", "where",
                           "then", "within", "has", "key"}) {
    const std::string quoted = "\"" + std::string(word) + "\" = 5";
    EXPECT_EQ(canonical(quoted), quoted);
    std::string upper = quoted;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(canonical(upper), upper);
  }
  EXPECT_FALSE(parse("where = 5"));
  EXPECT_FALSE(parse("a > within"));
  EXPECT_EQ(canonical("\"key\" = 5"), "\"key\" = 5");
  EXPECT_TRUE(std::holds_alternative<ast::FieldTest>(parse("\"key\" = 'a'")->node));
  EXPECT_TRUE(std::holds_alternative<ast::KeyTest>(parse("Key = 'a'")->node));
}

TEST(Parser, NamesAreUnicode) {
  EXPECT_EQ(canonical("miasto_ł = 5"), "miasto_ł = 5");
  EXPECT_EQ(canonical("\"mail client\" = 5"), "\"mail client\" = 5");
  EXPECT_EQ(canonical("\"a\"\"b\" = 5"), "\"a\"\"b\" = 5");
  EXPECT_EQ(canonical("\"city\" = 5"), "city = 5");
  EXPECT_EQ(canonical("\"2nd\" = 5"), "\"2nd\" = 5");
  EXPECT_EQ(canonical("_x1 = 5 and город = 5 and 年 = 5"), "_x1 = 5 and город = 5 and 年 = 5");
  EXPECT_NE(*parse("City"), *parse("city"));
  EXPECT_EQ(canonical("\"\" = 5"), "1:1+2 a name must not be empty");
}

TEST(Parser, TextsBecomeNfcButForKeys) {
  EXPECT_EQ(*parse("e\xCC\x81 = 'e\xCC\x81'"), *parse("é = 'é'"));
  EXPECT_EQ(*parse("\"e\xCC\x81\" like 'e\xCC\x81'"), *parse("é like 'é'"));
  EXPECT_EQ(*parse("segment 'e\xCC\x81' and bucket('e\xCC\x81') < 5"), *parse("segment 'é' and bucket('é') < 5"));
  EXPECT_NE(*parse("key = 'e\xCC\x81'"), *parse("key = 'é'"));
  EXPECT_NE(*parse("key in ('e\xCC\x81')"), *parse("key in ('é')"));
  EXPECT_NE(*parse("key like 'e\xCC\x81%'"), *parse("key like 'é%'"));
}

TEST(Parser, TellsWhatItFoundAndExpected) {
  const SyntaxCase cases[] = {
      {"", "1:1+1 found the end, expected a predicate"},
      {"city 'Łódź'", "1:6+6 found 'Łódź', expected a comparison, 'and', 'or' or the end"},
      {"city = ", "1:8+1 found the end, expected a value or a field"},
      {"a and b or", "1:11+1 found the end, expected a predicate"},
      {"(a and b", "1:9+1 found the end, expected a comparison, 'and', 'or' or ')'"},
      {"a)", "1:2+1 found ')', expected a comparison, 'and', 'or' or the end"},
      {"a == 5", "1:4+1 found '=', expected a value or a field"},
      {"x in last 3 foo", "1:13+3 found 'foo', expected a unit (minute, hour, day, week, month or year)"},
      {"x in last 90days",
       "1:11+6 found '90days', expected a whole number or a calendar unit (day, week, month, quarter or year)"},
      {"x in last 2 quarters", "1:13+8 found 'quarters', expected a unit (minute, hour, day, week, month or year)"},
      {"x in (city)", "1:7+4 found 'city', expected a value or ')'"},
      {"size(tags)", "1:11+1 found the end, expected a comparison"},
      {"tags has any 'x'", "1:14+3 found 'x', expected '('"},
      {"age > 1.2.3", "1:7+1 found '1', expected a value or a field"},
      {"segment vip", "1:9+3 found 'vip', expected a string, a comparison, 'and', 'or' or the end"},
      {"segmnt 'vip'", "1:1+6 found 'segmnt', expected a predicate; did you mean 'segment'?"},
      {"a and (annivresary(b) today)", "1:8+11 found 'annivresary', expected a predicate; did you mean 'anniversary'?"},
      {"exacty 2 of (a, b)", "1:1+6 found 'exacty', expected a predicate; did you mean 'exactly'?"},
      {"nto a", "1:1+3 found 'nto', expected a predicate; did you mean 'not'?"},
      {"\"segmnt\" 'vip'", "1:10+5 found 'vip', expected a comparison, 'and', 'or' or the end"},
      {"at lest 2 of (a)",
       "1:4+4 found 'lest', expected 'least', 'most', a comparison, 'and', 'or' or the end; did you mean 'least'?"},
      {"a lke 'b'", "1:3+3 found 'lke', expected a comparison, 'and', 'or' or the end; did you mean 'like'?"},
      {"a = 1 adn b", "1:7+3 found 'adn', expected 'and', 'or' or the end; did you mean 'and'?"},
      {"x in last 3 dyas",
       "1:13+4 found 'dyas', expected a unit (minute, hour, day, week, month or year); did you mean 'days'?"},
      {"at least x of (a)", "1:10+1 found 'x', expected a whole number"},
      {"anniversary(b) in last 3 months 5", "1:33+1 found '5', expected 'and', 'or' or the end"},
      {"city = null", "1:8+4 null is no value to compare with; write 'is null' or 'is not null'"},
      {"city = 'abc", "1:8+1 this string has no closing quote"},
      {"\"city = 5", "1:1+1 this name has no closing double quote"},
      {"a and\n  b = 'ż' and\n\tc ?", "3:4+1 found '?', expected a comparison, 'and', 'or' or the end"},
      {"in last 99999999999999999999 days", "1:1+2 found 'in', expected a predicate"},
      {"x in last 99999999999999999999 days", "1:11+20 this number is too large"},
      {"at least 4294967296 of (a)", "1:10+10 this number is too large"},
  };
  for (const SyntaxCase& c : cases) EXPECT_EQ(canonical(c.text), c.printed) << c.text;
}

TEST(Parser, LimitsDepthAndLength) {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "a";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_TRUE(parse(nested(200, "(", ")")));
  EXPECT_TRUE(parse(nested(200, "not ", "")));
  for (const std::string& text : {nested(201, "(", ")"), nested(201, "not ", ""), nested(100'000, "(", ")"),
                                  nested(20'000, "at least 1 of (", ")"), nested(150, "not (", ")")}) {
    const auto tree = parse(text);
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().message, "the predicate is nested more than 200 levels deep");
  }
  EXPECT_TRUE(parse("a" + std::string(kMaxPredicateBytes - 1, ' ')));
  EXPECT_FALSE(parse("a" + std::string(kMaxPredicateBytes, ' ')));
}

TEST(Parser, TakesLongListsInLinearTime) {
  std::string text = "city in ('0'";
  for (int i = 1; i < 50'000; ++i) text += ", '" + std::to_string(i) + "'";
  text += ")";
  EXPECT_EQ(canonical(text), text);
  std::string chain = "a = 0";
  for (int i = 1; i < 20'000; ++i) chain += " or a = " + std::to_string(i);
  EXPECT_EQ(canonical(chain), chain);
}

TEST(Parser, RefusesBrokenUtf8WithItsPlace) {
  EXPECT_EQ(canonical("ż = '\xFF'"), "1:6+1 the predicate is not valid UTF-8 here");
}

RC_GTEST_PROP(Parser, PrintAndParseAreInverse, ()) {
  testing::AstVocabulary vocabulary = testing::everyKindOfField();
  vocabulary.events = {"purchase", "open mail", "since", "where", "Zakup_ł"};
  const auto tree = *testing::arbitraryPredicate(std::move(vocabulary), 4);
  const std::string text = print(tree);
  const auto parsed = parse(text);
  if (!parsed) RC_FAIL(text + ": " + parsed.error().message);
  RC_ASSERT(*parsed == tree);
  RC_ASSERT(print(*parsed) == text);
}

// Garbage made of the language's own pieces neither crashes nor hangs, and errors have a place.
RC_GTEST_PROP(Parser, SurvivesAnything, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
      "a",     "and", "or",   "not",     "(",   ")",    "'x'",   "\"y\"", "=",      "<",       "5",
      "-1.5",  "in",  "last", "days",    "is",  "null", "has",   "any",   ",",      "between", "today",
      "now",   "-",   "like", "segment", "key", "at",   "least", "of",    "size",   "'",       "did",
      "count", "Ł",   "\n",   "true",    "%",   "sum",  "then",  "where", "within", ".",       "first"}));
  std::string text;
  for (const std::string& piece : pieces) text += piece + " ";
  const auto tree = parse(text);
  if (tree) RC_ASSERT(*parse(print(*tree)) == *tree);
  else RC_ASSERT(tree.error().position.has_value());
}

}  // namespace
}  // namespace roster
