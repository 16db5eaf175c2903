// Who matches, however the work is divided: shard by shard, in runs of chunks, or on the caller's thread.
#include "index/engine/audience.h"

#include <chrono>
#include <gtest/gtest.h>

#include "tests/support/random_snapshot.h"

namespace roster {
namespace {

std::vector<ContactId> idsOf(const Audience& audience) {
  std::vector<ContactId> ids;
  for (ShardIndex shard = 0; shard < audience.shardCount(); ++shard) {
    audience.shard(shard).forEach([&](LocalId id) { ids.push_back(contactAt(shard, id)); });
  }
  return ids;
}

TEST(Audience, OfFewShardsIsThatOfNaiveEvaluation) {
  const auto data = testing::randomSnapshot({kShardSize + 70'000, 7, 401});
  // From what cardinalities tell to a scan of every contact, which is long enough for several threads.
  for (const char* predicate : {"city = 'Łódź'", "age > 40 and news", "note like '%3%'", "not note like '%3%'",
                                "note like '%3%' or price > 10", "city is null and city is not null"}) {
    std::vector<ContactId> right;
    const bool countsEverybody = std::string_view(predicate).starts_with("not ");
    if (!countsEverybody) {
      for (const ContactRecord* contact : data.matching(predicate)) right.push_back(contact->id);
    }
    const auto query = Query::compile(predicate, data.snapshot, testing::snapshotNow());
    ASSERT_TRUE(query) << predicate;
    for (const unsigned threads : {1U, 2U, 5U}) {
      const Executor executor(threads);
      const auto direct = evaluate(*query, executor);
      ASSERT_TRUE(direct) << predicate;
      const auto prepared = PreparedQuery::prepare(*query, executor);
      ASSERT_TRUE(prepared) << predicate;
      const auto again = prepared->evaluate(executor);
      ASSERT_TRUE(again) << predicate;
      if (countsEverybody) {
        EXPECT_EQ(direct->count(), data.snapshot->liveCount() - data.matching("note like '%3%'").size());
      } else {
        EXPECT_EQ(idsOf(*direct), right) << predicate << " on " << threads;
      }
      EXPECT_EQ(idsOf(*again), idsOf(*direct)) << predicate << " on " << threads;
      EXPECT_EQ(count(*query, executor).value(), direct->count()) << predicate << " on " << threads;
      EXPECT_EQ(prepared->count(executor).value(), direct->count()) << predicate << " on " << threads;
    }
  }
}

TEST(Audience, CountsSeveralQueriesByTheClockAsEachAlone) {
  const auto data = testing::randomSnapshot({kShardSize + 70'000, 9, 401});
  std::vector<Query> queries;
  for (const char* predicate :
       {"age > 40", "note like '%3%' and age > 40", "news or age > 40", "not news", "age > 40", "true", "false"}) {
    queries.push_back(Query::compile(predicate, data.snapshot, testing::snapshotNow()).value());
  }
  for (const unsigned threads : {1U, 2U, 5U}) {
    const Executor executor(threads);
    const auto begin = std::chrono::steady_clock::now();
    const auto timed = countAllTimed(queries, executor);
    const auto passed = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(timed);
    const auto counts = countAll(queries, executor);
    ASSERT_TRUE(counts);
    ASSERT_EQ(timed->size(), queries.size());
    std::chrono::nanoseconds sum{0};
    for (std::size_t i = 0; i < queries.size(); ++i) {
      EXPECT_EQ((*timed)[i].count, count(queries[i], executor).value()) << i;
      EXPECT_EQ((*timed)[i].count, (*counts)[i]) << i;
      EXPECT_GT((*timed)[i].time.count(), 0) << i;
      if (i != 4) sum += (*timed)[i].time;
    }
    EXPECT_EQ((*timed)[0].time, (*timed)[4].time) << "equal queries are evaluated once";
    EXPECT_LE(sum, threads * passed);
    EXPECT_TRUE(countAllTimed({}, executor)->empty());
  }
}

}  // namespace
}  // namespace roster
