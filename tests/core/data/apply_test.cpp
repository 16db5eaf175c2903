#include "core/data/apply.h"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>
#include <set>

#include "core/base/civil_time.h"
#include "core/data/consistency.h"
#include "tests/support/all_slots.h"
#include "tests/support/model_database.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

// Keeps what is stored as bytes only, so that every use decodes.
class MapSource : public PieceSource {
 public:
  Result<KeptPtr> fetch(const PieceKey& key, Decode decode) override {
    const auto found = pieces_.find(key);
    if (found == pieces_.end()) return fail(ErrorCode::dataLoss, "a piece is missing");
    auto decoded = decode(Buffer::copyOf(found->second));
    if (!decoded) return propagate(decoded);
    return std::make_shared<const Kept>(*std::move(decoded));
  }
  KeptPtr find(const PieceKey&) override { return nullptr; }
  KeptPtr keep(const PieceKey&, Decoded) override { return nullptr; }
  void release(const PieceKey& key) noexcept override { pieces_.erase(key); }

  template <class T>
  void store(const Slot<T>& slot, const PieceKey& key) {
    const auto piece = slot.unstored();
    if (piece == nullptr) return;
    ASSERT_TRUE(pieces_.emplace(key, piece->encoded()).second);
    slot.markStored(key, *this);
  }
  std::size_t size() const { return pieces_.size(); }

 private:
  std::map<PieceKey, std::string> pieces_;
};

// Runs the bodies last to first: their order must not matter.
void backwardsFor(std::size_t count, const std::function<void(std::size_t)>& body) {
  while (count != 0) body(--count);
}

std::string faultOf(const Snapshot& snapshot) {
  const auto sound = checkConsistency(snapshot);
  return sound ? "" : sound.error().message;
}

// Applies random batches to a snapshot with untouched contacts, comparing with the model after each. Every few batches
// all pieces go to a store, from which the next batches load them.
void runAgainstModel(const SnapshotPtr& base, int batches, int checkEvery, RandomSource& random) {
  MapSource source;  // outlives the snapshots whose pieces lie there
  SnapshotPtr snapshot = base;
  std::set<const void*> ofBase;
  forEachSlot(*base, [&](const auto& slot, const PieceKey&) { ofBase.insert(&slot); });
  ModelDatabase model(snapshot->nextContact());
  for (int i = 1; i <= batches; ++i) {
    const ChangeBatch batch = randomBatch(model, random);
    const SnapshotPtr before = snapshot;
    const ModelDatabase modelBefore = model;
    auto applied = apply(*before, batch, before->sequence + 1, random.chance(50) ? backwardsFor : serialFor);
    ASSERT_TRUE(applied) << applied.error().message;
    snapshot = *applied;
    model.apply(batch);
    ASSERT_EQ(snapshot->sequence, before->sequence + 1);
    ASSERT_EQ(*snapshot->schema, model.schema());
    ASSERT_EQ(model.difference(*snapshot), "") << "after batch " << i;
    if (i % checkEvery == 0) {
      ASSERT_EQ(faultOf(*snapshot), "") << "after batch " << i;
      ASSERT_EQ(modelBefore.difference(*before), "") << "the snapshot before batch " << i << " changed";
    }
    // The base's own pieces stay in memory, because other runs share them.
    if (random.chance(30)) {
      forEachSlot(*snapshot, [&](const auto& slot, const PieceKey& key) {
        if (!ofBase.contains(&slot)) source.store(slot, key);
      });
    }
  }
  ASSERT_EQ(faultOf(*snapshot), "");
}

RC_GTEST_PROP(Apply, AnySequenceOfBatchesIsAModelMap, (std::uint32_t seed)) {
  RandomSource random(seed);
  runAgainstModel(std::make_shared<const Snapshot>(), 12, 1, random);
  RC_ASSERT(!::testing::Test::HasFatalFailure());
}

TEST(Apply, TheSameAcrossChunks) {
  const SnapshotPtr base = snapshotOfKeys(kChunkSize - 50);
  rc::check([&](std::uint32_t seed) {
    if (seed % 8 != 0) return;  // an eighth of the cases: each looks at 65 thousand contacts
    RandomSource random(seed);
    runAgainstModel(base, 10, 5, random);
    RC_ASSERT(!::testing::Test::HasFatalFailure());
  });
}

TEST(Apply, TheSameAcrossShards) {
  const SnapshotPtr base = snapshotOfKeys(kShardSize - 50);
  for (const std::uint64_t seed : {1, 2}) {
    RandomSource random(seed);
    runAgainstModel(base, 12, 12, random);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

// A small database with one field of a kind, for cases written out.
class SmallDatabase {
 public:
  explicit SmallDatabase(const FieldType& type, int contacts = 3) {
    ChangeBatch batch;
    batch.schema = Schema().withField("f", type).value();
    for (int i = 0; i < contacts; ++i) batch.newKeys.append("key " + std::to_string(i));
    take(batch);
  }

  Result<void> tryTake(const ChangeBatch& batch) {
    auto applied = apply(*snapshot_, batch, snapshot_->sequence + 1);
    if (!applied) return propagate(applied);
    snapshot_ = *applied;
    EXPECT_EQ(faultOf(*snapshot_), "");
    return {};
  }
  void take(const ChangeBatch& batch) {
    const auto taken = tryTake(batch);
    EXPECT_TRUE(taken) << taken.error().message;
  }
  const Snapshot& snapshot() const { return *snapshot_; }
  SnapshotPtr share() const { return snapshot_; }

  static FieldChanges changes(std::vector<ContactId> contacts, std::vector<ChangeOp> ops,
                              std::vector<std::int64_t> values, const std::vector<std::string>& strings = {}) {
    FieldChanges made{1, std::move(contacts), std::move(ops), std::move(values), {}};
    for (const auto& text : strings) made.strings.append(text);
    return made;
  }
  Result<void> change(const FieldChanges& changes) {
    ChangeBatch batch;
    batch.fields.push_back(changes);
    return tryTake(batch);
  }

 private:
  SnapshotPtr snapshot_ = std::make_shared<const Snapshot>();
};

ErrorCode codeOf(const Result<void>& result) { return result ? ErrorCode::internal : result.error().code; }

TEST(Apply, RefusesWhatIsNotThere) {
  SmallDatabase category({FieldKind::category});
  using Small = SmallDatabase;
  const auto set = ChangeOp::set;
  for (const FieldChanges& changes : {Small::changes({3}, {}, {0}, {"a"}),               // no such contact
                                      Small::changes({0}, {}, {1}, {"a"}),               // no such string
                                      Small::changes({0}, {}, {-1}, {"a"}),              //
                                      Small::changes({0}, {ChangeOp::add}, {0}, {"a"}),  // no set
                                      Small::changes({0}, {}, {0}, {""}),                // the empty string is no value
                                      Small::changes({0, 1}, {}, {0}, {"a"}),            // columns of unlike length
                                      Small::changes({0, 1}, {set}, {0, 0}, {"a"})}) {
    const SnapshotPtr before = category.share();
    EXPECT_EQ(codeOf(category.change(changes)), ErrorCode::invalidArgument);
    EXPECT_EQ(category.share(), before);
  }
  FieldChanges noField = Small::changes({0}, {}, {0}, {"a"});
  noField.field = 9;
  EXPECT_EQ(codeOf(category.change(noField)), ErrorCode::invalidArgument);

  SmallDatabase flag({FieldKind::boolean});
  EXPECT_EQ(codeOf(flag.change(Small::changes({0}, {}, {2}))), ErrorCode::invalidArgument);

  ChangeBatch batch;
  batch.erased = {3};
  EXPECT_EQ(codeOf(category.tryTake(batch)), ErrorCode::invalidArgument);
  batch = {};
  batch.newKeys.append("");
  EXPECT_EQ(codeOf(category.tryTake(batch)), ErrorCode::invalidArgument);
  batch = {};
  batch.lists.push_back({1, {{1, {0}}}});
  EXPECT_EQ(codeOf(category.tryTake(batch)), ErrorCode::invalidArgument);
}

TEST(Apply, RefusesTimesThatNoCalendarHas) {
  for (const FieldKind kind : {FieldKind::date, FieldKind::timestamp}) {
    SmallDatabase database({kind});
    for (const std::int64_t value :
         {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
      EXPECT_EQ(codeOf(database.change(SmallDatabase::changes({0}, {}, {value}))), ErrorCode::invalidArgument);
      // Ignored where the value is.
      EXPECT_TRUE(database.change(SmallDatabase::changes({0}, {ChangeOp::clear}, {value})));
    }
    const std::int64_t unit = kind == FieldKind::date ? 1 : kMillisecondsPerDay;
    EXPECT_TRUE(database.change(SmallDatabase::changes({0}, {}, {dayFromCivil({0, 1, 1}) * unit})));
    EXPECT_TRUE(database.change(SmallDatabase::changes({1}, {}, {dayFromCivil({9999, 12, 31}) * unit})));
  }
}

TEST(Apply, AContactErasedBeforeTakesNoChanges) {
  SmallDatabase database({FieldKind::category});
  ChangeBatch erasure;
  erasure.erased = {1, 1};
  database.take(erasure);
  EXPECT_TRUE(database.change(SmallDatabase::changes({0, 1, 2}, {}, {0, 0, 0}, {"a"})));
  EXPECT_EQ(database.snapshot().shards[0]->field(1)->presentCount, 2U);
  ChangeBatch list;
  list.lists.push_back({4, {{0, {0, 1}}}});
  database.take(list);
  EXPECT_EQ(load(database.snapshot().lists.at(4)[0]).value()->toVector(), std::vector<LocalId>{0});
}

TEST(Apply, ErasureWinsOverChangesOfItsBatch) {
  SmallDatabase database({FieldKind::set});
  ChangeBatch batch;
  batch.fields.push_back(SmallDatabase::changes({0, 1}, {}, {0, 0}, {"a"}));
  batch.erased = {0};
  database.take(batch);
  EXPECT_FALSE(readContact(database.snapshot(), 0));
  EXPECT_TRUE(readContact(database.snapshot(), 1));
  EXPECT_EQ(database.snapshot().shards[0]->field(1)->presentCount, 1U);
  batch = {};
  batch.erased = {1, 2};
  database.take(batch);
  EXPECT_EQ(database.snapshot().shards[0]->field(1), nullptr);
  EXPECT_EQ(database.snapshot().liveCount(), 0U);
  EXPECT_EQ(database.snapshot().nextContact(), 3U);
}

TEST(Apply, StepsOfOneContactsSetGoInOrder) {
  SmallDatabase database({FieldKind::set});
  const auto add = ChangeOp::add;
  const auto remove = ChangeOp::remove;
  const auto clear = ChangeOp::clear;
  EXPECT_TRUE(database.change(SmallDatabase::changes({0, 1, 0, 1, 0, 0, 2}, {add, add, remove, clear, add, add, remove},
                                                     {0, 0, 0, 9, 1, 0, 2}, {"a", "b", "c"})));
  const auto valuesOf = [&](ContactId contact) { return readContact(database.snapshot(), contact)->values; };
  EXPECT_EQ(valuesOf(0).at(1), FieldValue(std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(valuesOf(1).empty());
  EXPECT_TRUE(valuesOf(2).empty());
  EXPECT_TRUE(database.change(SmallDatabase::changes({0, 0, 0}, {add, clear, add}, {0, 0, 1}, {"z", "c"})));
  EXPECT_EQ(valuesOf(0).at(1), FieldValue(std::vector<std::string>{"c"}));
}

TEST(Apply, WhatChangesNothingSharesItsPieces) {
  SmallDatabase database({FieldKind::category});
  EXPECT_TRUE(database.change(SmallDatabase::changes({0, 1}, {}, {0, 1}, {"a", "b"})));
  const auto columns = [&] { return std::get<CodedColumns>(database.snapshot().shards[0]->field(1)->columns); };
  const auto before = columns();
  EXPECT_TRUE(database.change(SmallDatabase::changes({0}, {}, {0}, {"a"})));
  EXPECT_EQ(columns().codes[0], before.codes[0]);
  EXPECT_EQ(columns().values.packed, before.values.packed);
}

TEST(Apply, TheIdSpaceHasAnEnd) {
  Snapshot full;
  auto shard = std::make_shared<Shard>();
  shard->size = shard->liveCount = kShardSize - 2;
  full.shards.assign(kNoContact / kShardSize + 1, shard);
  ChangeBatch batch;
  for (int i = 0; i < 3; ++i) batch.newKeys.append("k");
  EXPECT_EQ(apply(full, batch, 1).error().code, ErrorCode::resourceExhausted);
}

void expectSchemaRefused(const Snapshot& before, const std::vector<Field>& fields, FieldId nextId) {
  ChangeBatch batch;
  batch.schema = Schema::fromParts(fields, nextId).value();
  const auto applied = apply(before, batch, 2);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, ErrorCode::invalidArgument);
}

TEST(Apply, AFieldStaysOfItsKindAndItsNumberIsNotGivenAgain) {
  ChangeBatch batch;
  batch.schema = sampleSchema().without("rate").value();
  const SnapshotPtr snapshot = apply(Snapshot(), batch, 1).value();
  const std::vector<Field>& fields = batch.schema->fields();
  const FieldId next = batch.schema->nextId();

  auto another = fields;
  another[0].type = {FieldKind::integer};
  expectSchemaRefused(*snapshot, another, next);
  another = fields;
  another.back().type.indexed = false;
  expectSchemaRefused(*snapshot, another, next);
  another = fields;
  another.push_back({sampleSchema().find("rate")->id, "rate", {FieldKind::decimal, 4}});
  expectSchemaRefused(*snapshot, another, next);
  another = fields;
  another.pop_back();
  expectSchemaRefused(*snapshot, another, next - 1);

  another = fields;
  another[0].name = "renamed";
  another.push_back({next, "rate", {FieldKind::decimal, 4}});
  batch.schema = Schema::fromParts(another, next + 1).value();
  EXPECT_TRUE(apply(*snapshot, batch, 2));
}

TEST(Apply, ASetOfNumbersOrDaysHoldsNothingElse) {
  ChangeBatch batch;
  batch.schema = sampleSchema();
  batch.newKeys.append("k");
  const SnapshotPtr snapshot = apply(Snapshot(), batch, 1).value();
  const auto canHold = [&](const char* field, const std::string& element) {
    ChangesBuilder changes(*snapshot->schema->find(field));
    changes.add(0, ChangeOp::add, element);
    ChangeBatch change;
    change.fields.push_back(changes.take());
    return apply(*snapshot, change, 2).has_value();
  };
  EXPECT_TRUE(canHold("tags", "7 apples"));
  EXPECT_TRUE(canHold("sizes", "-7"));
  EXPECT_FALSE(canHold("sizes", "7 apples"));
  EXPECT_FALSE(canHold("sizes", "07"));
  EXPECT_TRUE(canHold("children", "19723"));
  EXPECT_FALSE(canHold("children", "99999999"));
}

}  // namespace
}  // namespace roster
