// Random predicates against SQLite, on small databases with fields of every kind.
#include <gtest/gtest.h>

#include "core/query/parser.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/run_settings.h"
#include "tests/oracle/small_database.h"

namespace roster::oracle {
namespace {

constexpr int kPredicatesADatabase = 100;

// Where a small database's contacts begin: mostly with the first id, else across the border of a chunk or of a shard.
std::uint64_t erasedBefore(int database) {
  constexpr std::uint64_t kBeforeBorder = 130;
  if (database == 0 && kSlower == 1) return kShardSize - kBeforeBorder;
  return database % 4 == 1 ? kChunkSize - kBeforeBorder : 0;
}

// What random predicates come across too seldom.
void expectEdges(Oracle& oracle, const std::vector<std::int64_t>& nows) {
  for (const char* text : {
           "last_visit in last 0 months",
           "last_visit > now - 0 years",
           "last_visit > now - 1 month + 1 month",
           "last_visit in last 1 hour",
           "last_visit >= '2024-03-31T02:30:00' or last_order < '2025-03-30T02:00'",
           "last_visit = '2024-10-27T02:30' or last_visit in ('2025-10-26T02:00', '2023-10-29T02:00+01:00')",
           "last_visit = '2024-03-31' or last_order between '2025-10-26' and '2025-10-26'",
           "last_order in next 1 day",
           "signup < last_visit",
           "last_visit <= signup",
           "signup = last_order",
           "not (last_order != signup)",
           "last_visit between yesterday and today",
           "children not in last 1 year",
           "anniversary(birthday) today",
           "anniversary(children) in next 1 day",
           "at most 0 of (city in (), tags has none (), sizes has all (), key in (), key like '')",
           "not (city not in ()) and not (visits not in ())",
           "spent = 0 or rate != 0.0000",
           "visits in (-9223372036854775808, 9223372036854775807)",
           "city ilike 'łÓD_' or key ilike 'É%'",
       }) {
    const auto predicate = parse(text);
    ASSERT_TRUE(predicate) << text << ": " << predicate.error().message;
    for (const std::int64_t now : nows) {
      const auto difference = oracle.difference(*predicate, now);
      ASSERT_FALSE(difference) << *difference;
    }
  }
}

TEST(Oracle, SmallDatabasesWithEveryKindOfField) {
  const WallClock clock(kZone);
  const std::uint64_t base = anySeed();
  const int databases = (isLong() ? 100 : 20) / kSlower;
  int telling = 0;
  for (int i = 0; i < databases; ++i) {
    RandomRun run;
    run.seed = base + static_cast<std::uint64_t>(i) * 1'000'000;
    SCOPED_TRACE("database " + std::to_string(i) + ", ROSTER_SEED=" + std::to_string(base));
    RandomSource random(run.seed);
    const SmallDatabase database = makeSmallDatabase(clock, erasedBefore(i), random);
    ContactTable table(*database.snapshot->schema, clock);
    for (const auto& entry : database.model.contacts()) table.add(entry.second);
    Oracle oracle(database.snapshot, table, clock);

    run.words = table.vocabulary(40);
    run.words.segments = database.segments;
    run.nows = database.times.nows;
    for (const char* field : {"last_visit", "last_order"}) {
      auto& numbers = run.words.numbers[field];
      numbers.insert(numbers.end(), database.times.instants.begin(), database.times.instants.end());
    }
    run.predicates = kPredicatesADatabase;
    const RunResult result = oracle.run(run);
    ASSERT_TRUE(result.failures.empty()) << result.failures;
    expectEdges(oracle, run.nows);
    telling += result.telling;
  }
  // Predicates that select everybody or nobody tell little; a test made of them would be worth little.
  EXPECT_GT(telling, databases * kPredicatesADatabase / 3);
}

}  // namespace
}  // namespace roster::oracle
