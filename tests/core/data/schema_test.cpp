#include "core/data/schema.h"

#include <gtest/gtest.h>

namespace roster {
namespace {

Schema sample() {
  Schema schema;
  schema = *schema.withField("city", {FieldKind::category});
  schema = *schema.withField("age", {FieldKind::integer});
  return *schema.withField("Łódź", {FieldKind::text});
}

TEST(Schema, AddsInOrderWithFreshIds) {
  const Schema schema = sample();
  ASSERT_EQ(schema.fields().size(), 3U);
  EXPECT_EQ(schema.fields()[0], (Field{1, "city", {FieldKind::category}}));
  EXPECT_EQ(schema.find("age")->id, 2U);
  EXPECT_EQ(schema.find(FieldId{3})->name, "Łódź");
  EXPECT_EQ(schema.find("City"), nullptr);
  EXPECT_EQ(schema.find(FieldId{9}), nullptr);
  EXPECT_EQ(schema.nextId(), 4U);
}

TEST(Schema, NeverReusesAnId) {
  const Schema schema = *(*sample().without("Łódź")).withField("Łódź", {FieldKind::text});
  EXPECT_EQ(schema.find("Łódź")->id, 4U);
}

TEST(Schema, RefusesNames) {
  const Schema schema = sample();
  const auto codeOf = [&](std::string_view name) {
    const auto changed = schema.withField(name, {FieldKind::category});
    return changed ? ErrorCode::internal : changed.error().code;
  };
  EXPECT_EQ(codeOf("city"), ErrorCode::conflict);
  EXPECT_EQ(codeOf(""), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf("key"), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf("a\tb"), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf("a\x7F"), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf("a\xC2\x85"), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf("e\xCC\x81"), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf("\xFF"), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf(std::string(257, 'x')), ErrorCode::invalidArgument);
  EXPECT_NE(schema.withField("key", {}).error().message.find("contact's key"), std::string::npos);
  for (const char* fine : {"Key", "segment", "and", "with space", "e-mail", "é", "日本", "it's"}) {
    EXPECT_TRUE(schema.withField(fine, {FieldKind::category})) << fine;
  }
}

TEST(Schema, Renames) {
  const Schema schema = *sample().withRenamed("city", "town");
  EXPECT_EQ(schema.find("town")->id, 1U);
  EXPECT_EQ(schema.find("city"), nullptr);
  EXPECT_EQ(sample().withRenamed("city", "age").error().code, ErrorCode::conflict);
  EXPECT_EQ(sample().withRenamed("ctiy", "x").error().code, ErrorCode::notFound);
  EXPECT_NE(sample().withRenamed("ctiy", "x").error().message.find("did you mean 'city'"), std::string::npos);
  EXPECT_EQ(sample().withRenamed("city", "key").error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(*sample().withRenamed("city", "city"), sample());
}

TEST(Schema, Drops) {
  EXPECT_EQ(sample().without("age")->find("age"), nullptr);
  EXPECT_EQ(sample().without("agee").error().code, ErrorCode::notFound);
}

TEST(Schema, RebuildsFromParts) {
  const Schema schema = sample();
  EXPECT_EQ(*Schema::fromParts(schema.fields(), schema.nextId()), schema);
  const auto isDamage = [](std::vector<Field> fields, FieldId next) {
    const auto rebuilt = Schema::fromParts(std::move(fields), next);
    return !rebuilt && rebuilt.error().code == ErrorCode::dataLoss;
  };
  EXPECT_TRUE(isDamage({{1, "a", {}}, {1, "b", {}}}, 2));
  EXPECT_TRUE(isDamage({{1, "a", {}}, {2, "a", {}}}, 3));
  EXPECT_TRUE(isDamage({{5, "a", {}}}, 5));
  EXPECT_TRUE(isDamage({{0, "a", {}}}, 5));
  EXPECT_TRUE(isDamage({{1, "", {}}}, 5));
  EXPECT_TRUE(isDamage({{1, "a", {FieldKind::decimal, 19}}}, 5));
  EXPECT_TRUE(isDamage({}, 0));
}

TEST(NearestWord, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"city", "age", "last_visit", "last_order", "Łódź"};
  EXPECT_EQ(nearestWord("ctiy", names), "city");  // a swap
  EXPECT_EQ(nearestWord("CITY", names), "city");  // case only
  EXPECT_EQ(nearestWord("lastvisit", names), "last_visit");
  EXPECT_EQ(nearestWord("ages", names), "age");
  EXPECT_EQ(nearestWord("łodz", names), std::nullopt);  // two of four characters: another word
  EXPECT_EQ(nearestWord("łódz", names), "Łódź");
  EXPECT_EQ(nearestWord("country", names), std::nullopt);
  EXPECT_EQ(nearestWord("x", {"y"}), std::nullopt);
  EXPECT_EQ(nearestWord("x", {}), std::nullopt);
}

TEST(NearestWord, PrefersTheNearerAndThenTheFirstInOrder) {
  EXPECT_EQ(nearestWord("color2", {"colors", "colour2"}), "colors");
  EXPECT_EQ(nearestWord("month", {"monthly", "months"}), "months");
}

}  // namespace
}  // namespace roster
