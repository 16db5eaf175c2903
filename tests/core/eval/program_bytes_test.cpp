#include "core/eval/program_bytes.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "core/data/apply.h"
#include "core/eval/bucket_slices.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

constexpr std::uint64_t kBits = sizeof(ChunkWords);
constexpr std::uint64_t kFull = sizeof(Run);  // everybody is one run

// Two full chunks of contacts. In the first one lists of every second, third and fifth contact, and of ten; all others
// in the second one only, or in both. Numbers are 0 … 15 in the first chunk, and 3 in the second.
class ProgramBytesTest : public ::testing::Test {
 protected:
  enum List : ListId { kSeconds = 1, kThirds, kFifths, kTen, kTenOfSecondChunk, kSecondsOfBoth, kFirstChunk };
  static constexpr std::uint64_t kTenBytes = 10 * sizeof(std::uint16_t);

  ProgramBytesTest() {
    Snapshot empty;
    ChangeBatch batch;
    batch.schema = Schema().withField("n", FieldType{FieldKind::integer}).value();
    for (LocalId i = 0; i < 2 * kChunkSize; ++i) batch.newKeys.append("k" + std::to_string(i));
    ChangesBuilder numbers(*batch.schema->find("n"));
    for (LocalId i = 0; i < 2 * kChunkSize; ++i) {
      numbers.add(i, ChangeOp::set, std::int64_t{i < kChunkSize ? i % 16 : 3});
    }
    batch.fields.push_back(numbers.take());
    addList(batch, kSeconds, 0, kChunkSize, 2);
    addList(batch, kThirds, 0, kChunkSize, 3);
    addList(batch, kFifths, 0, kChunkSize, 5);
    addList(batch, kTen, 7, 7 + 10 * 5000, 5000);
    addList(batch, kTenOfSecondChunk, kChunkSize + 7, kChunkSize + 7 + 10 * 5000, 5000);
    addList(batch, kSecondsOfBoth, 0, 2 * kChunkSize, 2);
    addList(batch, kFirstChunk, 0, kChunkSize, 1);
    snapshot_ = apply(empty, batch, 1).value();
  }

  static PlanNode list(ListId id) { return {PlanList{id}}; }
  static PlanNode all(std::vector<PlanNode> operands) {
    return {PlanCombine{PlanCombination::all, std::move(operands)}};
  }
  static PlanNode any(std::vector<PlanNode> operands) {
    return {PlanCombine{PlanCombination::any, std::move(operands)}};
  }
  static PlanNode no(PlanNode operand) { return {PlanNot{{std::move(operand)}}}; }
  PlanNode between(std::int64_t low, std::int64_t high) const {
    return {PlanNumbers{snapshot_->schema->find("n")->id, {{low, high}}}};
  }

  std::uint64_t touched(const PlanNode& plan, Want want) const {
    return touchedBytes(ShardProgram::prepare(plan, *snapshot_, 0).value(), want);
  }
  std::uint64_t counting(const PlanNode& plan) const { return touched(plan, Want::count); }
  std::uint64_t finding(const PlanNode& plan) const { return touched(plan, Want::contacts); }

  SnapshotPtr snapshot_;

 private:
  static void addList(ChangeBatch& batch, ListId id, ContactId begin, ContactId end, ContactId step) {
    ListCreation creation{id, {{0, {}}}};
    for (ContactId contact = begin; contact < end; contact += step) creation.members[0].second.push_back(contact);
    batch.lists.push_back(std::move(creation));
  }
};

TEST_F(ProgramBytesTest, CountsThatCardinalitiesTellTouchNothing) {
  EXPECT_EQ(counting(list(kSeconds)), 0U);
  EXPECT_EQ(finding(list(kSeconds)), kBits);
  EXPECT_EQ(counting(no(list(kSeconds))), 0U);
  // Whoever is in all of a chunk leaves the other operand as it is.
  EXPECT_EQ(counting(all({list(kFirstChunk), list(kSeconds)})), 0U);
  EXPECT_EQ(finding(all({list(kFirstChunk), list(kSeconds)})), kFull + kBits);
}

TEST_F(ProgramBytesTest, BitsOfAnAndAreReadInChunksThatMayMatch) {
  EXPECT_EQ(counting(all({list(kSeconds), list(kThirds)})), 2 * kBits);
  EXPECT_EQ(counting(all({list(kSeconds), list(kSecondsOfBoth)})), 2 * kBits);
  EXPECT_EQ(counting(all({list(kSeconds), list(kThirds), list(kFifths)})), 3 * kBits);
  EXPECT_EQ(counting(all({list(kSeconds), list(kTenOfSecondChunk)})), 0U);
  EXPECT_EQ(counting(all({list(kSecondsOfBoth), no(list(kFirstChunk))})), 0U);
  // Nobody of the ten is in the first chunk, and the second chunk has nobody else.
  EXPECT_EQ(counting(all({list(kSeconds), no(list(kTenOfSecondChunk))})), 0U);
}

TEST_F(ProgramBytesTest, AShortArrayLooksUpALineForEachOfItsValues) {
  const std::uint64_t lines = 10 * kCacheLine;
  EXPECT_EQ(counting(all({list(kTen), list(kSeconds)})), kTenBytes + lines);
  EXPECT_EQ(counting(all({list(kTen), list(kSeconds), no(list(kThirds))})), kTenBytes + 2 * lines);
  EXPECT_EQ(counting(all({list(kTen), any({list(kSeconds), list(kThirds)})})), kTenBytes + 2 * lines);
  EXPECT_EQ(counting(all({list(kFifths), any({list(kSeconds), list(kThirds)})})), 3 * kBits);
}

TEST_F(ProgramBytesTest, AnOrReadsWhatHasAnybody) {
  // Of the second chunk, one operand alone is the answer.
  EXPECT_EQ(counting(any({list(kSeconds), list(kThirds), list(kTenOfSecondChunk)})), 2 * kBits);
  EXPECT_EQ(finding(any({list(kSeconds), list(kThirds), list(kTenOfSecondChunk)})), 2 * kBits + kTenBytes);
  EXPECT_EQ(counting(any({list(kTen), list(kSeconds)})), kTenBytes + 10 * kCacheLine);
  EXPECT_EQ(finding(any({list(kTen), list(kSeconds)})), kTenBytes + kBits);
}

TEST_F(ProgramBytesTest, AThresholdReadsAllOperandsAndWhoIsLive) {
  const PlanNode two{PlanCountOf{2, 3, {list(kSeconds), list(kThirds), list(kFifths)}}};
  EXPECT_EQ(counting(two), 3 * kBits + kFull);
  EXPECT_EQ(counting(all({list(kTen), two})), kTenBytes + 3 * 10 * kCacheLine);
}

TEST_F(ProgramBytesTest, OfNumbersSlicesThatDecideAndPresence) {
  EXPECT_EQ(counting(between(8, 15)), kBits + kFull);      // the highest of four bits tells; the other chunk has 3
  EXPECT_EQ(counting(between(4, 15)), 2 * kBits + kFull);  // the two highest
  EXPECT_EQ(counting(between(5, 12)), 4 * kBits + kFull);
  EXPECT_EQ(counting(between(16, 20)), 0U);
  EXPECT_EQ(counting(between(0, 15)), 0U);
  EXPECT_EQ(finding(between(0, 15)), 2 * kFull);
  // Everybody has a number, so that who has one need not be looked up.
  EXPECT_EQ(counting(all({list(kSeconds), between(8, 15)})), 2 * kBits);
}

TEST_F(ProgramBytesTest, AScanReadsColumnsOfItsChunks) {
  const auto& keys = snapshot_->shards.front()->keys;
  const PlanNode like{PlanScan{PlanKeyLike{}}};
  EXPECT_EQ(counting(like), 2 * kFull + keys[0]->bytes() + keys[1]->bytes());
  EXPECT_EQ(counting(all({list(kSeconds), like})), kBits + kFull + keys[0]->bytes());
  const PlanNode bucket{PlanScan{PlanBucket{"name", {{0, 999}}}}};
  EXPECT_EQ(counting(bucket), 2 * (kFull + BucketSlices::kChunkBytes));
  EXPECT_EQ(counting(all({list(kTen), bucket})), kTenBytes + kFull + keys[0]->bytes());
}

TEST_F(ProgramBytesTest, WhatSeveralCountsHaveInCommonIsTouchedOnce) {
  const PlanNode first = all({list(kSeconds), list(kThirds)});
  const PlanNode second = all({list(kSeconds), list(kFifths)});
  const PlanNode third = list(kThirds);
  const std::vector<const PlanNode*> plans{&first, &second, &third, &first};
  const auto program = ShardProgram::prepare(plans, *snapshot_, 0).value();
  EXPECT_EQ(touchedBytes(program, Want::count), 3 * kBits);
  EXPECT_EQ(touchedBytes(program, Want::contacts), 3 * kBits);
}

}  // namespace
}  // namespace roster
