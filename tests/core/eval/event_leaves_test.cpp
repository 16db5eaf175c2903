// Leaves about events where the loops over a chunk take a way of their own: days that a clock shows twice, numbers that
// 64 bits or a byte do not hold, and few contacts among many. Held against the naive evaluator.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/eval/naive_evaluator.h"
#include "core/query/binder.h"
#include "core/query/rewrite/rewrite.h"
#include "tests/support/evaluate.h"
#include "tests/support/recorded_events.h"
#include "tests/support/shop_events.h"

namespace roster {
namespace {

constexpr std::int64_t kMidnight = 20'000 * kMillisecondsPerDay;  // of a day in UTC
constexpr std::int64_t kHuge = std::int64_t{1} << 62;

// An hour east of UTC, until half an hour past midnight of that day in UTC; then two hours west of it, so that the day
// before is shown again.
TimeZone zoneThatGoesBack() {
  return TimeZone("Back",
                  {{0, kMillisecondsPerHour}, {kMidnight + kMillisecondsPerHour / 2, -2 * kMillisecondsPerHour}});
}

struct Histories {
  EventFacts facts{shopEvents(), {}};
  std::vector<ContactRecord> contacts;
  TimeZone zone = zoneThatGoesBack();
  SnapshotPtr snapshot;

  explicit Histories(std::size_t count) {
    RandomSource random(7);
    for (ContactId id = 0; id < count; ++id) {
      ContactRecord& contact = contacts.emplace_back();
      contact.id = id;
      contact.key = fmt::format("c{}", id);
      const std::uint64_t events = id % 50 == 0 ? 400 : random.below(12);
      for (std::uint64_t i = 0; i < events; ++i) contact.events.push_back(eventOf(id, random));
    }
    snapshot = recordedSnapshot(facts, contacts, zone, random);
  }

  static EventRecord eventOf(ContactId contact, RandomSource& random) {
    const Instant time = kMidnight + random.between(-40, 40) * kMillisecondsPerHour;
    if (random.chance(30)) return {2, time, {{FieldId{1}, std::string("x")}}};
    EventRecord event{1, time, {}};
    // Every third contact's sums are beyond 64 bits.
    if (random.chance(90))
      event.values[1] = contact % 3 == 0 ? kHuge - random.between(0, 3) : random.between(-50, 2000);
    if (random.chance(90)) event.values[4] = fmt::format("s{}", random.below(14));
    return event;
  }

  std::vector<ContactId> naive(const Bound& predicate) const {
    std::vector<ContactId> found;
    for (const ContactRecord& contact : contacts) {
      if (matches(predicate, contact, *snapshot->schema, zone, facts)) found.push_back(contact.id);
    }
    return found;
  }

  // How many the predicate selects, where that is as naive evaluation has it.
  std::size_t check(const std::string& text) const {
    const auto bound = bindText(text, {*snapshot->schema, {}, zone, kMidnight + kMillisecondsPerDay, &facts.schema});
    EXPECT_TRUE(bound) << text << ": " << bound.error().message;
    if (!bound) return 0;
    const auto evaluated = evaluate(rewrite(*bound, *snapshot->schema), *snapshot);
    EXPECT_TRUE(evaluated) << text << ": " << evaluated.error().message;
    if (!evaluated) return 0;
    EXPECT_EQ(evaluated->contacts, naive(*bound)) << text;
    return evaluated->contacts.size();
  }
};

TEST(EventLeaves, OfEveryKindAreAsNaiveEvaluationHasThem) {
  const Histories histories(400);
  for (const char* text : {"days(purchase) = 2",
                           "days(purchase) >= 3",
                           "days(purchase where amount > 100) between 1 and 2",
                           "count(purchase) >= 100",
                           "count(purchase) >= 200",
                           "count(purchase) between 130 and 400",
                           "distinct(store of purchase) >= 3",
                           "distinct(store of purchase) >= 12",
                           "distinct(store of purchase) between 2 and 4",
                           "distinct(store of purchase) < 3",
                           "sum(amount of purchase) > 10",
                           "sum(amount of purchase) < 92233720368547758.07",
                           "avg(amount of purchase) > 5",
                           "avg(amount of purchase) >= 10",
                           "avg(amount of purchase) < 10",
                           "avg(amount of purchase) <= 9.5",
                           "avg(amount of purchase) > 9.505",
                           "avg(amount of purchase) between 5 and 12",
                           "avg(amount of purchase) != 10",
                           "last(purchase).amount > 5",
                           "first(purchase).store in ('s1', 's2', 's3')",
                           "did mail then purchase within 2 hours",
                           "did purchase then not mail within 1 day"}) {
    const std::size_t found = histories.check(text);
    EXPECT_GT(found, 0U) << text << " tells nothing";
    EXPECT_LT(found, 400U) << text << " tells nothing";
  }
}

// Their rows are looked for among all: the same predicates beside keys.
TEST(EventLeaves, OfFewContactsAreAsNaiveEvaluationHasThem) {
  const Histories histories(400);
  for (const char* leaf :
       {"days(purchase) = 2", "count(purchase) >= 3", "distinct(store of purchase) >= 3",
        "sum(amount of purchase) > 10", "avg(amount of purchase) between 5 and 12", "min(amount of purchase) < 1",
        "max(amount of purchase) > 19", "last(purchase).amount > 5", "last(purchase) in last 30 hours",
        "first(purchase).store in ('s1', 's2', 's3')", "did mail then purchase within 2 hours",
        "did purchase then not mail within 1 day", "did purchase where amount > 19 and store != 's3'"}) {
    std::size_t found = 0;
    for (int i = 0; i < 40; ++i) {
      found += histories.check(fmt::format("key in ('c{}', 'c{}', 'c{}') and ({})", i, 50 * (i % 8), 399 - i, leaf));
    }
    EXPECT_GT(found, 0U) << leaf;
  }
}

}  // namespace
}  // namespace roster
