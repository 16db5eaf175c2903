#include "index/engine/short_count.h"

#include <gtest/gtest.h>

#include "core/query/binder.h"
#include "index/engine/audience.h"
#include "index/engine/database.h"
#include "index/engine/piece_store.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/random_bound.h"
#include "tests/support/random_snapshot.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

using testing::sharedSnapshot;

Bound bound(std::string_view predicate, const Snapshot& snapshot) {
  return bindText(predicate, {*snapshot.schema, *snapshot.segments, *snapshot.zone, 0, snapshot.events.get()}).value();
}

std::optional<Result<std::uint64_t>> shortCount(std::string_view predicate) {
  const SnapshotPtr& snapshot = sharedSnapshot().snapshot;
  const Executor thread(1);
  return countIfShort(bound(predicate, *snapshot), snapshot, thread);
}

TEST(ShortCount, CountsAsCountingDoes) {
  for (const char* predicate :
       {"true", "city = 'Łódź'", "news", "age between 20 and 30", "tags has any ('tag-0', 'tag-1')",
        "city in ('Łódź', 'London') and not (plan = 'plan-3' or news)",
        "at least 2 of (news, age > 50, city = 'London', birth is null)"}) {
    const auto counted = shortCount(predicate);
    ASSERT_TRUE(counted && *counted) << predicate;
    EXPECT_EQ(**counted, sharedSnapshot().matching(predicate).size()) << predicate;
  }
}

TEST(ShortCount, LeavesWhatMayTakeLongerToOthers) {
  for (const char* predicate : {"city like 'L%'", "email like '%1%'", "key in ('contact-1')", "key like '%7'",
                                "bucket('t') < 1000", "birth < seen", "size(tags) = 0", "note = 'x'", "scores has 3"}) {
    EXPECT_FALSE(shortCount(predicate)) << predicate;
  }
  std::string many = "news";
  for (int i = 0; i < 40; ++i) many += " or age = " + std::to_string(3 * i);
  EXPECT_FALSE(shortCount(many + " and city = 'London'"));
  std::string numbers = "age in (0";
  for (int i = 1; i < 40; ++i) numbers += ", " + std::to_string(3 * i);
  EXPECT_FALSE(shortCount(numbers + ")"));
}

// Pieces that a checkpoint has stored and nobody has asked for since the database was opened.
TEST(ShortCount, ReadsNoStore) {
  const TemporaryDirectory directory;
  const FixedClock clock(0);
  Host host(clock);
  ChangeBatch batch;
  batch.schema = Schema().withField("points", {FieldKind::integer}).value();
  for (int i = 0; i < 100; ++i) batch.newKeys.append("contact " + std::to_string(i));
  FieldChanges points{1, {}, {}, {}, {}};
  for (ContactId i = 0; i < 100; ++i) {
    points.contacts.push_back(i);
    points.values.push_back(i * 37 % 100);
  }
  batch.fields.push_back(points);
  const auto path = directory.path() / "db";
  ASSERT_TRUE(Database::create(path, TimeZone(), host).value()->commit(CommitMode::bulk, batch));

  const auto database = Database::open(path, Access::read, host).value();
  const SnapshotPtr snapshot = database->snapshot();
  const Executor thread(1);
  const Bound predicate = bound("points between 10 and 29", *snapshot);
  EXPECT_FALSE(countIfShort(predicate, snapshot, thread));
  EXPECT_FALSE(MemoryOnly::isOn());
  EXPECT_EQ(count(Query::compile(predicate, snapshot).value(), thread).value(), 20U);
  const auto warm = countIfShort(predicate, snapshot, thread);
  ASSERT_TRUE(warm && *warm);
  EXPECT_EQ(**warm, 20U);
}

}  // namespace
}  // namespace roster
