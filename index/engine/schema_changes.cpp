#include "index/engine/schema_changes.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/query/parser.h"
#include "core/query/printer.h"
#include "core/query/rename.h"
#include "index/engine/segments.h"
#include "index/engine/slot_walk.h"

namespace roster {

namespace {

Result<SegmentCatalog> withFieldRenamedIn(const SegmentCatalog& segments, std::string_view from, std::string_view to) {
  SegmentCatalog renamed = segments;
  for (auto& [name, segment] : renamed) {
    if (segment.list != 0) continue;
    auto parsed = parse(segment.predicate);
    if (!parsed) return propagate(parsed);
    segment.predicate = print(withFieldRenamed(*std::move(parsed), from, to));
  }
  return renamed;
}

// Distinct values of a coded field that somebody holds.
Result<std::uint64_t> countValues(const Snapshot& snapshot, const Field& field) {
  if (!isCoded(field.type.kind)) return 0;
  const auto found = snapshot.dictionaries.find(field.id);
  const Code next = field.type.kind == FieldKind::boolean  ? 3
                    : found == snapshot.dictionaries.end() ? 1
                                                           : found->second->nextCode();
  std::vector<bool> held(next, false);
  for (const auto& shard : snapshot.shards) {
    const FieldShard* fieldShard = shard->field(field.id);
    if (fieldShard == nullptr) continue;
    for (const DenseValue& value : fieldShard->values()->dense) held[value.code] = true;
    auto packed = load(fieldShard->values()->packed);
    if (!packed) return propagate(packed);
    for (const Code code : (*packed)->codes()) {
      if (code >= next) return fail(ErrorCode::dataLoss, "a block of rare values holds codes that stand for no value");
      held[code] = true;
    }
  }
  return static_cast<std::uint64_t>(std::count(held.begin(), held.end(), true));
}

}  // namespace

Result<void> addField(Database& database, std::string_view name, const FieldType& type) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    auto schema = snapshot.schema->withField(name, type);
    if (!schema) return propagate(schema);
    ChangeBatch batch;
    batch.schema = *std::move(schema);
    return batch;
  });
}

Result<void> renameField(Database& database, std::string_view from, std::string_view to) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    auto schema = snapshot.schema->withRenamed(from, to);
    if (!schema) return propagate(schema);
    auto segments = withFieldRenamedIn(*snapshot.segments, from, to);
    if (!segments) return propagate(segments);
    ChangeBatch batch;
    batch.schema = *std::move(schema);
    batch.segments = *std::move(segments);
    return batch;
  });
}

Result<void> dropField(Database& database, std::string_view name) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    const Snapshot& snapshot = *before;
    auto schema = snapshot.schema->without(name);
    if (!schema) return propagate(schema);
    const auto users = segmentsUsingField(*snapshot.segments, name);
    if (auto unused = requireUnused(fmt::format("the field '{}'", name), users); !unused) return propagate(unused);
    ChangeBatch batch;
    batch.schema = *std::move(schema);
    return batch;
  });
}

Result<std::vector<FieldFigures>> fieldFigures(const Snapshot& snapshot) {
  std::vector<FieldFigures> figures;
  for (const Field& field : snapshot.schema->fields()) {
    FieldFigures& own = figures.emplace_back();
    own.field = field;
    auto values = countValues(snapshot, field);
    if (!values) return propagate(values);
    own.values = *values;
    for (ShardIndex index = 0; index < snapshot.shards.size(); ++index) {
      const FieldShard* fieldShard = snapshot.shards[index]->field(field.id);
      if (fieldShard == nullptr) continue;
      own.contacts += fieldShard->presentCount;
      walkSlots(*fieldShard, index, field.id, [&](const auto& slot, const PieceKey&) { own.bytes += slot->bytes(); });
    }
    const auto dictionary = snapshot.dictionaries.find(field.id);
    if (dictionary == snapshot.dictionaries.end()) continue;
    for (const DictionaryPart& part : dictionary->second->parts()) own.bytes += part.segment->bytes();
  }
  return figures;
}

}  // namespace roster
