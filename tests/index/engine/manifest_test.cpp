#include "index/engine/manifest.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/base/byte_codec.h"
#include "core/data/apply.h"
#include "core/data/consistency.h"
#include "index/engine/checkpoint.h"
#include "index/store/memory_store.h"
#include "index/store/sealed.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

constexpr ContactId kManifestContacts = 400;

// Two values of `city` that many contacts hold and one that few do; `visits` for all.
SnapshotPtr manifestSample() {
  ChangeBatch batch;
  batch.schema = sampleSchema();
  ChangesBuilder city(*batch.schema->find("city"));
  ChangesBuilder visits(*batch.schema->find("visits"));
  for (ContactId contact = 0; contact < kManifestContacts; ++contact) {
    batch.newKeys.append(fmt::format("k{}", contact));
    city.add(contact, ChangeOp::set, std::string(contact < 5 ? "x" : contact % 2 == 0 ? "Łódź" : "Kraków"));
    visits.add(contact, ChangeOp::set, std::int64_t{contact});
  }
  batch.fields = {city.take(), visits.take()};
  return apply(Snapshot(), batch, 1).value();
}

// A checkpoint whose records are changed under valid seals: what the checksums cannot tell.
class ManifestTest : public ::testing::Test {
 protected:
  ManifestTest() { EXPECT_TRUE(writeCheckpoint(nullptr, *sample_, *store_, pieces_)); }

  Result<SnapshotPtr> read() { return readManifest(*store_, pieces_); }

  void rewrite(const std::string& name, std::string_view record) {
    const std::string before = store_->get(Family::meta, name).value().value();
    const std::string_view frame = std::string_view(before).substr(before.size() - kSealBytes);
    StoreBatch batch;
    batch.put(Family::meta, name,
              seal(static_cast<std::uint8_t>(frame[0]), static_cast<std::uint8_t>(frame[1]), record));
    ASSERT_TRUE(store_->write(batch, Durability::buffered));
  }

  // Writes the manifest of the sample with the columns of `city` changed.
  void rewriteCity(const std::function<void(FieldShard&)>& change) {
    Snapshot damaged = *sample_;
    auto shard = std::make_shared<Shard>(*damaged.shards[0]);
    const FieldId id = damaged.schema->find("city")->id;
    auto field = std::make_shared<FieldShard>(*shard->fields[id]);
    change(*field);
    shard->fields[id] = field;
    damaged.shards[0] = shard;
    writeDamaged(damaged);
  }
  void writeDamaged(const Snapshot& damaged) {
    StoreBatch batch;
    writeManifest(nullptr, damaged, batch);
    ASSERT_TRUE(store_->write(batch, Durability::buffered));
  }

  void expectDataLoss() {
    const auto snapshot = read();
    ASSERT_FALSE(snapshot);
    EXPECT_EQ(snapshot.error().code, ErrorCode::dataLoss) << snapshot.error().message;
  }

  static std::vector<DenseValue>& denseOf(FieldShard& field) {
    return std::get<CodedColumns>(field.columns).values.dense;
  }

  std::unique_ptr<Store> store_ = makeMemoryStore();
  PieceCache cache_{std::size_t{1} << 20};
  PieceStore pieces_{*store_, cache_};
  SnapshotPtr sample_ = manifestSample();
};

TEST_F(ManifestTest, ReadsWhatACheckpointWrote) {
  const auto snapshot = read();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_TRUE(checkConsistency(**snapshot));
  EXPECT_EQ((*snapshot)->liveCount(), kManifestContacts);
  rewriteCity([](FieldShard& field) { EXPECT_EQ(denseOf(field).size(), 2U); });
  EXPECT_TRUE(read());
}

TEST_F(ManifestTest, AKeyIndexWithoutAPieceIsRefused) {
  ByteWriter record;
  record.varint(1);  // runs
  record.varint(1);  // parts
  record.fixed(std::uint64_t{0});
  for (const int number : {400, 0, 0, 0}) record.varint(static_cast<std::uint64_t>(number));  // the last: no slot
  rewrite("keyindex", record.bytes());
  expectDataLoss();
}

TEST_F(ManifestTest, ADictionaryWithoutAPieceIsRefused) {
  Snapshot damaged = *sample_;
  const FieldId city = damaged.schema->find("city")->id;
  damaged.dictionaries[city] = std::make_shared<const Dictionary>(std::vector<DictionaryPart>{{1, 3, nullptr}});
  writeDamaged(damaged);
  expectDataLoss();
}

TEST_F(ManifestTest, ADictionaryWithAGapIsRefused) {
  Snapshot damaged = *sample_;
  const FieldId city = damaged.schema->find("city")->id;
  auto parts = damaged.dictionaries[city]->parts();
  parts[0].first = 2;
  damaged.dictionaries[city] = std::make_shared<const Dictionary>(parts);
  writeDamaged(damaged);
  expectDataLoss();
}

TEST_F(ManifestTest, ValuesOutOfOrderAreRefused) {
  rewriteCity([](FieldShard& field) { std::swap(denseOf(field)[0], denseOf(field)[1]); });
  expectDataLoss();
}

TEST_F(ManifestTest, AValueNamedTwiceIsRefused) {
  rewriteCity([](FieldShard& field) { denseOf(field).push_back(denseOf(field).back()); });
  expectDataLoss();
}

TEST_F(ManifestTest, AValueWithoutItsBitmapIsRefused) {
  rewriteCity([](FieldShard& field) { denseOf(field).back().bitmap = nullptr; });
  expectDataLoss();
}

TEST_F(ManifestTest, AValueThatTheDictionaryDoesNotHaveIsRefused) {
  rewriteCity([](FieldShard& field) { denseOf(field).back().code = 4; });
  expectDataLoss();
}

TEST_F(ManifestTest, AFieldWithoutItsPresenceIsRefused) {
  rewriteCity([](FieldShard& field) { field.present = nullptr; });
  expectDataLoss();
}

TEST_F(ManifestTest, AShardWithoutLiveContactsOrKeysIsRefused) {
  for (const bool live : {true, false}) {
    Snapshot damaged = *sample_;
    auto shard = std::make_shared<Shard>(*damaged.shards[0]);
    if (live) shard->live = nullptr;
    else shard->keys[0] = nullptr;
    damaged.shards[0] = shard;
    writeDamaged(damaged);
    expectDataLoss();
  }
}

TEST_F(ManifestTest, NumbersWithoutTheirSlicesAreRefused) {
  Snapshot damaged = *sample_;
  auto shard = std::make_shared<Shard>(*damaged.shards[0]);
  const FieldId visits = damaged.schema->find("visits")->id;
  auto field = std::make_shared<FieldShard>(*shard->fields[visits]);
  std::get<NumberColumns>(field->columns).slices[0] = nullptr;
  shard->fields[visits] = field;
  damaged.shards[0] = shard;
  writeDamaged(damaged);
  expectDataLoss();
}

}  // namespace
}  // namespace roster
