#include "core/eval/chunk_evaluator.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/data/apply.h"
#include "core/eval/contact_record.h"
#include "core/eval/naive_evaluator.h"
#include "core/query/bound_text.h"
#include "core/query/rewrite/rewrite.h"
#include "tests/support/evaluate.h"
#include "tests/support/model_database.h"
#include "tests/support/random_bound.h"
#include "tests/support/sample_fields.h"
#include "tests/support/shaped_snapshot.h"

namespace roster {
namespace {

// Contacts of a snapshot, read once: live ones with their records, others without.
using Sample = std::map<ContactId, std::optional<ContactRecord>>;

void addToSample(Sample& sample, const Snapshot& snapshot, ContactId contact) {
  auto record = readContact(snapshot, contact);
  if (record) sample.emplace(contact, *std::move(record));
  else sample.emplace(contact, std::nullopt);
}

// Of every chunk the ends, and some between.
Sample sampleOf(const Snapshot& snapshot, RandomSource& random) {
  Sample sample;
  const auto count = static_cast<ContactId>(snapshot.nextContact());
  for (ContactId chunk = 0; chunk <= count >> kChunkBits; ++chunk) {
    const ContactId first = chunk << kChunkBits;
    const ContactId end = std::min(count, first + kChunkSize);
    for (ContactId i = 0; i < 4; ++i) {
      if (first + i < end) addToSample(sample, snapshot, first + i);
      if (end - first > i) addToSample(sample, snapshot, end - 1 - i);
    }
    for (int i = 0; i < 120 && first < end; ++i) {
      addToSample(sample, snapshot, static_cast<ContactId>(first + random.below(end - first)));
    }
  }
  return sample;
}

// Why a predicate's evaluation is wrong; empty where it is right for all of the sample.
std::string faultOf(const Bound& bound, const Snapshot& snapshot, const Sample& sample) {
  const auto evaluation = evaluate(bound, snapshot);
  if (!evaluation) return evaluation.error().message;
  if (evaluation->counted != evaluation->contacts.size()) return "it counts other than it evaluates";
  for (const auto& [contact, record] : sample) {
    const bool selected = std::binary_search(evaluation->contacts.begin(), evaluation->contacts.end(), contact);
    const bool expected = record && matches(bound, *record, *snapshot.schema, *snapshot.zone);
    if (selected != expected) return "contact " + std::to_string(contact) + (expected ? " is missing" : " is too much");
  }
  const auto rewritten = evaluate(rewrite(bound, *snapshot.schema), snapshot);
  if (!rewritten) return "rewritten: " + rewritten.error().message;
  if (rewritten->contacts != evaluation->contacts) {
    return "rewritten, it selects others: " + boundText(rewrite(bound, *snapshot.schema), *snapshot.schema);
  }
  return "";
}

void expectRight(const Bound& bound, const Snapshot& snapshot, const Sample& sample) {
  const std::string fault = faultOf(bound, snapshot, sample);
  ASSERT_EQ(fault, "") << boundText(bound, *snapshot.schema);
}

RC_GTEST_PROP(ChunkEvaluator, EqualsTheNaiveEvaluatorAfterAnyWrites, (std::uint32_t seed)) {
  RandomSource random(seed);
  ModelDatabase model;
  SnapshotPtr snapshot = std::make_shared<const Snapshot>();
  for (std::uint64_t i = 1 + random.below(8); i != 0; --i) {
    const ChangeBatch batch = randomBatch(model, random);
    model.apply(batch);
    snapshot = apply(*snapshot, batch, snapshot->sequence + 1).value();
  }
  Sample sample;
  for (ContactId contact = 0; contact < snapshot->nextContact(); ++contact) addToSample(sample, *snapshot, contact);
  for (int i = 0; i < 8; ++i) expectRight(randomBound(*snapshot, random, 5), *snapshot, sample);
  RC_ASSERT(!::testing::Test::HasFatalFailure());
}

class ShapedEvaluation : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(ShapedEvaluation, EqualsTheNaiveEvaluatorOnContainersOfEveryForm) {
  RandomSource random(GetParam());
  const SnapshotPtr snapshot = shapedSnapshot(random);
  const Sample sample = sampleOf(*snapshot, random);
  for (int i = 0; i < 100; ++i) {
    expectRight(randomBound(*snapshot, random, static_cast<int>(random.below(6))), *snapshot, sample);
    if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", predicate " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ShapedEvaluation, ::testing::Values(1, 2, 3));

TEST(ChunkEvaluator, EqualsTheNaiveEvaluatorAcrossShards) {
  RandomSource random(4);
  SnapshotPtr snapshot = snapshotOfKeys(kShardSize - 60);
  ModelDatabase model(snapshot->nextContact());
  for (int i = 0; i < 6; ++i) {
    const ChangeBatch batch = randomBatch(model, random);
    model.apply(batch);
    snapshot = apply(*snapshot, batch, snapshot->sequence + 1).value();
  }
  ASSERT_EQ(snapshot->shards.size(), 2U);
  Sample sample;
  for (const auto& [contact, record] : model.contacts()) addToSample(sample, *snapshot, contact);
  for (ContactId contact = 0; contact < 20; ++contact) addToSample(sample, *snapshot, contact * 50'000);
  for (int i = 0; i < 40; ++i) {
    expectRight(randomBound(*snapshot, random, 3), *snapshot, sample);
    if (HasFatalFailure()) return;
  }
}

TEST(ChunkEvaluator, CountsUpToManyOperands) {
  RandomSource random(5);
  const SnapshotPtr snapshot = shapedSnapshot(random);
  const Sample sample = sampleOf(*snapshot, random);
  for (const std::uint32_t operands : {1U, 2U, 3U, 4U, 7U, 16U, 300U}) {
    BoundCountOf node;
    for (std::uint32_t i = 0; i < operands; ++i) node.operands.push_back(randomBound(*snapshot, random, 0));
    const bool few = operands < 10;
    for (const std::uint32_t minimum : few ? std::vector{0U, 1U, 2U, operands} : std::vector{2U}) {
      for (const std::uint32_t maximum : few ? std::vector{0U, minimum, operands - 1, 1000U} : std::vector{9U}) {
        node.minimum = minimum;
        node.maximum = maximum;
        expectRight({node}, *snapshot, sample);
        if (HasFatalFailure()) return;
      }
    }
  }
}

// The operands of an OR: lists of every form, which together hold all contacts, or all but one.
SnapshotPtr snapshotOfLists(RandomSource& random, ListId lists, std::optional<ContactId> missing) {
  constexpr ContactId kContacts = kChunkSize + 3000;
  ChangeBatch batch;
  for (ContactId contact = 0; contact < kContacts; ++contact) batch.newKeys.append("k" + std::to_string(contact));
  for (ListId list = 1; list <= lists; ++list) batch.lists.push_back({list, {{0, {}}}});
  const auto membersOf = [&](ListId list) -> std::vector<LocalId>& { return batch.lists[list - 1].members[0].second; };
  for (LocalId contact = 0; contact < kContacts; ++contact) {
    if (contact == missing) continue;
    const auto own = static_cast<ListId>(1 + random.below(3));  // dense, and together all
    for (ListId list = 1; list <= lists; ++list) {
      const bool inRun = list % 4 == 0 && (contact / 5000) % list == 1;
      if (list == own || inRun || random.below(list * 20) == 0) membersOf(list).push_back(contact);
    }
  }
  batch.erased = {5, kChunkSize, kContacts - 1};
  return apply(Snapshot(), batch, 1).value();
}

TEST(ChunkEvaluator, AUnionOfManyStopsWhereItHoldsAll) {
  RandomSource random(6);
  for (const std::optional<ContactId> missing : {std::optional<ContactId>(), {77}, {kChunkSize + 2500}}) {
    const SnapshotPtr snapshot = snapshotOfLists(random, 30, missing);
    Sample sample;
    for (ContactId contact = 0; contact < snapshot->nextContact(); contact += 7)
      addToSample(sample, *snapshot, contact);
    addToSample(sample, *snapshot, kChunkSize + 2500);
    BoundOr all;
    for (ListId list = 1; list <= 30; ++list) all.operands.push_back({BoundList{list}});
    const std::uint64_t expected = snapshot->liveCount() - (missing ? 1 : 0);
    EXPECT_EQ(evaluate({all}, *snapshot)->counted, expected);
    expectRight({all}, *snapshot, sample);
    expectRight({BoundNot{{{all}}}}, *snapshot, sample);
    expectRight({BoundAnd{{{all}, {BoundList{1}}, {BoundNot{{{BoundList{2}}}}}}}}, *snapshot, sample);
  }
}

// A predicate of parts that others are made of, too.
Bound combined(const std::vector<Bound>& parts, RandomSource& random) {
  const auto part = [&] {
    const Bound& chosen = parts[random.below(parts.size())];
    return random.chance(25) ? Bound{BoundNot{{chosen}}} : chosen;
  };
  std::vector<Bound> operands;
  for (std::uint64_t i = 1 + random.below(4); i != 0; --i) operands.push_back(part());
  switch (random.below(4)) {
    case 0: return {BoundAnd{std::move(operands)}};
    case 1: return {BoundOr{std::move(operands)}};
    case 2: {
      BoundCountOf some{1, 2, {}};
      some.operands = std::move(operands);
      return {std::move(some)};
    }
    default: return part();
  }
}

TEST_P(ShapedEvaluation, SeveralPredicatesTogetherCountAsEachAlone) {
  RandomSource random(GetParam() + 100);
  const SnapshotPtr snapshot = shapedSnapshot(random);
  std::size_t shared = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Bound> parts;
    for (int i = 0; i < 5; ++i) parts.push_back(randomBound(*snapshot, random, static_cast<int>(random.below(3))));
    std::vector<PlanNode> plans;
    std::vector<std::uint64_t> expected;
    for (int i = 0; i < 12; ++i) {
      const Bound bound = combined(parts, random);
      const Bound either = random.chance(50) ? rewrite(bound, *snapshot->schema) : bound;
      plans.push_back(plan(either, *snapshot).value());
      expected.push_back(evaluate(bound, *snapshot)->counted);
    }
    std::vector<const PlanNode*> all;
    for (const PlanNode& each : plans) all.push_back(&each);
    std::vector<std::uint64_t> counts(plans.size(), 0);
    Scratch scratch;
    for (ShardIndex shard = 0; shard < snapshot->shards.size(); ++shard) {
      const auto program = ShardProgram::prepare(all, *snapshot, shard);
      ASSERT_TRUE(program);
      shared += program->shared().size();
      ChunkEvaluator evaluator(*program, scratch);
      for (ChunkIndex chunk = 0; chunk < program->chunkCount(); ++chunk) evaluator.countEach(chunk, counts);
    }
    ASSERT_EQ(counts, expected) << "seed " << GetParam() << ", round " << round;
  }
  EXPECT_GT(shared, 20U);
}

TEST(ChunkEvaluator, TellsAnObserverOfEverySharedNodeAndThenOfEveryRoot) {
  RandomSource random(7);
  const SnapshotPtr snapshot = shapedSnapshot(random);
  const Bound either{BoundOr{{{BoundList{1}}, {BoundList{2}}}}};
  std::vector<PlanNode> plans;
  for (const Bound& bound : {either, Bound{BoundAnd{{either, {BoundList{3}}}}}, either, Bound{BoundConstant{false}}}) {
    plans.push_back(plan(bound, *snapshot).value());
  }
  std::vector<const PlanNode*> all;
  for (const PlanNode& each : plans) all.push_back(&each);
  const auto program = ShardProgram::prepare(all, *snapshot, 0);
  ASSERT_TRUE(program);
  ASSERT_EQ(program->shared().size(), 1U);
  EXPECT_EQ(program->roots()[0], program->roots()[2]);
  std::vector<std::uint32_t> expected(program->shared().begin(), program->shared().end());
  expected.insert(expected.end(), program->roots().begin(), program->roots().end());
  Scratch scratch;
  ChunkEvaluator evaluator(*program, scratch);
  std::vector<std::uint64_t> counts(plans.size(), 0);
  std::vector<std::uint64_t> observed(plans.size(), 0);
  for (ChunkIndex chunk = 0; chunk < program->chunkCount(); ++chunk) {
    std::vector<std::uint32_t> told;
    const NodeObserver observer = [&](std::uint32_t node) { told.push_back(node); };
    evaluator.countEach(chunk, counts);
    evaluator.countEach(chunk, observed, &observer);
    EXPECT_EQ(told, expected);
  }
  EXPECT_EQ(observed, counts);
}

TEST(ChunkEvaluator, AnUnknownFieldIsAnErrorAndAnUnknownListIsEmpty) {
  const SnapshotPtr snapshot = snapshotOfKeys(5);
  EXPECT_EQ(evaluate({BoundNumberIn{9, {Interval{}}}}, *snapshot).error().code, ErrorCode::internal);
  EXPECT_TRUE(evaluate({BoundList{9}}, *snapshot)->contacts.empty());
  EXPECT_EQ(evaluate({BoundConstant{true}}, *snapshot)->counted, 5U);
  EXPECT_EQ(evaluate({BoundConstant{true}}, Snapshot())->counted, 0U);
}

// A store in which nothing can be read any more.
class LostSource : public PieceSource {
 public:
  Result<KeptPtr> fetch(const PieceKey&, Decode) override { return fail(ErrorCode::dataLoss, "a piece is lost"); }
  KeptPtr find(const PieceKey&) override { return nullptr; }
  KeptPtr keep(const PieceKey&, Decoded) override { return nullptr; }
  void release(const PieceKey&) noexcept override {}
};

TEST(ChunkEvaluator, APieceThatCannotBeLoadedIsAnError) {
  LostSource source;
  const SnapshotPtr snapshot = snapshotOfKeys(100);
  snapshot->shards[0]->keys[0]->markStored({PieceKind::keys}, source);
  EXPECT_EQ(evaluate({BoundConstant{true}}, *snapshot)->counted, 100U);
  EXPECT_EQ(evaluate({BoundKeyLike{{"k%", false}}}, *snapshot).error().message, "a piece is lost");
  EXPECT_EQ(evaluate({BoundKeyIn{{"k5"}}}, *snapshot).error().message, "a piece is lost");
  EXPECT_EQ(readContact(*snapshot, 5).error().code, ErrorCode::dataLoss);
}

}  // namespace
}  // namespace roster
