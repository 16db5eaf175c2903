// Readers beside a writer, and evaluation on several threads: what the thread sanitizer looks at.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "core/eval/event_results.h"
#include "index/engine/audience.h"
#include "index/engine/database.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/random_source.h"
#include "tests/support/shop_events.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

constexpr ContactId kContacts = 3000;

HostLimits limits() {
  HostLimits limits;
  limits.pieceCacheBytes = 16 * 1024;  // so that readers load pieces while checkpoints store them
  limits.threads = 3;
  return limits;
}

class ConcurrencyTest : public ::testing::Test {
 protected:
  ConcurrencyTest() {
    auto created = Database::create(directory_.path() / "db", TimeZone(), host_);
    EXPECT_TRUE(created);
    database_ = *std::move(created);
    ChangeBatch batch;
    batch.schema =
        Schema().withField("tags", {FieldKind::set}).value().withField("score", {FieldKind::integer}).value();
    for (ContactId id = 0; id < kContacts; ++id) batch.newKeys.append("k" + std::to_string(id));
    FieldChanges tags{1, {}, {}, {}, {}};
    tags.strings.append("left");
    FieldChanges scores{2, {}, {}, {}, {}};
    for (ContactId id = 0; id < kContacts; ++id) {
      tags.contacts.push_back(id);
      tags.values.push_back(0);
      scores.contacts.push_back(id);
      scores.values.push_back(id % 100);
    }
    tags.ops.assign(kContacts, ChangeOp::add);
    batch.fields = {tags, scores};
    EXPECT_TRUE(database_->commit(CommitMode::bulk, batch));
  }

  // Moves some contacts from one tag to the other, and says so in their score, in one batch.
  Result<Sequence> move(unsigned round) {
    const bool right = round % 2 == 0;
    FieldChanges tags{1, {}, {}, {}, {}};
    tags.strings.append(right ? "right" : "left");
    tags.strings.append(right ? "left" : "right");
    for (ContactId id = round % 7; id < kContacts; id += 7) {
      tags.contacts.insert(tags.contacts.end(), {id, id});
      tags.values.insert(tags.values.end(), {0, 1});
      tags.ops.insert(tags.ops.end(), {ChangeOp::add, ChangeOp::remove});
    }
    ChangeBatch batch;
    batch.fields = {tags};
    return database_->commit(round % 5 == 0 ? CommitMode::bulk : CommitMode::logged, batch);
  }

  std::uint64_t countOf(const SnapshotPtr& snapshot, std::string_view predicate) {
    const auto query = Query::compile(predicate, snapshot, 0);
    EXPECT_TRUE(query);
    const auto counted = count(*query, host_.executor());
    EXPECT_TRUE(counted) << counted.error().message;
    return counted.value_or(0);
  }

  TemporaryDirectory directory_;
  FixedClock clock_{0};
  Host host_{clock_, limits()};
  std::unique_ptr<Database> database_;
};

TEST_F(ConcurrencyTest, NoReaderSeesHalfABatch) {
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const SnapshotPtr snapshot = database_->snapshot();
        const std::uint64_t left = countOf(snapshot, "tags has 'left'");
        const std::uint64_t right = countOf(snapshot, "tags has 'right'");
        EXPECT_EQ(left + right, kContacts);
        EXPECT_EQ(countOf(snapshot, "tags has all ('left', 'right')"), 0U);
        EXPECT_EQ(countOf(snapshot, "size(tags) = 1 and score < 50"), kContacts / 2);
      }
    });
  }
  std::thread checkpointer([&] {
    while (!done) EXPECT_TRUE(database_->checkpoint());
  });
  for (unsigned round = 0; round < 40; ++round) EXPECT_TRUE(move(round));
  done = true;
  for (std::thread& reader : readers) reader.join();
  checkpointer.join();
}

TEST_F(ConcurrencyTest, ParallelIsSerial) {
  const Executor serial(1);
  const Executor parallel(4);
  for (unsigned round = 0; round < 3; ++round) ASSERT_TRUE(move(round));
  std::vector<Query> queries;
  std::vector<std::uint64_t> counts;
  for (const char* predicate : {"tags has 'left'", "not tags has 'left' and score between 10 and 90",
                                "at least 2 of (tags has 'right', score > 50, key like 'k1%')", "bucket('x') < 5000"}) {
    const auto query = Query::compile(predicate, database_->snapshot(), 0);
    ASSERT_TRUE(query) << predicate;
    const auto one = evaluate(*query, serial);
    const auto many = evaluate(*query, parallel);
    ASSERT_TRUE(one && many);
    ASSERT_EQ(one->shardCount(), many->shardCount());
    for (ShardIndex shard = 0; shard < one->shardCount(); ++shard) EXPECT_EQ(one->shard(shard), many->shard(shard));
    EXPECT_EQ(count(*query, serial).value(), one->count()) << predicate;
    EXPECT_EQ(PreparedQuery::prepare(*query, parallel)->count(parallel).value(), one->count()) << predicate;
    queries.push_back(*query);
    counts.push_back(one->count());
  }
  EXPECT_EQ(countAll(queries, parallel).value(), counts);
  const auto timed = countAllTimed(queries, parallel).value();
  for (std::size_t i = 0; i < counts.size(); ++i) EXPECT_EQ(timed[i].count, counts[i]);
  EXPECT_EQ(PreparedCounts::prepare(queries, parallel)->count(parallel).value(), counts);
}

// Answers about events are kept, brought up to date, thrown away and asked of older snapshots, all at once.
TEST(KeptAnswers, AreThoseOfTheirSnapshot) {
  constexpr Instant kStart = 1'800'000'000'000;
  constexpr const char* kPredicates[] = {"count(purchase in last 3 hours) >= 2",
                                         "sum(amount of purchase in last 3 hours) > 10",
                                         "days(purchase) >= 2",
                                         "did purchase in last 2 hours where amount > 5",
                                         "last(purchase).amount > 5",
                                         "did purchase then not purchase within 30 minutes",
                                         "distinct(amount of purchase) >= 3"};
  HostLimits small = limits();
  small.eventResultBytes = 100'000;
  FixedClock clock(0);
  Host host(clock, small);
  TemporaryDirectory directory;
  const auto database = *Database::create(directory.path() / "db", TimeZone(), host);
  ChangeBatch first;
  first.events = shopEvents();
  for (ContactId id = 0; id < kContacts; ++id) first.newKeys.append("k" + std::to_string(id));
  ASSERT_TRUE(database->commit(CommitMode::bulk, first));

  std::atomic<Instant> now = kStart;
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    readers.emplace_back([&, seed] {
      RandomSource random(seed);
      SnapshotPtr older = database->snapshot();
      while (!done) {
        const SnapshotPtr snapshot = random.chance(70) ? database->snapshot() : older;
        if (random.chance(10)) older = snapshot;
        const char* predicate = kPredicates[random.below(std::size(kPredicates))];
        const Instant asked = now - random.between(0, 2) * kMillisecondsPerMinute;
        const auto kept = Query::compile(predicate, snapshot, asked);
        const auto anew = Query::compile(predicate, keeping(snapshot, nullptr), asked);
        ASSERT_TRUE(kept && anew);
        ASSERT_EQ(count(*kept, host.executor()).value(), count(*anew, host.executor()).value()) << predicate;
      }
    });
  }
  RandomSource random(99);
  for (int round = 0; round < 60; ++round) {
    EventChanges changes{1, {}, {}, {}, {{1, {}, {}, {}}}};
    for (std::uint32_t row = 0; row < 40; ++row) {
      changes.contacts.push_back(static_cast<ContactId>(random.below(kContacts / 10)));
      changes.times.push_back(now + random.between(-90, 0) * kMillisecondsPerMinute);
      changes.properties[0].rows.push_back(row);
      changes.properties[0].values.push_back(random.between(0, 3000));
    }
    ChangeBatch batch;
    batch.recorded.push_back(std::move(changes));
    EXPECT_TRUE(database->commit(round % 7 == 0 ? CommitMode::bulk : CommitMode::logged, batch));
    now += kMillisecondsPerMinute;
    if (round % 10 != 9) continue;
    const auto compacted = database->compact();
    EXPECT_TRUE(compacted) << compacted.error().message;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace roster
