#include "tests/support/shaped_snapshot.h"

#include <fmt/format.h>

#include "core/data/apply.h"
#include "tests/support/random_containers.h"
#include "tests/support/sample_fields.h"

namespace roster {

namespace {

constexpr ChunkIndex kChunks = 4;
constexpr ChunkIndex kErasedChunk = 2;
constexpr LocalId kContacts = (kChunks - 1) * kChunkSize + 4321;

// Calls f for contacts in a random shape a chunk.
template <class F>
void forEachShaped(RandomSource& random, F&& f) {
  for (ChunkIndex chunk = 0; chunk < kChunks; ++chunk) {
    for (const std::uint16_t at : randomValues(random)) {
      const ContactId contact = (chunk << kChunkBits) | at;
      if (contact < kContacts) f(contact);
    }
  }
}

// One layer of values over all chunks: the same for all, by runs, alternating, or each for itself.
void addLayer(ChangesBuilder& changes, const FieldType& type, RandomSource& random) {
  const std::vector<FieldValue> values{randomValue(type, random), randomValue(type, random), randomValue(type, random)};
  const std::uint64_t mode = random.below(4);
  const ChangeOp op = type.kind == FieldKind::set ? ChangeOp::add : ChangeOp::set;
  forEachShaped(random, [&](ContactId contact) {
    switch (mode) {
      case 0: return changes.add(contact, op, values[0]);
      case 1: return changes.add(contact, op, values[(contact / 700) % 3]);
      case 2: return changes.add(contact, op, values[contact % 2]);
      default: return changes.add(contact, op, randomValue(type, random));
    }
  });
}

ListCreation shapedList(ListId list, RandomSource& random) {
  ListCreation creation{list, {{0, {}}}};
  forEachShaped(random, [&](ContactId contact) { creation.members[0].second.push_back(contact); });
  return creation;
}

}  // namespace

TimeZone shapedZone() {
  // 19,723 is 1 January 2024, about which the sample values lie.
  const auto hours = [](std::int64_t count) { return count * kMillisecondsPerHour; };
  return TimeZone("Test", {{0, hours(1)},
                           {19'713 * kMillisecondsPerDay + hours(23), hours(2)},
                           {19'733 * kMillisecondsPerDay - hours(1), hours(1)}});
}

SnapshotPtr shapedSnapshot(RandomSource& random) {
  Snapshot empty;
  empty.zone = std::make_shared<const TimeZone>(shapedZone());
  ChangeBatch batch;
  batch.schema = sampleSchema();
  for (LocalId i = 0; i < kContacts; ++i) batch.newKeys.append(fmt::format("k{}", i));
  for (const Field& field : batch.schema->fields()) {
    ChangesBuilder changes(field);
    for (int layer = 0; layer < 3; ++layer) addLayer(changes, field.type, random);
    batch.fields.push_back(changes.take());
  }
  for (ListId list = 1; list <= kShapedLists; ++list) batch.lists.push_back(shapedList(list, random));
  for (LocalId at = 0; at < kChunkSize; ++at) batch.erased.push_back((kErasedChunk << kChunkBits) | at);
  for (int i = 0; i < 500; ++i) batch.erased.push_back(static_cast<ContactId>(random.below(kContacts)));
  return apply(empty, batch, 1).value();
}

}  // namespace roster
