#include "index/io/export_rows.h"

#include <gtest/gtest.h>

#include "core/data/apply.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

TEST(ExportRows, ACodeThatWasNeverGivenIsDataLoss) {
  ChangeBatch batch;
  batch.schema = Schema().withField("city", {FieldKind::category}).value().withField("tags", {FieldKind::set}).value();
  batch.newKeys.append("a");
  for (const Field& field : batch.schema->fields()) {
    ChangesBuilder changes(field);
    changes.add(0, field.name == "tags" ? ChangeOp::add : ChangeOp::set, std::string("x"));
    batch.fields.push_back(changes.take());
  }
  const SnapshotPtr sound = apply(Snapshot(), batch, 1).value();

  auto damaged = std::make_shared<Snapshot>(*sound);
  auto shard = std::make_shared<Shard>(*damaged->shards[0]);
  for (auto& [id, field] : shard->fields) {
    auto changed = std::make_shared<FieldShard>(*field);
    const std::vector<Code> codes{2};
    if (auto* coded = std::get_if<CodedColumns>(&changed->columns)) {
      coded->codes[0] = makeSlot(CodeChunk::encode(codes));
    } else {
      std::get<SetColumns>(changed->columns).sets[0] = makeSlot(SetChunk::encode(std::vector<std::uint32_t>{1}, codes));
    }
    field = std::move(changed);
  }
  damaged->shards[0] = std::move(shard);

  const std::vector<std::uint16_t> first{0};
  for (const char* name : {"city", "tags"}) {
    ExportOptions options;
    options.fields = {name};
    std::string out;
    ASSERT_TRUE(RowFormat::make(sound, options).value().append(0, 0, first, out));
    EXPECT_EQ(out, "x\n");
    const auto refused = RowFormat::make(damaged, options).value().append(0, 0, first, out);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::dataLoss);
  }
}

}  // namespace
}  // namespace roster
