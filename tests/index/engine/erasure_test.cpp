// Erasing for good: after a compaction, neither the key of an erased contact nor a value that no other contact holds is
// in any file of the database.
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>

#include "core/data/forward_chunk.h"
#include "core/data/slice_chunk.h"
#include "core/eval/event_results.h"
#include "core/eval/query.h"
#include "index/engine/audience.h"
#include "index/engine/backup.h"
#include "index/engine/check.h"
#include "index/engine/contact_changes.h"
#include "index/engine/database.h"
#include "index/engine/log.h"
#include "index/engine/piece_keys.h"
#include "index/engine/schema_changes.h"
#include "index/engine/segments.h"
#include "index/store/key_codec.h"
#include "index/store/sealed.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

// Long and random, so that no compression hides them and nothing else holds them.
constexpr std::string_view kKey = "erased-7f3a9c51-person@example.org";
constexpr std::string_view kCity = "Xqvztown-90c1d2e3f4";
constexpr std::string_view kNote = "a note that only Wlmzq Prrkvnt 5b2d7e ever had";
constexpr std::string_view kTag = "tag-zzq-1a2b3c4d5e6f";
constexpr std::int64_t kSpent = 918'273'645'546'372;
constexpr FieldId kSpentField = 4;

class ErasureTest : public ::testing::Test {
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
    batch.fields.push_back({kSpentField, {0, 1, 2}, {}, {100, kSpent, 300}, {}});
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

  // Numbers lie in pieces as distances from a base, in slices bit by bit, and in records: all are decoded.
  std::set<std::int64_t> numbersHeld() const {
    std::set<std::int64_t> numbers;
    for (const Family family : {Family::forward, Family::bitmaps}) {
      EXPECT_TRUE(database_->store().scan(family, KeyRange::all(),
                                          [&](std::string_view key, std::string_view value) -> Result<bool> {
                                            addNumbersOfPiece(decodePieceKey(key).value(), value, numbers);
                                            return true;
                                          }));
    }
    EXPECT_TRUE(database_->store().scan(Family::log, KeyRange::all(),
                                        [&](std::string_view key, std::string_view value) -> Result<bool> {
                                          const auto record = decodeLogRecord(readBigEndian64(key), value);
                                          EXPECT_TRUE(record);
                                          for (const FieldChanges& changes : record->batch.fields) {
                                            if (changes.field == kSpentField)
                                              numbers.insert(changes.values.begin(), changes.values.end());
                                          }
                                          return true;
                                        }));
    return numbers;
  }

  static void addNumbersOfPiece(const PieceKey& key, std::string_view value, std::set<std::int64_t>& numbers) {
    if (key.kind != PieceKind::numberColumn && key.kind != PieceKind::slices) return;
    const auto unsealed = unseal(static_cast<std::uint8_t>(key.kind), 1, value, "a piece");
    ASSERT_TRUE(unsealed);
    Buffer payload = Buffer::copyOf(unsealed->payload);
    if (key.kind == PieceKind::numberColumn) {
      const auto column = NumberChunk::decode(std::move(payload));
      ASSERT_TRUE(column);
      // Those without a value among them: what stands in their place must not be what they had.
      for (std::uint32_t place = 0; place < column->size(); ++place) numbers.insert((*column)[place]);
      return;
    }
    const auto slices = SliceChunk::decode(std::move(payload));
    ASSERT_TRUE(slices);
    std::map<std::uint16_t, std::uint64_t> distances;
    for (std::uint32_t bit = 0; bit < slices->bits(); ++bit) {
      forEachValue(slices->slice(bit), [&](std::uint16_t place) { distances[place] |= std::uint64_t{1} << bit; });
    }
    numbers.insert(slices->base());
    for (const auto& [place, distance] : distances) {
      numbers.insert(static_cast<std::int64_t>(static_cast<std::uint64_t>(slices->base()) + distance));
    }
  }

  // The least and greatest number of each chunk, as the directory of the field has them.
  std::set<std::int64_t> boundsHeld() const {
    std::set<std::int64_t> bounds;
    const auto& shard = *database_->snapshot()->shards.at(0);
    const auto& columns = std::get<NumberColumns>(shard.fields.find(kSpentField)->second->columns);
    for (const NumberRange& range : columns.ranges) bounds.insert({range.least, range.greatest});
    return bounds;
  }

  static std::string bytesOf(std::int64_t number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

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
    ASSERT_TRUE(numbersHeld().contains(kSpent));
    ASSERT_TRUE(boundsHeld().contains(kSpent));
    const std::string named = fmt::format("key in ('first', '{0}') or key = '{0}' or key like '{0}'", kKey);
    ASSERT_TRUE(saveSegment(*database_, "named", named, true));
    ASSERT_TRUE(freezeSegment(*database_, "frozen", named, clock_.now(), true));
    const auto outcome = eraseContacts(*database_, WhereKeys{{std::string(kKey), "nobody"}}, false);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->contacts, 1U);
    EXPECT_EQ(outcome->unknownKeys, 1U);
    EXPECT_EQ(findContact(*database_->snapshot(), kKey).value(), kNoContact);
    ASSERT_TRUE(database_->compact());
    for (const std::string_view gone : {kKey, kCity, kNote, kTag}) EXPECT_FALSE(holds(gone)) << gone;
    EXPECT_TRUE(holds("Łódź"));
    EXPECT_EQ(numbersHeld(), (std::set<std::int64_t>{100, 300}));
    EXPECT_FALSE(boundsHeld().contains(kSpent));
    EXPECT_TRUE(boundsHeld().contains(300));
    for (const std::int64_t gone : {kSpent, kSpent - 100}) EXPECT_FALSE(holds(bytesOf(gone))) << gone;
    const SegmentCatalog& segments = *database_->snapshot()->segments;
    EXPECT_EQ(segments.at("named").predicate, "key in ('first') or key in () or key in ()");
    EXPECT_EQ(segments.at("frozen").frozenFrom, segments.at("named").predicate);
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

// Two contacts with an event each; what they hold is held by nobody else.
class EventErasureTest : public ErasureTest {
 protected:
  static constexpr std::string_view kCampaign = "campaign-Vvqzx-31f4e6a8";
  static constexpr std::string_view kGift = "gift-Jjkqw-77b1c9";
  static constexpr std::string_view kShelf = "shelf-Zzpxw-5e2d01";
  static constexpr std::string_view kId = "the id of an event";
  static constexpr Instant kTime = 1'712'345'678'901;
  static constexpr std::int64_t kAmount = 827'364'554'637;

  EventErasureTest() {
    ChangeBatch batch;
    batch.events = EventSchema()
                       .withCatalog("gifts")
                       ->withAttribute("gifts", "shelf", {FieldKind::category})
                       ->withType("gave")
                       ->withProperty("gave", "campaign", {FieldKind::category})
                       ->withReference("gave", "gift", "gifts")
                       ->withProperty("gave", "amount", {FieldKind::integer})
                       .value();
    batch.newKeys.append("first");
    batch.newKeys.append(kKey);
    EventChanges gave{1, {0, 1}, {100, kTime}, {identityOf("other"), identityOf(kId)}, {}};
    gave.properties = {{1, {0, 1}, {0, 1}, {}}, {2, {0, 1}, {0, 1}, {}}, {3, {0, 1}, {5, kAmount}, {}}};
    for (const std::string_view campaign : {std::string_view("spring"), kCampaign}) {
      gave.properties[0].strings.append(campaign);
    }
    for (const std::string_view gift : {std::string_view("mug"), kGift}) gave.properties[1].strings.append(gift);
    batch.recorded.push_back(std::move(gave));
    EXPECT_TRUE(database_->commit(CommitMode::bulk, batch));
  }

  void setShelf(ContactId item, std::string_view shelf, ChangeOp op = ChangeOp::set) {
    ChangeBatch batch;
    CatalogChanges changes{1, {}};
    changes.changes.fields.push_back({1, {item}, {op}, {0}, {}});
    if (op == ChangeOp::set) changes.changes.fields[0].strings.append(shelf);
    batch.catalogs.push_back(std::move(changes));
    EXPECT_TRUE(database_->commit(CommitMode::logged, batch));
  }

  std::uint64_t items() const { return database_->snapshot()->catalogs.at(1)->liveCount(); }

  void expectSound() const {
    const auto report = checkDatabase(*database_);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->damage.empty()) << report->damage.front();
  }

  // Times and values of all events that lie in the store.
  std::set<std::int64_t> numbersOfEvents() const {
    std::set<std::int64_t> numbers;
    const auto add = [&](std::string_view key, std::string_view value) -> Result<bool> {
      EXPECT_EQ(decodePieceKey(key)->kind, PieceKind::eventBlock);
      auto unsealed = unseal(static_cast<std::uint8_t>(PieceKind::eventBlock), 1, value, "a block");
      EXPECT_TRUE(unsealed);
      const auto block = EventBlock::decode(Buffer::copyOf(unsealed->payload));
      EXPECT_TRUE(block);
      for (std::uint32_t row = 0; row < block->size(); ++row) {
        numbers.insert(block->times()[row]);
        for (const EventBlock::Column& column : block->columns()) numbers.insert(column.numbers[row]);
      }
      return true;
    };
    EXPECT_TRUE(database_->store().scan(Family::events, KeyRange::all(), add));
    return numbers;
  }
};

TEST_F(EventErasureTest, TheEventsOfAContactGoWithIt) {
  const auto hash = static_cast<std::int64_t>(identityOf(kId).hash);
  ASSERT_TRUE(holds(kCampaign)) << "the test could not find what it looks for";
  ASSERT_TRUE(holds(kGift));
  ASSERT_TRUE(holds(bytesOf(hash)));
  ASSERT_TRUE(numbersOfEvents().contains(kAmount));
  ASSERT_TRUE(numbersOfEvents().contains(kTime));
  ASSERT_TRUE(eraseContacts(*database_, WhereKeys{{std::string(kKey)}}, false));
  ASSERT_TRUE(database_->compact());
  for (const std::string_view gone : {kKey, kCampaign, kGift}) EXPECT_FALSE(holds(gone)) << gone;
  for (const std::int64_t gone : {hash, kTime, kAmount}) EXPECT_FALSE(holds(bytesOf(gone))) << gone;
  for (const std::int64_t gone : {hash, kTime, kAmount}) EXPECT_FALSE(numbersOfEvents().contains(gone)) << gone;
  EXPECT_TRUE(numbersOfEvents().contains(100));
  for (const std::string_view kept : {"spring", "mug"}) EXPECT_TRUE(holds(kept)) << kept;
  EXPECT_EQ(items(), 1U);
  expectSound();
}

// Answers that are kept name the blocks they were made from.
TEST_F(EventErasureTest, NoAnswerThatWasKeptHoldsOnToThem) {
  ChangeBatch others;  // so that answers are worth keeping
  for (int i = 0; i < 50; ++i) others.newKeys.append(fmt::format("other {}", i));
  ASSERT_TRUE(database_->commit(CommitMode::logged, others));
  ASSERT_TRUE(database_->checkpoint());
  {
    const auto query = Query::compile("count(gave) = 1", database_->snapshot(), kTime + 1);
    ASSERT_TRUE(query) << query.error().message;
    ASSERT_TRUE(count(*query, host_.executor()));
  }
  ASSERT_GT(database_->snapshot()->eventResults->work().evaluated, 0U) << "nothing is kept";
  ASSERT_TRUE(eraseContacts(*database_, WhereKeys{{std::string(kKey)}}, false));
  ASSERT_TRUE(database_->checkpoint());
  database_.reset();
  database_ = *Database::open(path(), Access::write, host_);
  ASSERT_TRUE(database_->compact());
  EXPECT_FALSE(numbersOfEvents().contains(kTime));
  EXPECT_TRUE(numbersOfEvents().contains(100));
  expectSound();
}

TEST_F(EventErasureTest, AnItemStaysAsLongAsTheCatalogOrAnEventSaysSo) {
  const ContactId gift = findContact(*database_->snapshot()->catalogs.at(1), kGift).value();
  setShelf(gift, kShelf);
  ASSERT_TRUE(eraseContacts(*database_, WhereKeys{{std::string(kKey)}}, false));
  ASSERT_TRUE(database_->compact());
  EXPECT_TRUE(holds(kGift));
  EXPECT_TRUE(holds(kShelf));
  EXPECT_EQ(items(), 2U);

  // An attribute that is replaced goes; an item that loses its last one, and that no event names, goes with it.
  setShelf(gift, "lower");
  ASSERT_TRUE(database_->compact());
  EXPECT_FALSE(holds(kShelf));
  EXPECT_EQ(items(), 2U);
  setShelf(gift, "", ChangeOp::clear);
  ASSERT_TRUE(database_->compact());
  EXPECT_FALSE(holds(kGift));
  EXPECT_FALSE(holds("lower"));
  EXPECT_EQ(items(), 1U);
  const SnapshotPtr before = database_->snapshot();
  ASSERT_TRUE(database_->compact());
  EXPECT_EQ(database_->snapshot(), before) << "there was nothing left to forget";
  expectSound();
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
