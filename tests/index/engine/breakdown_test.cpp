#include "index/engine/breakdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "index/engine/group_reader.h"
#include "tests/index/engine/naive_groups.h"
#include "tests/support/random_snapshot.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RandomSnapshot;
using testing::sharedSnapshot;

Audience audienceOf(const RandomSnapshot& data, std::string_view predicate, const Executor& executor) {
  const auto query = Query::compile(predicate, data.snapshot, testing::snapshotNow());
  EXPECT_TRUE(query) << query.error().message;
  auto audience = evaluate(*query, executor);
  EXPECT_TRUE(audience);
  return *std::move(audience);
}

std::set<std::string> naiveGroupsOf(const Dimension& dimension, const ContactRecord& contact, const TimeZone& zone) {
  const auto found = contact.values.find(dimension.field.id);
  return testing::naiveGroups(dimension, found == contact.values.end() ? nullptr : &found->second, zone);
}

using Table = std::map<std::vector<std::string>, std::uint64_t>;

Table naiveTable(const RandomSnapshot& data, std::string_view predicate, const std::vector<Dimension>& dimensions) {
  Table table;
  const TimeZone& zone = *data.snapshot->zone;
  for (const ContactRecord* contact : data.matching(predicate)) {
    for (const std::string& first : naiveGroupsOf(dimensions[0], *contact, zone)) {
      if (dimensions.size() == 1) {
        ++table[{first}];
        continue;
      }
      for (const std::string& second : naiveGroupsOf(dimensions[1], *contact, zone)) ++table[{first, second}];
    }
  }
  return table;
}

Table tableOf(const Breakdown& breakdown) {
  Table table;
  for (const BreakdownLine& line : breakdown.lines) {
    std::vector<std::string> groups;
    for (std::size_t i = 0; i < line.groups.size(); ++i) {
      groups.push_back(groupText(line.groups[i], breakdown.dimensions[i]));
    }
    EXPECT_TRUE(table.emplace(groups, line.count).second) << "a group has two lines";
  }
  return table;
}

class BreakdownOf : public ::testing::TestWithParam<const char*> {
 protected:
  Executor executor_{2};
};

TEST_P(BreakdownOf, CountsAsNaiveEvaluationDoes) {
  const RandomSnapshot& data = sharedSnapshot();
  const auto dimensions = parseDimensions(GetParam(), *data.snapshot->schema);
  ASSERT_TRUE(dimensions) << dimensions.error().message;
  for (const char* predicate : {"true", "age < 0", "city = 'Łódź' and news", "key like '%77'", "false"}) {
    const Audience audience = audienceOf(data, predicate, executor_);
    const auto result = breakdown(audience, *dimensions, executor_);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->audience, data.matching(predicate).size());
    EXPECT_EQ(tableOf(*result), naiveTable(data, predicate, *dimensions)) << predicate;
    for (std::size_t i = 1; i < result->lines.size(); ++i) {
      ASSERT_GE(result->lines[i - 1].count, result->lines[i].count);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Dimensions, BreakdownOf,
                         ::testing::Values("city", "plan", "code", "tags", "kids", "kids:month", "scores", "scores:7",
                                           "news", "age", "age:10", "price:99.50", "birth", "birth:week", "birth:month",
                                           "birth:quarter", "birth:year", "seen", "seen:week", "seen:month", "empty",
                                           "city,news", "tags,kids:year", "code,age", "birth:month,seen:quarter",
                                           "tags,tags"));

TEST(Breakdown, OrdersLinesByCountThenByGroupWithMissingValuesLast) {
  const RandomSnapshot& data = sharedSnapshot();
  const Executor executor(1);
  auto result =
      breakdown(audienceOf(data, "true", executor), *parseDimensions("age:50", *data.snapshot->schema), executor);
  ASSERT_TRUE(result);
  sortByGroup(*result);
  std::vector<std::string> groups;
  for (const BreakdownLine& line : result->lines) groups.push_back(groupText(line.groups[0], result->dimensions[0]));
  EXPECT_THAT(groups, ElementsAre("-50..-1", "0..49", "50..99", "(no value)"));
}

TEST(Breakdown, GroupsTheLeastAndGreatestNumbersWithoutOverflow) {
  const RandomSnapshot& data = sharedSnapshot();
  const Executor executor(2);
  const auto dimension = parseDimension("big:9000000000000000000", *data.snapshot->schema);
  ASSERT_TRUE(dimension);
  auto result = breakdown(audienceOf(data, "big is not null", executor), {*dimension}, executor);
  ASSERT_TRUE(result);
  sortByGroup(*result);
  std::vector<std::string> groups;
  for (const BreakdownLine& line : result->lines) groups.push_back(groupText(line.groups[0], *dimension));
  EXPECT_THAT(groups, ElementsAre("-9223372036854775808..-9000000000000000001", "-9000000000000000000..-1",
                                  "0..8999999999999999999", "9000000000000000000..9223372036854775807"));
}

TEST(Breakdown, CountsDaysInTheZoneOfTheDatabase) {
  const RandomSnapshot& data = sharedSnapshot();
  const Executor executor(1);
  // 22:00 UTC is midnight in Warsaw.
  const Audience audience = audienceOf(data, "seen >= '2025-06-30T22:00Z' and seen < '2025-07-01T00:00Z'", executor);
  const auto result = breakdown(audience, *parseDimensions("seen:month", *data.snapshot->schema), executor);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->lines.size(), 1U);
  EXPECT_EQ(groupText(result->lines[0].groups[0], result->dimensions[0]), "2025-07");
}

TEST(Breakdown, IsRefusedAboveSoManyLines) {
  EXPECT_TRUE(checkBreakdownSize(kMaxBreakdownLines));
  const auto refused = checkBreakdownSize(kMaxBreakdownLines + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::resourceExhausted);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("more than 10000000 lines; group numbers by a step"));
}

TEST(GroupReader, RefusesCodesThatStandForNoValue) {
  const Snapshot& snapshot = *sharedSnapshot().snapshot;
  const auto dimension = parseDimensions("city", *snapshot.schema);
  ASSERT_TRUE(dimension);
  const auto keys = GroupKeys::load(dimension->front(), snapshot);
  ASSERT_TRUE(keys);
  FieldShard field = *snapshot.shards[0]->field(dimension->front().field.id);
  const std::vector<std::uint16_t> places{0};
  for (const Code code : {keys->lastCode(), keys->lastCode() + 1, Code{0xFFFF'FFFF}}) {
    std::get<CodedColumns>(field.columns).codes[0] = makeSlot(CodeChunk::encode({{code}}));
    GroupReader reader(*keys);
    const auto read = reader.read(&field, 0, places);
    if (code == keys->lastCode()) {
      EXPECT_TRUE(read);
    } else {
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().code, ErrorCode::dataLoss);
    }
  }
}

TEST(Breakdown, SpansShards) {
  const RandomSnapshot data = testing::randomSnapshot({kShardSize + 70'000, 7, 401});
  const Executor executor(2);
  for (const char* by : {"city", "tags", "age:10", "seen:month", "city,news"}) {
    const auto dimensions = parseDimensions(by, *data.snapshot->schema);
    const auto result = breakdown(audienceOf(data, "age is not null", executor), *dimensions, executor);
    ASSERT_TRUE(result);
    EXPECT_EQ(tableOf(*result), naiveTable(data, "age is not null", *dimensions)) << by;
  }
}

// A grid of codes is counted in a table where the audience is worth one, and group by group otherwise.
TEST(Breakdown, CountsGridsOfCodesOfAnySize) {
  const RandomSnapshot data = testing::randomSnapshot({kShardSize + 70'000, 8, 11});
  const Executor executor(2);
  for (const char* predicate : {"city is not null", "plan = 'plan-0'", "plan = 'plan-250'", "false"}) {
    const Audience audience = audienceOf(data, predicate, executor);
    for (const char* by : {"city,plan", "plan,city", "news,city", "news,news", "city,city", "plan,plan", "plan,code"}) {
      const auto dimensions = parseDimensions(by, *data.snapshot->schema);
      ASSERT_TRUE(dimensions);
      const auto result = breakdown(audience, *dimensions, executor);
      ASSERT_TRUE(result) << result.error().message;
      EXPECT_EQ(tableOf(*result), naiveTable(data, predicate, *dimensions)) << by << " of " << predicate;
    }
  }
}

TEST(Breakdown, RefusesAGridOfACodeThatWasNeverGiven) {
  const Snapshot& sound = *sharedSnapshot().snapshot;
  const FieldId city = sharedSnapshot().field("city").id;
  auto field = std::make_shared<FieldShard>(*sound.shards[0]->field(city));
  auto& slot = std::get<CodedColumns>(field->columns).codes[0];
  auto codes = (*load(slot))->expand(kChunkSize);
  codes[sharedSnapshot().matching("age = 30").front()->id] = 1'000;
  slot = makeSlot(CodeChunk::encode(codes));
  auto shard = std::make_shared<Shard>(*sound.shards[0]);
  shard->fields[city] = field;
  auto damaged = std::make_shared<Snapshot>(sound);
  damaged->shards[0] = shard;
  const Executor executor(2);
  const auto dimensions = parseDimensions("news,city", *sound.schema);
  for (const char* predicate : {"age is not null", "age = 30", "age != 30"}) {
    const auto audience = evaluate(*Query::compile(predicate, damaged, testing::snapshotNow()), executor);
    ASSERT_TRUE(audience);
    const auto result = breakdown(*audience, *dimensions, executor);
    EXPECT_EQ(result.has_value(), predicate == std::string_view("age != 30")) << predicate;
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::dataLoss);
    }
  }
}

std::string refusal(std::string_view text) {
  const auto parsed = parseDimensions(text, *sharedSnapshot().snapshot->schema);
  return parsed ? "" : parsed.error().message;
}

TEST(Dimension, RefusesWhatHasNoGroupsAndNamesTheNearestField) {
  EXPECT_EQ(refusal("ctiy"), "unknown field 'ctiy'; did you mean 'city'?");
  EXPECT_THAT(refusal("note"), HasSubstr("'note' is text"));
  EXPECT_THAT(refusal("key"), HasSubstr("every contact has a key of its own"));
  EXPECT_THAT(refusal("seen:mnth"), HasSubstr("did you mean 'month'?"));
  EXPECT_THAT(refusal("age:month"), HasSubstr("the step of 'age'"));
  EXPECT_THAT(refusal("age:0"), HasSubstr("above zero"));
  EXPECT_THAT(refusal("age:-5"), HasSubstr("above zero"));
  EXPECT_THAT(refusal("age:"), HasSubstr("not a number"));
  EXPECT_THAT(refusal("age:1.5"), HasSubstr("not a whole number"));
  EXPECT_THAT(refusal("city:10"), HasSubstr("goes by value"));
  EXPECT_THAT(refusal("birth:7"), HasSubstr("no way to group times"));
  EXPECT_THAT(refusal("city,news,age"), HasSubstr("two fields at most"));
  EXPECT_THAT(refusal("city,"), HasSubstr("by one field, or by two"));
  EXPECT_THAT(refusal(""), HasSubstr("by one field, or by two"));
  EXPECT_THAT(refusal("\"city"), HasSubstr("double quotes"));
}

TEST(Dimension, TakesNamesWithColonsAndCommas) {
  Schema schema;
  for (const char* name : {"utm:source", "a,b", "age"}) schema = *schema.withField(name, {FieldKind::integer});
  EXPECT_EQ(parseDimension("utm:source", schema)->field.name, "utm:source");
  EXPECT_EQ(parseDimension("utm:source:5", schema)->step, 5);
  EXPECT_EQ(parseDimensions("a,b", schema)->size(), 1U);
  const auto two = parseDimensions("\"a,b\":3,\"utm:source\"", schema);
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ((*two)[0].field.name, "a,b");
  EXPECT_EQ((*two)[0].step, 3);
  EXPECT_EQ((*two)[1].grouping, Grouping::value);
}

}  // namespace
}  // namespace roster
