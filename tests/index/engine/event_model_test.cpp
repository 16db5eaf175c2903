// Histories over a database, whatever is recorded, retained, erased, dropped, stored, compacted and opened again: they
// are those of a model, and so is what predicates about them select, at several instants.
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <numeric>

#include "core/data/consistency.h"
#include "core/eval/event_results.h"
#include "core/query/binder.h"
#include "core/query/rewrite/rewrite.h"
#include "index/engine/database.h"
#include "index/store/memory_store.h"
#include "tests/support/evaluate.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/model_database.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

constexpr Day kModelDay = 19'723;  // about which the times of random events lie

// The clock is set forward in the middle of them.
TimeZone modelZone() {
  constexpr std::int64_t kHour = kMillisecondsPerHour;
  return TimeZone("Model", {{0, kHour}, {kModelDay * kMillisecondsPerDay - kHour, 2 * kHour}});
}

constexpr const char* kModelPredicates[] = {
    "did purchase in last 10 days where amount > 5",
    "not did mail",
    "did purchase where product.department = 'x' or product.price < 10",
    "did purchase where hour < 12 and weekday in ('sat', 'sun') and store is not null",
    "count(purchase where promo) >= 2",
    "count(purchase in last 5 days) = 0",
    "days(purchase) between 2 and 5",
    "distinct(product of purchase) >= 3",
    "distinct(product.department of purchase) >= 2",
    "sum(amount of purchase in last 20 days) > 10",
    "avg(amount of purchase) <= 3",
    "min(amount of purchase) < 0",
    "max(amount of purchase where product = 'x') > 100",
    "last(purchase) in last 5 days",
    "first(purchase) <= now - 10 days",
    "last(purchase).store = 'Łódź'",
    "first(mail).campaign = 'x'",
    "did purchase then mail within 3 days",
    "did purchase where promo then not mail within 2 days",
    "did mail then purchase within 1 month then mail within 12 hours",
    "count(purchase where amount > 20 or hour < 9) >= 1",
    "did purchase where not (weekday = 'mon' and amount > 3)",
    "count(mail) between 1 and 60",
};

// Opens the store that a database lies in, again and again.
using OpenStore = std::function<std::unique_ptr<Store>()>;

class ModelledDatabase {
 public:
  ModelledDatabase(OpenStore open, std::uint64_t untouched, RandomSource& random)
      : open_(std::move(open)), model_(untouched), random_(random) {
    StoreBatch first;
    EXPECT_TRUE(Database::writeEmpty(modelZone(), first));
    EXPECT_TRUE(open_()->write(first, Durability::synced));
    reopen();
    ChangeBatch contacts;
    for (std::uint64_t i = 0; i < untouched; ++i) contacts.newKeys.append(fmt::format("untouched {}", i));
    EXPECT_TRUE(database_->commit(CommitMode::bulk, contacts));
  }

  // Some step that a database may take.
  Result<void> step() {
    if (random_.chance(70)) return commit();
    switch (random_.below(3)) {
      case 0: return database_->checkpoint();
      case 1: model_.compact(); return database_->compact();
      default: reopen(); return {};
    }
  }

  void reopen() {
    database_.reset();
    auto opened = Database::openStore(open_(), Access::write, host_);
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = *std::move(opened);
  }

  std::string difference() const {
    if (const auto sound = checkConsistency(*database_->snapshot()); !sound) return sound.error().message;
    return model_.difference(*database_->snapshot());
  }

  // Where a predicate selects other contacts by what is kept of answers before than it does with nothing kept.
  std::string keptDifferenceOf(const char* text, Instant now, const SnapshotPtr& snapshot) const {
    const auto bound = bindText(text, {*snapshot->schema, {}, *snapshot->zone, now, snapshot->events.get()});
    if (!bound) return "";  // of a type that has gone
    const auto kept = evaluate(rewrite(*bound, *snapshot->schema), *snapshot);
    const auto anew = evaluate(rewrite(*bound, *snapshot->schema), *keeping(snapshot, nullptr));
    if (!kept || !anew) return "a predicate cannot be evaluated";
    return kept->contacts == anew->contacts ? "" : "other contacts are selected";
  }

  SnapshotPtr snapshot() const { return database_->snapshot(); }
  EventResults::Work workOfKept() const { return database_->snapshot()->eventResults->work(); }

  // Where a predicate selects other contacts than it does one by one.
  std::string differenceOf(const char* text, Instant now) const {
    const EventFacts& facts = model_.events().facts();
    const SnapshotPtr snapshot = database_->snapshot();
    const auto bound = bindText(text, {model_.schema(), {}, *snapshot->zone, now, &facts.schema});
    // One of the types comes and goes.
    const bool isBindable =
        facts.schema.findType("purchase") != nullptr &&
        (facts.schema.findType("mail") != nullptr || std::string_view(text).find("mail") == std::string_view::npos);
    if (!bound || !isBindable) return !bound && !isBindable ? "" : "binding goes another way";
    const auto evaluated = evaluate(rewrite(*bound, model_.schema()), *snapshot);
    if (!evaluated) return evaluated.error().message;
    return evaluated->contacts == expected(*bound, snapshot) ? "" : "other contacts are selected";
  }

 private:
  Result<void> commit() {
    ChangeBatch batch = randomBatch(model_, random_);
    model_.apply(batch);
    auto done = database_->commit(random_.chance(30) ? CommitMode::bulk : CommitMode::logged, batch);
    if (!done) return propagate(done);
    return {};
  }

  std::vector<ContactId> expected(const Bound& predicate, const SnapshotPtr& snapshot) const {
    const auto holds = [&](const ContactRecord& contact) {
      return matches(predicate, contact, model_.schema(), *snapshot->zone, model_.events().facts());
    };
    std::vector<ContactId> expected(holds(ContactRecord()) ? model_.untouched() : 0);
    std::iota(expected.begin(), expected.end(), ContactId{0});
    for (const auto& [id, known] : model_.contacts()) {
      ContactRecord contact = known;
      contact.events = model_.events().historyOf(id);
      if (holds(contact)) expected.push_back(id);
    }
    return expected;
  }

  static HostLimits smallLimits() {
    HostLimits limits;
    limits.pieceCacheBytes = 64 * 1024;  // so that pieces are loaded again and again
    limits.threads = 2;
    return limits;
  }

  OpenStore open_;
  ModelDatabase model_;
  RandomSource& random_;
  FixedClock clock_{0};
  Host host_{clock_, smallLimits()};
  std::unique_ptr<Database> database_;
};

void runAgainstModel(const OpenStore& open, std::uint64_t untouched, int steps, std::uint64_t seed) {
  SCOPED_TRACE(fmt::format("seed {}", seed));
  RandomSource random(seed);
  ModelledDatabase database(open, untouched, random);
  for (int i = 0; i < steps; ++i) {
    const auto done = database.step();
    ASSERT_TRUE(done) << "step " << i << ": " << done.error().message;
    ASSERT_EQ(database.difference(), "") << "after step " << i;
    if (i % 4 != 3) continue;
    for (const char* predicate : kModelPredicates) {
      const Instant now = (kModelDay + random.between(-20, 20)) * kMillisecondsPerDay + random.between(-1, 1);
      ASSERT_EQ(database.differenceOf(predicate, now), "") << "after step " << i << ": " << predicate;
    }
  }
}

std::uint64_t seedsToRun() { return std::getenv("ROSTER_LONG") != nullptr ? 200 : 20; }

// Time passes by a minute, an hour or days, and back.
TEST(EventModel, AnswersThatAreKeptAreBroughtUpToDate) {
  EventResults::Work work;
  for (std::uint64_t seed = 1; seed <= seedsToRun(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomSource random(3000 + seed);
    const auto contents = std::make_shared<MemoryContents>();
    ModelledDatabase database([&] { return openMemoryWriter(contents); }, 200, random);
    Instant now = kModelDay * kMillisecondsPerDay;
    for (int i = 0; i < 40; ++i) {
      ASSERT_TRUE(database.step());
      const std::int64_t steps[] = {kMillisecondsPerMinute, kMillisecondsPerHour, kMillisecondsPerDay};
      now += steps[random.below(3)] * random.between(-1, 3);
      for (const char* predicate : kModelPredicates) {
        ASSERT_EQ(database.keptDifferenceOf(predicate, now, database.snapshot()), "")
            << "after step " << i << ": " << predicate;
      }
      const EventResults::Work own = database.workOfKept();
      work.updated = std::max(work.updated, own.updated);
      work.evaluated = std::max(work.evaluated, own.evaluated);
    }
  }
  EXPECT_GT(work.updated, 100U);
  EXPECT_GT(work.evaluated, 20U);
}

TEST(EventModel, HistoriesAreThoseOfAModelInMemory) {
  for (std::uint64_t seed = 1; seed <= seedsToRun(); ++seed) {
    const auto contents = std::make_shared<MemoryContents>();
    runAgainstModel([&] { return openMemoryWriter(contents); }, 0, 40, seed);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(EventModel, HistoriesAreThoseOfAModelOnDisk) {
  for (std::uint64_t seed = 1; seed <= seedsToRun() / 5; ++seed) {
    TemporaryDirectory directory;
    const auto path = directory.path() / "db";
    const StoreResources resources;
    ASSERT_TRUE(createRocksStore(path, resources, StoreBatch()));
    runAgainstModel([&] { return openRocksWriter(path, resources).value(); }, 0, 40, 1000 + seed);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(EventModel, HistoriesAreThoseOfAModelAcrossChunks) {
  for (std::uint64_t seed = 1; seed <= seedsToRun() / 10; ++seed) {
    const auto contents = std::make_shared<MemoryContents>();
    runAgainstModel([&] { return openMemoryWriter(contents); }, kChunkSize - 40, 24, 2000 + seed);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace roster
