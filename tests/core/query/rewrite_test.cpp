#include "core/query/rewrite/rewrite.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/query/binder.h"
#include "core/query/bound_text.h"
#include "core/query/printer.h"
#include "tests/support/ast_generator.h"
#include "tests/support/sample_database.h"
#include "tests/support/toy_contact.h"

namespace roster {
namespace {

std::string rewritten(std::string_view text) {
  const testing::SampleDatabase database;
  const auto bound = bindText(text, database.context());
  if (!bound) return bound.error().message;
  return boundText(rewrite(*bound, database.schema), database.schema);
}

// Predicates of one line select the same and must become the same.
struct Alike {
  const char* expected;
  std::vector<const char*> texts;
};

TEST(Rewrite, PredicatesThatMeanTheSameBecomeTheSame) {
  const Alike cases[] = {
      {"true",
       {"true", "not false", "promo or true", "promo or not promo", "at least 0 of (promo)", "city in () or true",
        "size(tags) >= 0", "bucket('x') >= 0", "key like '%'", "city is null or city is not null",
        "not (city = 'a') or city is not null", "tags has none ()", "at most 2 of (promo, newsletter)"}},
      {"false",
       {"false",
        "not true",
        "promo and false",
        "promo and not promo",
        "city in ()",
        "city = ''",
        "age between 5 and 3",
        "age > 5 and age < 3",
        "city = 'a' and city = 'b'",
        "at least 2 of (promo)",
        "city is null and city = 'a'",
        "age != age",
        "price < price",
        "size(tags) < 0",
        "key = 'a' and key = 'b'",
        "bucket('x') > 9999",
        "age = 5 and age != 5",
        "exactly 0 of (true)",
        "age is null and age > 3",
        "anniversary(birthday) in next 0 days",
        "city like ''"}},
      {"present(city)",
       {"city is not null", "city != ''", "city like '%'", "city ilike '%%'", "city not in ()",
        "city = 'a' or city is not null", "not city is null"}},
      {"present(age)", {"age is not null", "age not in ()", "age = age", "age < 5 or age >= 5", "age = 3 or age != 3"}},
      {"present(promo)", {"promo is not null", "promo or promo = false", "promo = true or promo != true"}},
      {"present(tags)", {"size(tags) > 0", "tags is not null", "tags has all ()", "tags has like '%'"}},
      {"not(present(tags))", {"size(tags) = 0", "tags is null", "not size(tags) >= 1"}},
      {"city in {'a', 'b'}",
       {"city in ('a', 'b')", "city = 'b' or city = 'a'", "city in ('a') or city in ('b', 'a')",
        "city in ('a','b','c') and city in ('b','a')", "city in ('a','b','c') and city != 'c'",
        "city like 'a' or city like 'b'", "city in ('a','b') and city is not null",
        "not not (city = 'a' or city = 'b')", "at least 1 of (city = 'a', city = 'b')",
        "(city = 'a' or city = 'b') and (city = 'b' or city = 'a')"}},
      {"not(city in {'a', 'b'})",
       {"not city in ('a','b')", "not city = 'a' and not city = 'b'", "not (city = 'a' or city = 'b')",
        "exactly 0 of (city = 'a', city = 'b')"}},
      {"and(present(city), not(city in {'a'}))",
       {"city != 'a'", "city is not null and not city = 'a'", "city not in ('a')", "city is not null and city != 'a'"}},
      {"age in {18..30}",
       {"age between 18 and 30", "age >= 18 and age <= 30", "age > 17 and age < 31 and age is not null",
        "not age < 18 and age <= 30", "age <= 30 and age not between 0 and 17 and age > 0",
        "at least 2 of (age >= 18, age <= 30)"}},
      {"age in {..4, 6..}", {"age != 5", "age is not null and not age = 5", "age < 5 or age > 5", "age not in (5)"}},
      {"tags in {'a', 'b'}", {"tags has any ('a','b')", "tags has 'a' or tags has 'b'"}},
      {"and(tags in {'a'}, tags in {'b'})",
       {"tags has all ('a','b')", "tags has 'a' and tags has 'b'", "(tags has 'a' and tags has 'b') and tags has 'a'"}},
      {"not(tags in {'a', 'b'})", {"tags has none ('a','b')", "not tags has 'a' and not tags has 'b'"}},
      {"key in {'a', 'b'}", {"key in ('a','b')", "key = 'a' or key = 'b'", "key in ('a','b','c') and key != 'c'"}},
      {"bucket('x') in {0..999}",
       {"bucket('x') < 1000", "bucket('x') < 2000 and bucket('x') <= 999", "not bucket('x') >= 1000 and true"}},
      {"and(promo in {'true'}, newsletter in {'true'}, city in {'a'})",
       {"promo and newsletter and city = 'a'", "promo and (newsletter and (city = 'a' and promo))",
        "at least 3 of (promo, newsletter, city = 'a')", "exactly 3 of (promo, newsletter, city = 'a')"}},
      {"not(and(promo in {'true'}, newsletter in {'true'}))",
       {"not (promo and newsletter)", "not promo or not newsletter", "at most 1 of (promo, newsletter)"}},
      {"and(not(promo in {'true'}), not(newsletter in {'true'}))",
       {"not (promo or newsletter)", "not promo and not newsletter", "at most 0 of (promo, newsletter)"}},
      {"count[1..1](promo in {'true'}, newsletter in {'true'})",
       {"exactly 1 of (promo, newsletter)", "exactly 2 of (promo, true, newsletter)",
        "exactly 1 of (promo, false, newsletter)"}},
      {"size(tags) in {1..3}",
       {"size(tags) between 1 and 3", "size(tags) > 0 and size(tags) < 4 and size(tags) >= 1",
        "not size(tags) = 0 and size(tags) <= 3"}},
  };
  for (const Alike& alike : cases) {
    for (const char* text : alike.texts) EXPECT_EQ(rewritten(text), alike.expected) << text;
  }
}

// What holds of a single value does not of a set, where two elements may satisfy two conditions.
TEST(Rewrite, SetsAreNotSingleValues) {
  EXPECT_EQ(rewritten("scores > 5 and scores < 3"), "and(scores in {6..}, scores in {..2})");
  EXPECT_EQ(rewritten("tags has 'a' and not tags has 'b'"), "and(tags in {'a'}, not(tags in {'b'}))");
  EXPECT_EQ(rewritten("scores is not null and not scores = 5"), "and(present(scores), not(scores in {5}))");
  EXPECT_EQ(rewritten("scores = 1 or not scores = 2"), "or(scores in {1}, not(scores in {2}))");
  EXPECT_EQ(rewritten("anniversary(children) today and anniversary(children) in next 3 days"),
            "and(anniversary(children) in {03-30}, anniversary(children) in {03-30, 03-31, 04-01})");
}

TEST(Rewrite, KeepsWhatDiffers) {
  EXPECT_EQ(rewritten("city = 'a' or home = 'a'"), "or(city in {'a'}, home in {'a'})");
  EXPECT_EQ(rewritten("bucket('x') < 5 and bucket('y') < 5"), "and(bucket('x') in {0..4}, bucket('y') in {0..4})");
  EXPECT_EQ(rewritten("last_visit > last_order"), "last_visit > last_order");
  EXPECT_EQ(rewritten("promo != true"), "promo in {'false'}");
  EXPECT_EQ(rewritten("exactly 1 of (promo, promo)"), "count[1..1](promo in {'true'}, promo in {'true'})");
}

TEST(Rewrite, TakesLongDisjunctions) {
  std::string text = "city = '0'";
  for (int i = 1; i < 5'000; ++i) text += " or city = '" + std::to_string(i) + "' or age = " + std::to_string(i);
  const testing::SampleDatabase database;
  const Bound result = rewrite(*bindText(text, database.context()), database.schema);
  EXPECT_EQ(std::get<BoundOr>(result.node).operands.size(), 2U);
}

RC_GTEST_PROP(Rewrite, SelectsTheSameContacts, ()) {
  const auto vocabulary = testing::everyKindOfField();
  const auto tree = *testing::arbitraryPredicate(vocabulary, 5);
  const testing::SampleDatabase database;
  const auto bound = bind(tree, {vocabulary.schema, database.segments, database.zone, database.now});
  RC_ASSERT(bound.has_value());
  const Bound simple = rewrite(*bound, vocabulary.schema);
  RC_ASSERT(rewrite(simple, vocabulary.schema) == simple);
  for (int i = 0; i < 20; ++i) {
    const auto contact = *testing::arbitraryContact(vocabulary);
    if (testing::holds(*bound, contact, vocabulary.schema) != testing::holds(simple, contact, vocabulary.schema)) {
      RC_FAIL(print(tree) + "\n" + boundText(*bound, vocabulary.schema) + "\n" + boundText(simple, vocabulary.schema));
    }
  }
}

}  // namespace
}  // namespace roster
