// Erasing for good: after a compaction, neither the key of an erased contact nor a value that no other contact holds is
// in any file of the database.
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "index/engine/backup.h"
#include "index/engine/check.h"
#include "index/engine/contact_changes.h"
#include "index/engine/database.h"
#include "index/engine/schema_changes.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

// Long and random, so that no compression hides them and nothing else holds them.
constexpr std::string_view kKey = "erased-7f3a9c51-person@example.org";
constexpr std::string_view kCity = "Xqvztown-90c1d2e3f4";
constexpr std::string_view kNote = "a note that only Wlmzq Prrkvnt 5b2d7e ever had";
constexpr std::string_view kTag = "tag-zzq-1a2b3c4d5e6f";

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() {
    database_ = *Database::create(path(), TimeZone(), host_);
    EXPECT_TRUE(addField(*database_, "city", {FieldKind::category}));
    EXPECT_TRUE(addField(*database_, "tags", {FieldKind::set}));
    EXPECT_TRUE(addField(*database_, "note", {FieldKind::text, 0, FieldKind::category, true}));
    EXPECT_TRUE(addField(*database_, "spent", {FieldKind::decimal, 2}));
  }

  std::filesystem::path path() const { return directory_.path() / "db"; }

  // Three contacts, of whom the second has values of its own.
  void fill(CommitMode mode) {
    ChangeBatch batch;
    for (const std::string_view key : {std::string_view("first"), kKey, std::string_view("third")})
      batch.newKeys.append(key);
    batch.fields.push_back(strings(1, {"Łódź", kCity, "Łódź"}, ChangeOp::set));
    batch.fields.push_back(strings(2, {"vip", kTag, "vip"}, ChangeOp::add));
    batch.fields.push_back(strings(3, {"hello", kNote, "hello"}, ChangeOp::set));
    batch.fields.push_back({4, {0, 1, 2}, {}, {100, 918273645, 300}, {}});
    EXPECT_TRUE(database_->commit(mode, batch));
  }

  static FieldChanges strings(FieldId field, const std::vector<std::string_view>& values, ChangeOp op) {
    FieldChanges changes{field, {}, {}, {}, {}};
    std::vector<std::string_view> distinct;
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto found = std::find(distinct.begin(), distinct.end(), values[i]);
      if (found == distinct.end()) {
        changes.strings.append(values[i]);
        distinct.push_back(values[i]);
        found = distinct.end() - 1;
      }
      changes.contacts.push_back(static_cast<ContactId>(i));
      changes.ops.push_back(op);
      changes.values.push_back(found - distinct.begin());
    }
    return changes;
  }

  // All that can be read out of the store, decompressed, and the raw bytes of all files.
  std::string everything() {
    std::string all;
    for (const Family family : kFamilies) {
      EXPECT_TRUE(database_->store().scan(family, KeyRange::all(),
                                          [&](std::string_view key, std::string_view value) -> Result<bool> {
                                            all.append(key).append(value);
                                            return true;
                                          }));
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::stringstream bytes;
      bytes << file.rdbuf();
      all += bytes.str();
    }
    return all;
  }

  bool holds(std::string_view text) { return everything().find(text) != std::string::npos; }

  TemporaryDirectory directory_;
  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_};
  std::unique_ptr<Database> database_;
};

TEST_F(ErasureTest, LeavesNoTraceAfterCompaction) {
  for (const CommitMode mode : {CommitMode::logged, CommitMode::bulk}) {
    fill(mode);
    ASSERT_TRUE(holds(kKey)) << "the test could not find what it looks for";
    ASSERT_TRUE(holds(kTag));
    const auto outcome = eraseContacts(*database_, WhereKeys{{std::string(kKey), "nobody"}}, false);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->contacts, 1U);
    EXPECT_EQ(outcome->unknownKeys, 1U);
    EXPECT_EQ(findContact(*database_->snapshot(), kKey).value(), kNoContact);
    ASSERT_TRUE(database_->compact());
    for (const std::string_view gone : {kKey, kCity, kNote, kTag}) EXPECT_FALSE(holds(gone)) << gone;
    EXPECT_TRUE(holds("Łódź"));
    const auto report = checkDatabase(*database_);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->damage.empty()) << report->damage.front();
    // The next round begins with an empty database again.
    database_.reset();
    std::filesystem::remove_all(path());
    database_ = *Database::create(path(), TimeZone(), host_);
    ASSERT_TRUE(addField(*database_, "city", {FieldKind::category}));
    ASSERT_TRUE(addField(*database_, "tags", {FieldKind::set}));
    ASSERT_TRUE(addField(*database_, "note", {FieldKind::text, 0, FieldKind::category, true}));
    ASSERT_TRUE(addField(*database_, "spent", {FieldKind::decimal, 2}));
  }
}

TEST_F(ErasureTest, ARestoredBackupForgetsAgain) {
  fill(CommitMode::logged);
  const auto backup = directory_.path() / "backup";
  ASSERT_TRUE(backupDatabase(*database_, backup));
  ASSERT_TRUE(eraseContacts(*database_, WhereKeys{{std::string(kKey)}}, false));
  database_.reset();

  const auto restored = restoreDatabase(backup, path(), host_);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->erasedAgain, 1U);
  EXPECT_EQ(restored->contacts, 2U);
  database_ = *Database::open(path(), Access::write, host_);
  EXPECT_EQ(findContact(*database_->snapshot(), kKey).value(), kNoContact);
  EXPECT_FALSE(holds(kKey));
  EXPECT_EQ(findContact(*database_->snapshot(), "third").value(), 2U);
}

TEST_F(ErasureTest, ABackupRestoresBesideAndIntoNothing) {
  fill(CommitMode::bulk);
  const auto backup = directory_.path() / "backup";
  ASSERT_TRUE(backupDatabase(*database_, backup));
  EXPECT_EQ(backupDatabase(*database_, backup).error().code, ErrorCode::conflict);
  const auto elsewhere = directory_.path() / "elsewhere";
  const auto restored = restoreDatabase(backup, elsewhere, host_);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->contacts, 3U);
  const auto other = directory_.path() / "other";
  ASSERT_TRUE(Database::create(other, TimeZone(), host_));
  EXPECT_EQ(restoreDatabase(backup, other, host_).error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace roster
