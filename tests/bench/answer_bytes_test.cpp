// What answers are read from, held against the pieces of a generated database of two chunks.
#include "bench/answer_bytes.h"

#include <algorithm>

#include "bench/query_runner.h"
#include "bench/suite_setup.h"
#include "index/engine/database.h"
#include "tests/bench/suite_test.h"

namespace roster::bench {
namespace {

constexpr std::uint64_t kTwoChunksOfContacts = 70'000;

class AnswerBytesTest : public SuiteTest {
 protected:
  void SetUp() override {
    const auto data = prepareDatabase(kTwoChunksOfContacts, directory_.path(), host_, [](std::string_view) {});
    ASSERT_TRUE(data) << data.error().message;
    auto database = Database::open(data->database, Access::read, host_);
    ASSERT_TRUE(database);
    database_ = *std::move(database);
    snapshot_ = database_->snapshot();
  }

  static BenchQuery named(std::string_view name) {
    const auto queries = audienceQueries();
    return *std::ranges::find(queries, name, &BenchQuery::name);
  }

  std::uint64_t bytesOf(const BenchQuery& query) const {
    const auto compiled = Query::compile(query.predicates.front(), snapshot_, benchNow());
    EXPECT_TRUE(compiled);
    const auto audience = evaluate(*compiled, host_.executor());
    EXPECT_TRUE(audience);
    return answerBytes(query, *audience).value();
  }

  const Shard& shard() const { return *snapshot_->shards.front(); }
  const FieldShard& field(std::string_view name) const { return *shard().field(snapshot_->schema->find(name)->id); }
  std::uint64_t presentBytes(std::string_view name, ChunkIndex chunk) const {
    return load(field(name).present).value()->chunk(chunk).byteSize();
  }

  std::unique_ptr<Database> database_;
  SnapshotPtr snapshot_;
};

TEST_F(AnswerBytesTest, APageReadsUpToItsLastRow) {
  const auto columns = [&](ChunkIndex chunk) {
    return shard().keys[chunk]->bytes() + std::get<TextColumns>(field("email").columns).strings[chunk]->bytes() +
           presentBytes("email", chunk) + std::get<CodedColumns>(field("city").columns).codes[chunk]->bytes() +
           presentBytes("city", chunk);
  };
  BenchQuery page = named("first-page");
  EXPECT_EQ(bytesOf(page), columns(0));
  page.limit = 0;
  EXPECT_EQ(bytesOf(page), columns(0) + columns(1));
  page.limit = 1'000'000;
  EXPECT_EQ(bytesOf(page), columns(0) + columns(1));
}

TEST_F(AnswerBytesTest, StatisticsReadSlicesAndNumbers) {
  const auto& ltv = std::get<NumberColumns>(field("ltv").columns);
  std::uint64_t bytes = 0;
  for (const ChunkIndex chunk : {0U, 1U}) {
    bytes += ltv.slices[chunk]->bytes() + ltv.numbers[chunk]->bytes() + presentBytes("ltv", chunk);
  }
  EXPECT_EQ(bytesOf(named("sum-percentiles")), bytes);
}

TEST_F(AnswerBytesTest, ABreakdownReadsTheColumnOrTheValues) {
  const auto& store = std::get<CodedColumns>(field("store").columns);
  std::uint64_t column = 0;
  std::uint64_t values = store.values.packed == nullptr ? 0 : store.values.packed->bytes();
  for (const ChunkIndex chunk : {0U, 1U}) {
    column += store.codes[chunk]->bytes() + presentBytes("store", chunk);
    for (const DenseValue& value : store.values.dense) values += load(value.bitmap).value()->chunk(chunk).byteSize();
  }
  EXPECT_EQ(bytesOf(named("breakdown-64")), std::max(column, values));
}

TEST_F(AnswerBytesTest, ARunTouchesOperandsAndWhatItAnswersFrom) {
  const Executor single(1);
  const RunContext context{withBenchSegments(snapshot_), single, directory_.path() / "list.csv"};
  const auto touched = [&](const BenchQuery& query) {
    return QueryRunner::prepare(query, context).value().touchedBytes(context).value();
  };
  EXPECT_EQ(touched(named("or-of-10-cities")), 0U);
  EXPECT_GT(touched(named("first-page")), bytesOf(named("first-page")));
  EXPECT_GT(touched(named("overlap-8")), touched(named("two-dense")));
  EXPECT_GT(touched(named("hundred-segments")), 0U);
}

}  // namespace
}  // namespace roster::bench
