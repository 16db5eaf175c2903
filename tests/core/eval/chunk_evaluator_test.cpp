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
  RC_ASSERT(!testing::Test::HasFatalFailure());
}

class ShapedEvaluation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ShapedEvaluation, EqualsTheNaiveEvaluatorOnContainersOfEveryForm) {
  RandomSource random(GetParam());
  const SnapshotPtr snapshot = shapedSnapshot(random);
  const Sample sample = sampleOf(*snapshot, random);
  for (int i = 0; i < 100; ++i) {
    expectRight(randomBound(*snapshot, random, static_cast<int>(random.below(6))), *snapshot, sample);
    if (HasFatalFailure()) FAIL() << "seed " << GetParam() << ", predicate " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ShapedEvaluation, testing::Values(1, 2, 3));

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
  for (const std::uint32_t operands : {1U, 2U, 3U, 4U, 7U, 8U, 33U}) {
    BoundCountOf node;
    for (std::uint32_t i = 0; i < operands; ++i) node.operands.push_back(randomBound(*snapshot, random, 0));
    for (const std::uint32_t minimum : {0U, 1U, 2U, operands}) {
      for (const std::uint32_t maximum : {0U, minimum, operands - 1, 1000U}) {
        node.minimum = minimum;
        node.maximum = maximum;
        expectRight({node}, *snapshot, sample);
        if (HasFatalFailure()) return;
      }
    }
  }
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
  Result<std::shared_ptr<const void>> fetch(const PieceKey&, Decode) override {
    return fail(ErrorCode::dataLoss, "a piece is lost");
  }
  void keep(const PieceKey&, Decoded) override {}
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
