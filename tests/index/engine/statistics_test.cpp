#include "index/engine/statistics.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "core/data/apply.h"
#include "index/engine/rank_selection.h"
#include "tests/support/random_snapshot.h"

namespace roster {
namespace {

using ::testing::HasSubstr;
using testing::RandomSnapshot;
using testing::sharedSnapshot;

Audience audienceOf(const SnapshotPtr& snapshot, std::string_view predicate, const Executor& executor) {
  const auto query = Query::compile(predicate, snapshot, testing::snapshotNow());
  EXPECT_TRUE(query) << query.error().message;
  return *evaluate(*query, executor);
}

// The statistics by their definitions.
void expectNaive(const Statistics& found, std::vector<std::int64_t> numbers, std::uint64_t audience) {
  EXPECT_EQ(found.audience, audience);
  EXPECT_EQ(found.count, numbers.size());
  EXPECT_EQ(found.missing, audience - numbers.size());
  const FieldKind kind = found.field.type.kind;
  EXPECT_EQ(found.sum.has_value(), kind == FieldKind::integer || kind == FieldKind::decimal);
  if (found.sum) {
    WideInteger sum = 0;
    for (const std::int64_t number : numbers) sum += number;
    EXPECT_EQ(formatWide(*found.sum, 0), formatWide(sum, 0));
  }
  EXPECT_EQ(found.percentiles.has_value(), !numbers.empty());
  if (numbers.empty()) return;
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(found.minimum, numbers.front());
  EXPECT_EQ(found.maximum, numbers.back());
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    std::size_t rank = 1;
    while (rank * 100 < numbers.size() * kPercentiles[i]) ++rank;
    EXPECT_EQ((*found.percentiles)[i], numbers[rank - 1]) << kPercentiles[i];
  }
}

void expectNaive(const RandomSnapshot& data, const char* field, const char* predicate, const Executor& executor) {
  SCOPED_TRACE(::testing::Message() << field << " of " << predicate);
  const auto matching = data.matching(predicate);
  std::vector<std::int64_t> numbers;
  for (const ContactRecord* contact : matching) {
    const auto value = contact->values.find(data.field(field).id);
    if (value != contact->values.end()) numbers.push_back(std::get<std::int64_t>(value->second));
  }
  const auto found = statistics(audienceOf(data.snapshot, predicate, executor), field, executor);
  ASSERT_TRUE(found) << found.error().message;
  expectNaive(*found, numbers, matching.size());
}

TEST(Statistics, AreThoseOfNaiveEvaluation) {
  const Executor executor(2);
  for (const char* field : {"age", "big", "price", "birth", "seen", "empty"}) {
    for (const char* predicate : {"true", "age is not null", "city = 'Łódź'", "plan = 'plan-2'", "key = 'contact-12'",
                                  "false", "birth < '2000-01-01'", "not news", "big < 0"}) {
      expectNaive(sharedSnapshot(), field, predicate, executor);
    }
  }
}

TEST(Statistics, SpanShards) {
  const RandomSnapshot data = testing::randomSnapshot({kShardSize + 70'000, 7, 401});
  const Executor executor(2);
  for (const char* field : {"age", "big", "seen"}) expectNaive(data, field, "city is not null", executor);
}

// A snapshot of contacts with these numbers.
SnapshotPtr snapshotOf(const std::vector<std::int64_t>& numbers) {
  ChangeBatch batch;
  batch.schema = *Schema().withField("n", {FieldKind::integer});
  FieldChanges changes;
  changes.field = 1;
  for (ContactId id = 0; id < numbers.size(); ++id) {
    batch.newKeys.append(std::to_string(id));
    changes.contacts.push_back(id);
    changes.values.push_back(numbers[id]);
  }
  batch.fields.push_back(std::move(changes));
  return *apply(Snapshot(), batch, 1);
}

TEST(Statistics, SumTheGreatestNumbersInMoreThan64Bits) {
  const Executor executor(1);
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  for (const auto& numbers : {std::vector<std::int64_t>(5'000, most), std::vector<std::int64_t>(5'000, least),
                              std::vector<std::int64_t>{least, most}, std::vector<std::int64_t>{0},
                              std::vector<std::int64_t>{least, -1, 0, 1, most}}) {
    const SnapshotPtr snapshot = snapshotOf(numbers);
    const auto found = statistics(audienceOf(snapshot, "true", executor), "n", executor);
    ASSERT_TRUE(found);
    expectNaive(*found, numbers, numbers.size());
  }
  const SnapshotPtr snapshot = snapshotOf(std::vector<std::int64_t>(5'000, most));
  const auto found = statistics(audienceOf(snapshot, "true", executor), "n", executor);
  EXPECT_EQ(formatWide(*found->sum, 0), "46116860184273879035000");
}

TEST(Statistics, RefuseOtherKindsOfField) {
  const Executor executor(1);
  const Audience audience = audienceOf(sharedSnapshot().snapshot, "true", executor);
  EXPECT_EQ(statistics(audience, "agee", executor).error().message, "unknown field 'agee'; did you mean 'age'?");
  EXPECT_THAT(statistics(audience, "city", executor).error().message, HasSubstr("'city' is a category"));
  EXPECT_THAT(statistics(audience, "scores", executor).error().message, HasSubstr("'scores' is a set(integer)"));
}

TEST(Means, AreRounded) {
  EXPECT_EQ(formatMean(10, 4, 0), "2.5000");
  EXPECT_EQ(formatMean(2, 3, 0), "0.6667");
  EXPECT_EQ(formatMean(-2, 3, 0), "-0.6667");
  EXPECT_EQ(formatMean(1, 3, 2), "0.003333");
  EXPECT_EQ(formatMean(-1, 100'000, 0), "0.0000");
}

}  // namespace
}  // namespace roster
