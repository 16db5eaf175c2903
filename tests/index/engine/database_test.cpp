#include "index/engine/database.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/data/change_batch.h"
#include "index/engine/check.h"
#include "index/store/memory_store.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/workload.h"

namespace roster {
namespace {

HostLimits smallLimits() {
  HostLimits limits;
  limits.pieceCacheBytes = 64 * 1024;  // so that pieces are loaded again and again
  limits.threads = 2;
  return limits;
}

class DatabaseTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "db"; }

  std::unique_ptr<Database> create() {
    auto database = Database::create(path(), TimeZone(), host_);
    EXPECT_TRUE(database) << (database ? "" : database.error().message);
    return *std::move(database);
  }
  std::unique_ptr<Database> open(Access access) {
    auto database = Database::open(path(), access, host_);
    EXPECT_TRUE(database) << (database ? "" : database.error().message);
    return *std::move(database);
  }

  static ChangeBatch newContacts(const std::vector<std::string>& keys) {
    ChangeBatch batch;
    for (const std::string& key : keys) batch.newKeys.append(key);
    return batch;
  }

  TemporaryDirectory directory_;
  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_, smallLimits()};
};

RC_GTEST_FIXTURE_PROP(DatabaseTest, HoldsWhatTheModelHoldsAcrossReopening, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  TemporaryDirectory directory;
  const auto path = directory.path() / "db";
  Workload workload(seed);
  {
    auto created = Database::create(path, TimeZone(), host_);
    RC_ASSERT(created.has_value());
  }
  for (int session = 0; session < 3; ++session) {
    auto database = Database::open(path, Access::write, host_);
    RC_ASSERT(database.has_value());
    RC_ASSERT(Workload::difference(**database, seed) == "");
    RC_ASSERT(workload.run(**database, 6, [](Sequence) {}).has_value());
    RC_ASSERT(Workload::difference(**database, seed) == "");
    // A reader beside the writer sees the same.
    auto reader = Database::open(path, Access::read, host_);
    RC_ASSERT(reader.has_value());
    RC_ASSERT(Workload::difference(**reader, seed) == "");
  }
  auto database = Database::open(path, Access::write, host_);
  RC_ASSERT(database.has_value());
  const std::uint64_t before = (*database)->snapshot()->liveCount();
  RC_ASSERT((*database)->compact().has_value());
  RC_ASSERT((*database)->snapshot()->liveCount() == before);
  auto report = checkDatabase(**database);
  RC_ASSERT(report.has_value());
  RC_ASSERT(report->damage == std::vector<std::string>());
}

TEST_F(DatabaseTest, ASnapshotStaysAsItIsWhileTheWriterGoesOn) {
  auto database = create();
  ASSERT_TRUE(database->commit(CommitMode::logged, newContacts({"a", "b"})));
  const SnapshotPtr pinned = database->snapshot();
  ASSERT_TRUE(database->commit(CommitMode::bulk, newContacts({"c"})));
  ChangeBatch erase;
  erase.erased = {0};
  ASSERT_TRUE(database->commit(CommitMode::logged, erase));
  ASSERT_TRUE(database->checkpoint());
  EXPECT_EQ(pinned->liveCount(), 2U);
  EXPECT_EQ(findContact(*pinned, "a").value(), 0U);
  EXPECT_EQ(findContact(*database->snapshot(), "a").value(), kNoContact);
  EXPECT_EQ(database->snapshot()->liveCount(), 2U);
}

TEST_F(DatabaseTest, AFailingMakeChangesNothing) {
  auto database = create();
  const auto failed = database->commit(CommitMode::logged, [](const SnapshotPtr&) -> Result<ChangeBatch> {
    return fail(ErrorCode::invalidArgument, "no");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "no");
  ChangeBatch wrong;
  wrong.fields.push_back({77, {0}, {}, {1}, {}});
  EXPECT_FALSE(database->commit(CommitMode::logged, wrong));
  EXPECT_EQ(database->snapshot()->sequence, 0U);
  EXPECT_TRUE(database->commit(CommitMode::logged, newContacts({"a"})));
}

TEST_F(DatabaseTest, AReaderCannotWriteAndASecondWriterIsRefused) {
  auto database = create();
  auto reader = open(Access::read);
  EXPECT_EQ(reader->commit(CommitMode::logged, newContacts({"a"})).error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(reader->checkpoint().error().code, ErrorCode::invalidArgument);
  const auto second = Database::open(path(), Access::write, host_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(DatabaseTest, OpeningLoadsNoPiece) {
  {
    auto database = create();
    ASSERT_TRUE(database->commit(CommitMode::bulk, newContacts({"a", "b", "c"})));
  }
  Host fresh(clock_, smallLimits());
  auto database = Database::open(path(), Access::read, fresh);
  ASSERT_TRUE(database);
  EXPECT_EQ((*database)->snapshot()->liveCount(), 3U);
  EXPECT_EQ(fresh.cache().bytes(), 0U);
  EXPECT_EQ(findContact(*(*database)->snapshot(), "b").value(), 1U);
  EXPECT_GT(fresh.cache().bytes(), 0U);
}

TEST_F(DatabaseTest, TheSameOverMemory) {
  auto store = makeMemoryStore();
  StoreBatch first;
  ASSERT_TRUE(Database::writeEmpty(TimeZone(), first));
  ASSERT_TRUE(store->write(first, Durability::synced));
  auto database = Database::openStore(std::move(store), Access::write, host_);
  ASSERT_TRUE(database);
  Workload workload(4711);
  ASSERT_TRUE(workload.run(**database, 20, [](Sequence) {}));
  EXPECT_EQ(Workload::difference(**database, 4711), "");
}

}  // namespace
}  // namespace roster
