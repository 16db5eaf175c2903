#include "core/eval/contact_record.h"

#include <algorithm>

#include "core/data/set_patch.h"

namespace roster {

namespace {

// Reads the values of one contact, field by field.
class RecordReader {
 public:
  RecordReader(const Snapshot& snapshot, ContactId contact)
      : snapshot_(snapshot), local_(localOf(contact)), chunk_(chunkOf(local_)), place_(local_ & (kChunkSize - 1)) {}

  // The contact's value; meaningful only where it has one.
  Result<FieldValue> read(const Field& field, const FieldShard& shard) const {
    return std::visit([&](const auto& columns) { return read(field, columns); }, shard.columns);
  }

 private:
  Result<LoadedDictionary> dictionaryOf(const Field& field) const {
    const auto found = snapshot_.dictionaries.find(field.id);
    if (found == snapshot_.dictionaries.end()) return LoadedDictionary({});
    return found->second->load();
  }

  Result<FieldValue> read(const Field& field, const CodedColumns& columns) const {
    auto codes = load(columns.codes[chunk_]);
    if (!codes) return propagate(codes);
    const Code code = (**codes)[place_];
    if (field.type.kind == FieldKind::boolean) return FieldValue(code == 2);
    auto dictionary = dictionaryOf(field);
    if (!dictionary) return propagate(dictionary);
    auto text = dictionary->stringOf(code);
    if (!text) return propagate(text);
    return FieldValue(std::string(*text));
  }

  Result<FieldValue> read(const Field& field, const SetColumns& columns) const {
    auto sets = PatchedSets::load(columns, chunk_);
    if (!sets) return propagate(sets);
    auto dictionary = dictionaryOf(field);
    if (!dictionary) return propagate(dictionary);
    std::vector<std::string> values;
    for (const Code code : (*sets)[place_]) {
      auto text = dictionary->stringOf(code);
      if (!text) return propagate(text);
      values.emplace_back(*text);
    }
    std::sort(values.begin(), values.end());
    return FieldValue(std::move(values));
  }

  Result<FieldValue> read(const Field&, const NumberColumns& columns) const {
    auto numbers = load(columns.numbers[chunk_]);
    if (!numbers) return propagate(numbers);
    return FieldValue((**numbers)[place_]);
  }

  Result<FieldValue> read(const Field&, const TextColumns& columns) const {
    auto strings = load(columns.strings[chunk_]);
    if (!strings) return propagate(strings);
    return FieldValue(std::string((**strings)[place_]));
  }

  const Snapshot& snapshot_;
  LocalId local_;
  ChunkIndex chunk_;
  std::uint32_t place_;
};

}  // namespace

Result<ContactRecord> readContact(const Snapshot& snapshot, ContactId contact) {
  const ShardIndex index = shardOf(contact);
  const LocalId local = localOf(contact);
  const auto missing = [] { return fail(ErrorCode::notFound, "there is no such contact"); };
  if (index >= snapshot.shards.size()) return missing();
  const Shard& shard = *snapshot.shards[index];
  auto live = load(shard.live);
  if (!live) return propagate(live);
  if (!(*live)->contains(local)) return missing();

  auto key = keyOf(snapshot, contact);
  if (!key) return propagate(key);
  ContactRecord record{contact, *std::move(key), {}, {}};
  const RecordReader reader(snapshot, contact);
  for (const Field& field : snapshot.schema->fields()) {
    const FieldShard* fieldShard = shard.field(field.id);
    if (fieldShard == nullptr) continue;
    auto present = load(fieldShard->present);
    if (!present) return propagate(present);
    if (!(*present)->contains(local)) continue;
    auto value = reader.read(field, *fieldShard);
    if (!value) return propagate(value);
    record.values.emplace(field.id, *std::move(value));
  }
  for (const auto& [list, members] : snapshot.lists) {
    if (index >= members.size()) continue;
    auto bitmap = load(members[index]);
    if (!bitmap) return propagate(bitmap);
    if ((*bitmap)->contains(local)) record.lists.push_back(list);
  }
  return record;
}

}  // namespace roster
