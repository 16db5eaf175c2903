#include "index/engine/manifest.h"

#include <fmt/format.h>
#include <limits>

#include "core/data/registry_codec.h"
#include "index/engine/field_directory.h"
#include "index/store/sealed.h"

namespace roster {

namespace {

constexpr std::uint8_t kRecordKind = 0x4D;  // apart from all kinds of pieces
constexpr std::uint8_t kRecordVersion = 1;

void put(StoreBatch& batch, const std::string& name, std::string_view record) {
  batch.put(Family::meta, name, seal(kRecordKind, kRecordVersion, record));
}

std::string shardName(ShardIndex shard) { return fmt::format("shard/{:05}", shard); }
std::string fieldName(ShardIndex shard, FieldId field) { return fmt::format("field/{:05}/{:08}", shard, field); }
std::string dictionaryName(FieldId field) { return fmt::format("dictionary/{:08}", field); }
std::string listName(ListId list) { return fmt::format("list/{:08}", list); }

std::string encodeImports(const ImportRegistry& imports) {
  ByteWriter to;
  to.varint(imports.size());
  for (const auto& [name, progress] : imports) {
    to.string(name);
    to.string(encode(progress));
  }
  return to.take();
}

Result<ImportRegistry> decodeImports(std::string_view bytes) {
  ByteReader from(bytes);
  ImportRegistry imports;
  for (std::size_t count = from.count(2); count != 0; --count) {
    const std::string name(from.string());
    auto progress = decodeImportProgress(from.string());
    if (!progress) return propagate(progress);
    imports.emplace(name, *std::move(progress));
  }
  if (auto finished = from.finish("the list of imports"); !finished) return propagate(finished);
  return imports;
}

std::string encodeKeyIndex(const KeyIndex& index) {
  ByteWriter to;
  to.varint(index.runs().size());
  for (const KeyIndex::Run& run : index.runs()) {
    to.varint(run.size());
    for (const KeyIndexPart& part : run) {
      to.fixed(part.firstHash);
      to.varint(part.size);
      // Its number as well: a run keeps its pieces when runs before it merge.
      to.varint(part.run->key().shard);
      to.varint(part.run->key().part);
      encodeSlot(to, part.run);
    }
  }
  return to.take();
}

Result<KeyIndex> decodeKeyIndex(std::string_view bytes, PieceSource& pieces) {
  ByteReader from(bytes);
  std::vector<KeyIndex::Run> runs;
  for (std::size_t count = from.count(); count != 0; --count) {
    KeyIndex::Run& run = runs.emplace_back();
    for (std::size_t parts = from.count(12); parts != 0; --parts) {
      KeyIndexPart& part = run.emplace_back();
      part.firstHash = from.fixed<std::uint64_t>();
      part.size = static_cast<std::uint32_t>(from.varint());
      PieceKey place{PieceKind::keyIndex, 0, 0, 0, 0};
      place.shard = static_cast<ShardIndex>(from.varint());
      place.part = static_cast<std::uint32_t>(from.varint());
      part.run = decodeSlot<KeyIndexRun>(from, place, pieces);
      const bool ascends = run.size() == 1 ? part.firstHash == 0 : part.firstHash > run[run.size() - 2].firstHash;
      if (part.run == nullptr || !ascends) return fail(ErrorCode::dataLoss, "the directory of keys is damaged");
    }
  }
  if (auto finished = from.finish("the directory of keys"); !finished) return propagate(finished);
  return KeyIndex(std::move(runs));
}

std::string encodeDictionary(const Dictionary& dictionary) {
  ByteWriter to;
  to.varint(dictionary.parts().size());
  for (const DictionaryPart& part : dictionary.parts()) {
    to.varint(part.first);
    to.varint(part.size);
    encodeSlot(to, part.segment);
  }
  return to.take();
}

Result<Dictionary> decodeDictionary(std::string_view bytes, FieldId field, PieceSource& pieces) {
  ByteReader from(bytes);
  std::vector<DictionaryPart> parts;
  std::uint64_t next = 1;
  for (std::size_t count = from.count(3); count != 0; --count) {
    DictionaryPart& part = parts.emplace_back();
    part.first = static_cast<Code>(from.varint());
    part.size = static_cast<std::uint32_t>(from.varint());
    part.segment = decodeSlot<DictionarySegment>(from, {PieceKind::dictionary, 0, field, part.first, 0}, pieces);
    const bool follows = part.first == next && part.size != 0;
    next += part.size;
    if (part.segment == nullptr || !follows || next > std::numeric_limits<Code>::max()) {
      return fail(ErrorCode::dataLoss, "the directory of a dictionary is damaged");
    }
  }
  if (auto finished = from.finish("the directory of a dictionary"); !finished) return propagate(finished);
  return Dictionary(std::move(parts));
}

std::string encodeList(const std::vector<SlotPtr<Bitmap>>& list) {
  ByteWriter to;
  to.varint(list.size());
  for (const auto& slot : list) encodeSlot(to, slot);
  return to.take();
}

Result<std::vector<SlotPtr<Bitmap>>> decodeList(std::string_view bytes, ListId list, PieceSource& pieces) {
  ByteReader from(bytes);
  std::vector<SlotPtr<Bitmap>> slots;
  const std::size_t count = from.count();
  for (std::size_t shard = 0; shard < count; ++shard) {
    slots.push_back(decodeSlot<Bitmap>(from, {PieceKind::list, static_cast<ShardIndex>(shard), list, 0, 0}, pieces));
  }
  if (auto finished = from.finish("the directory of a frozen list"); !finished) return propagate(finished);
  return slots;
}

// The entries of two maps of shared things that were changed or came, and those that went.
template <class Map, class Changed, class Gone>
void compare(const Map* before, const Map& after, const Changed& changed, const Gone& gone) {
  const auto wasSame = [&](auto id, const auto& value) {
    const auto known = before->find(id);
    return known != before->end() && known->second == value;
  };
  for (const auto& [id, value] : after) {
    if (before == nullptr || !wasSame(id, value)) changed(id, value);
  }
  if (before == nullptr) return;
  for (const auto& [id, value] : *before) {
    if (!after.contains(id)) gone(id);
  }
}

void writeShard(const Shard* before, const Shard& after, ShardIndex index, StoreBatch& batch) {
  put(batch, shardName(index), encodeDirectory(after));
  compare(
      before == nullptr ? nullptr : &before->fields, after.fields,
      [&](FieldId id, const auto& field) { put(batch, fieldName(index, id), encodeDirectory(*field)); },
      [&](FieldId id) { batch.remove(Family::meta, fieldName(index, id)); });
}

class ManifestReader {
 public:
  ManifestReader(const Store& store, PieceSource& pieces) : store_(store), pieces_(pieces) {}

  Result<SnapshotPtr> read() {
    for (const auto step :
         {&ManifestReader::readRoot, &ManifestReader::readRegistries, &ManifestReader::readDictionaries,
          &ManifestReader::readLists, &ManifestReader::readShards}) {
      if (auto done = (this->*step)(); !done) return propagate(done);
    }
    return SnapshotPtr(std::move(snapshot_));
  }

 private:
  Result<std::string> record(const std::string& name) const {
    auto stored = store_.get(Family::meta, name);
    if (!stored) return propagate(stored);
    if (!*stored) return fail(ErrorCode::dataLoss, fmt::format("the record '{}' is missing from the store", name));
    return open(name, **stored);
  }

  static Result<std::string> open(std::string_view name, std::string_view stored) {
    auto unsealed = unseal(kRecordKind, kRecordVersion, stored, fmt::format("the record '{}'", name));
    if (!unsealed) return propagate(unsealed);
    return std::string(unsealed->payload);
  }

  // Shows each record whose name starts with `prefix` to f(the number its name ends in, the record).
  Result<void> eachRecord(std::string_view prefix,
                          const std::function<Result<void>(std::uint32_t, std::string_view)>& f) const {
    return store_.scan(Family::meta, KeyRange::ofPrefix(prefix),
                       [&](std::string_view name, std::string_view stored) -> Result<bool> {
                         auto opened = open(name, stored);
                         if (!opened) return propagate(opened);
                         std::uint32_t number = 0;
                         for (const char c : name.substr(name.rfind('/') + 1))
                           number = number * 10 + static_cast<std::uint32_t>(c - '0');
                         if (auto done = f(number, *opened); !done) return propagate(done);
                         return true;
                       });
  }

  Result<void> readRoot() {
    auto bytes = record("root");
    if (!bytes) return propagate(bytes);
    ByteReader from(*bytes);
    snapshot_->sequence = from.varint();
    snapshot_->epoch = static_cast<std::uint32_t>(from.varint());
    shards_ = static_cast<std::uint32_t>(from.varint());
    return from.finish("the record 'root'");
  }

  // Reads one record into a shared part of the snapshot.
  template <class T, class Decode>
  Result<void> readInto(const std::string& name, std::shared_ptr<const T>& part, const Decode& decode) const {
    auto bytes = record(name);
    if (!bytes) return propagate(bytes);
    auto decoded = decode(*bytes);
    if (!decoded) return propagate(decoded);
    part = std::make_shared<const T>(*std::move(decoded));
    return {};
  }

  Result<void> readRegistries() {
    const auto keyIndex = [&](std::string_view bytes) { return decodeKeyIndex(bytes, pieces_); };
    if (auto done = readInto("zone", snapshot_->zone, decodeTimeZone); !done) return done;
    if (auto done = readInto("schema", snapshot_->schema, decodeSchema); !done) return done;
    if (auto done = readInto("segments", snapshot_->segments, decodeSegments); !done) return done;
    if (auto done = readInto("imports", snapshot_->imports, decodeImports); !done) return done;
    return readInto("keyindex", snapshot_->keyIndex, keyIndex);
  }

  Result<void> readDictionaries() {
    return eachRecord("dictionary/", [&](FieldId field, std::string_view bytes) -> Result<void> {
      auto dictionary = decodeDictionary(bytes, field, pieces_);
      if (!dictionary) return propagate(dictionary);
      snapshot_->dictionaries.emplace(field, std::make_shared<const Dictionary>(*std::move(dictionary)));
      return {};
    });
  }

  Result<void> readLists() {
    return eachRecord("list/", [&](ListId list, std::string_view bytes) -> Result<void> {
      auto slots = decodeList(bytes, list, pieces_);
      if (!slots) return propagate(slots);
      snapshot_->lists.emplace(list, *std::move(slots));
      return {};
    });
  }

  Result<void> readShards() {
    for (ShardIndex index = 0; index < shards_; ++index) {
      auto bytes = record(shardName(index));
      if (!bytes) return propagate(bytes);
      auto shard = decodeShardDirectory(*bytes, index, pieces_);
      if (!shard) return propagate(shard);
      if (index + 1 < shards_ && shard->size != kShardSize) {
        return fail(ErrorCode::dataLoss, "the directory of a shard names too few contacts");
      }
      for (auto& [id, field] : shard->fields) {
        if (auto done = readField(index, id, field); !done) return done;
      }
      snapshot_->shards.push_back(std::make_shared<const Shard>(*std::move(shard)));
    }
    return {};
  }

  Result<void> readField(ShardIndex shard, FieldId id, std::shared_ptr<const FieldShard>& field) const {
    const Field* declared = snapshot_->schema->find(id);
    if (declared == nullptr) return fail(ErrorCode::dataLoss, "a shard has a field that the schema does not know");
    auto bytes = record(fieldName(shard, id));
    if (!bytes) return propagate(bytes);
    auto decoded = decodeFieldDirectory(*bytes, declared->type, shard, id, pieces_);
    if (!decoded) return propagate(decoded);
    const ValueIndex* values = decoded->values();
    if (values != nullptr && !values->dense.empty() && values->dense.back().code >= nextCode(*declared)) {
      return fail(ErrorCode::dataLoss, "the directory of a field names values that its dictionary does not have");
    }
    field = std::make_shared<const FieldShard>(*std::move(decoded));
    return {};
  }

  // The first code that stands for no value. A bool has no dictionary, and the codes 1 and 2.
  Code nextCode(const Field& field) const {
    if (field.type.kind == FieldKind::boolean) return 3;
    const auto found = snapshot_->dictionaries.find(field.id);
    return found == snapshot_->dictionaries.end() ? 1 : found->second->nextCode();
  }

  const Store& store_;
  PieceSource& pieces_;
  std::shared_ptr<Snapshot> snapshot_ = std::make_shared<Snapshot>();
  std::uint32_t shards_ = 0;
};

}  // namespace

void writeManifest(const Snapshot* before, const Snapshot& after, StoreBatch& batch) {
  ByteWriter root;
  root.varint(after.sequence);
  root.varint(after.epoch);
  root.varint(after.shards.size());
  put(batch, "root", root.bytes());
  if (before == nullptr || before->zone != after.zone) put(batch, "zone", encode(*after.zone));
  if (before == nullptr || before->schema != after.schema) put(batch, "schema", encode(*after.schema));
  if (before == nullptr || before->segments != after.segments) put(batch, "segments", encode(*after.segments));
  if (before == nullptr || before->imports != after.imports) put(batch, "imports", encodeImports(*after.imports));
  if (before == nullptr || before->keyIndex != after.keyIndex) put(batch, "keyindex", encodeKeyIndex(*after.keyIndex));
  compare(
      before == nullptr ? nullptr : &before->dictionaries, after.dictionaries,
      [&](FieldId id, const auto& dictionary) { put(batch, dictionaryName(id), encodeDictionary(*dictionary)); },
      [&](FieldId id) { batch.remove(Family::meta, dictionaryName(id)); });
  compare(
      before == nullptr ? nullptr : &before->lists, after.lists,
      [&](ListId id, const auto& list) { put(batch, listName(id), encodeList(list)); },
      [&](ListId id) { batch.remove(Family::meta, listName(id)); });
  for (ShardIndex index = 0; index < after.shards.size(); ++index) {
    const Shard* old = before == nullptr || index >= before->shards.size() ? nullptr : before->shards[index].get();
    if (old != after.shards[index].get()) writeShard(old, *after.shards[index], index, batch);
  }
}

Result<SnapshotPtr> readManifest(const Store& store, PieceSource& pieces) {
  return ManifestReader(store, pieces).read();
}

}  // namespace roster
