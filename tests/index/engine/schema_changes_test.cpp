#include "index/engine/schema_changes.h"

#include <gtest/gtest.h>

#include "core/data/apply.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

TEST(FieldFigures, CountValuesAndRefuseCodesOfNoValue) {
  ChangeBatch batch;
  batch.schema = Schema().withField("city", {FieldKind::category}).value();
  ChangesBuilder city(batch.schema->fields().front());
  batch.newKeys.append("a");
  batch.newKeys.append("b");
  city.add(0, ChangeOp::set, std::string("Łódź"));
  city.add(1, ChangeOp::set, std::string("Kraków"));
  batch.fields.push_back(city.take());
  const SnapshotPtr snapshot = apply(Snapshot(), batch, 1).value();
  const auto figures = fieldFigures(*snapshot);
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->front().values, 2U);
  EXPECT_EQ(figures->front().contacts, 2U);

  Snapshot damaged = *snapshot;
  auto shard = std::make_shared<Shard>(*damaged.shards[0]);
  auto field = std::make_shared<FieldShard>(*shard->fields.begin()->second);
  std::get<CodedColumns>(field->columns).values.packed = makeSlot(PackedValues::encode(
      std::vector<Code>{1, 1'000'000}, std::vector<std::uint32_t>{1, 2}, std::vector<LocalId>{0, 1}));
  shard->fields.begin()->second = field;
  damaged.shards[0] = shard;
  const auto refused = fieldFigures(damaged);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::dataLoss);
}

}  // namespace
}  // namespace roster
