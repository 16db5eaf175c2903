#include "core/eval/contact_record.h"

#include <gtest/gtest.h>

#include "core/data/apply.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

// Two contacts: `city` and `tags` of the first alone.
SnapshotPtr recordSample() {
  ChangeBatch batch;
  batch.schema = sampleSchema();
  batch.newKeys.append("a");
  batch.newKeys.append("b");
  ChangesBuilder city(*batch.schema->find("city"));
  city.add(0, ChangeOp::set, std::string("Łódź"));
  ChangesBuilder tags(*batch.schema->find("tags"));
  tags.add(0, ChangeOp::add, std::string("y"));
  tags.add(0, ChangeOp::add, std::string("x"));
  batch.fields = {city.take(), tags.take()};
  return apply(Snapshot(), batch, 1).value();
}

// The sample with another column of a field.
template <class Change>
Snapshot withColumns(const Snapshot& snapshot, const char* name, const Change& change) {
  Snapshot changed = snapshot;
  auto shard = std::make_shared<Shard>(*changed.shards[0]);
  auto& field = shard->fields[changed.schema->find(name)->id];
  auto columns = std::make_shared<FieldShard>(*field);
  change(*columns);
  field = std::move(columns);
  changed.shards[0] = std::move(shard);
  return changed;
}

TEST(ContactRecord, HoldsWhatTheContactHas) {
  const SnapshotPtr snapshot = recordSample();
  const auto record = readContact(*snapshot, 0);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->key, "a");
  EXPECT_EQ(record->values.at(snapshot->schema->find("city")->id), FieldValue(std::string("Łódź")));
  EXPECT_EQ(record->values.at(snapshot->schema->find("tags")->id), FieldValue(std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(readContact(*snapshot, 1)->values.empty());
  EXPECT_EQ(readContact(*snapshot, 2).error().code, ErrorCode::notFound);
}

TEST(ContactRecord, ACodeThatWasNeverGivenIsDataLoss) {
  const SnapshotPtr snapshot = recordSample();
  const Snapshot city = withColumns(*snapshot, "city", [](FieldShard& field) {
    std::get<CodedColumns>(field.columns).codes[0] = makeSlot(CodeChunk::encode(std::vector<Code>{2}));
  });
  EXPECT_EQ(readContact(city, 0).error().code, ErrorCode::dataLoss);
  const Snapshot tags = withColumns(*snapshot, "tags", [](FieldShard& field) {
    std::get<SetColumns>(field.columns).sets[0] =
        makeSlot(SetChunk::encode(std::vector<std::uint32_t>{2}, std::vector<Code>{1, 3}));
  });
  EXPECT_EQ(readContact(tags, 0).error().code, ErrorCode::dataLoss);
}

}  // namespace
}  // namespace roster
