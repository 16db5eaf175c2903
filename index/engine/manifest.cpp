#include "index/engine/manifest.h"

#include <fmt/format.h>
#include <initializer_list>
#include <limits>

#include "core/data/registry_codec.h"
#include "index/engine/event_directory.h"
#include "index/engine/field_directory.h"
#include "index/engine/slot_walk.h"
#include "index/store/sealed.h"

namespace roster {

namespace {

constexpr std::uint8_t kRecordKind = 0x4D;  // apart from all kinds of pieces
constexpr std::uint8_t kRecordVersion = 1;

// Names of records, which for those of a catalog stand behind a prefix.
class RecordNames {
 public:
  RecordNames() = default;
  explicit RecordNames(CatalogId catalog) : prefix_(fmt::format("catalog/{:05}/", catalog)) {}

  std::string of(std::string_view name) const { return prefix_ + std::string(name); }
  std::string shard(ShardIndex shard) const { return fmt::format("{}shard/{:05}", prefix_, shard); }
  std::string field(ShardIndex shard, FieldId field) const {
    return fmt::format("{}field/{:05}/{:08}", prefix_, shard, field);
  }
  std::string events(ShardIndex shard, EventId event) const {
    return fmt::format("{}events/{:05}/{:08}", prefix_, shard, event);
  }
  std::string dictionary(FieldId field) const { return fmt::format("{}dictionary/{:08}", prefix_, field); }
  std::string identities(EventId event) const { return fmt::format("{}identities/{:08}", prefix_, event); }
  std::string list(ListId list) const { return fmt::format("{}list/{:08}", prefix_, list); }

 private:
  std::string prefix_;
};

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

Result<KeyIndex> decodeKeyIndex(std::string_view bytes, EventId event, PieceSource& pieces) {
  ByteReader from(bytes);
  std::vector<KeyIndex::Run> runs;
  for (std::size_t count = from.count(); count != 0; --count) {
    KeyIndex::Run& run = runs.emplace_back();
    for (std::size_t parts = from.count(12); parts != 0; --parts) {
      KeyIndexPart& part = run.emplace_back();
      part.firstHash = from.fixed<std::uint64_t>();
      part.size = static_cast<std::uint32_t>(from.varint());
      PieceKey place{PieceKind::keyIndex, 0, event, 0, 0};
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

Result<Dictionary> decodeDictionary(std::string_view bytes, ShardIndex shard, FieldId field, PieceSource& pieces) {
  ByteReader from(bytes);
  std::vector<DictionaryPart> parts;
  std::uint64_t next = 1;
  for (std::size_t count = from.count(3); count != 0; --count) {
    DictionaryPart& part = parts.emplace_back();
    part.first = static_cast<Code>(from.varint());
    part.size = static_cast<std::uint32_t>(from.varint());
    part.segment = decodeSlot<DictionarySegment>(from, {PieceKind::dictionary, shard, field, part.first, 0}, pieces);
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

// Writes the records in which a database, or the items of a catalog, differ from before.
class ManifestWriter {
 public:
  ManifestWriter(const Snapshot* before, const Snapshot& after, RecordNames names, StoreBatch& batch)
      : before_(before), after_(after), names_(std::move(names)), batch_(batch) {}

  // What catalogs have as well: contacts there are items.
  void writeContacts() {
    ByteWriter root;
    root.varint(after_.sequence);
    root.varint(after_.epoch);
    root.varint(after_.shards.size());
    put("root", root.bytes());
    if (isChanged(&Snapshot::keyIndex)) put("keyindex", encodeKeyIndex(*after_.keyIndex));
    compare(
        before_ == nullptr ? nullptr : &before_->dictionaries, after_.dictionaries,
        [&](FieldId id, const auto& dictionary) { putAt(names_.dictionary(id), encodeDictionary(*dictionary)); },
        [&](FieldId id) { batch_.remove(Family::meta, names_.dictionary(id)); });
    for (ShardIndex index = 0; index < after_.shards.size(); ++index) {
      const bool isNew = before_ == nullptr || index >= before_->shards.size();
      const Shard* old = isNew ? nullptr : before_->shards[index].get();
      if (old != after_.shards[index].get()) writeShard(old, *after_.shards[index], index);
    }
  }

  // What a database has alone.
  void writeRegistries() {
    if (isChanged(&Snapshot::zone)) put("zone", encode(*after_.zone));
    if (isChanged(&Snapshot::schema)) put("schema", encode(*after_.schema));
    if (isChanged(&Snapshot::segments)) put("segments", encode(*after_.segments));
    if (isChanged(&Snapshot::imports)) put("imports", encodeImports(*after_.imports));
    if (isChanged(&Snapshot::events)) put("events", encode(*after_.events));
    compare(
        before_ == nullptr ? nullptr : &before_->identities, after_.identities,
        [&](EventId id, const auto& index) { putAt(names_.identities(id), encodeKeyIndex(*index)); },
        [&](EventId id) { batch_.remove(Family::meta, names_.identities(id)); });
    compare(
        before_ == nullptr ? nullptr : &before_->lists, after_.lists,
        [&](ListId id, const auto& list) { putAt(names_.list(id), encodeList(list)); },
        [&](ListId id) { batch_.remove(Family::meta, names_.list(id)); });
  }

 private:
  template <class Part>
  bool isChanged(Part Snapshot::*part) const {
    return before_ == nullptr || before_->*part != after_.*part;
  }

  void put(std::string_view name, std::string_view record) { putAt(names_.of(name), record); }
  void putAt(const std::string& name, std::string_view record) {
    batch_.put(Family::meta, name, seal(kRecordKind, kRecordVersion, record));
  }

  void writeShard(const Shard* before, const Shard& after, ShardIndex index) {
    putAt(names_.shard(index), encodeDirectory(after));
    compare(
        before == nullptr ? nullptr : &before->fields, after.fields,
        [&](FieldId id, const auto& field) { putAt(names_.field(index, id), encodeDirectory(*field)); },
        [&](FieldId id) { batch_.remove(Family::meta, names_.field(index, id)); });
    compare(
        before == nullptr ? nullptr : &before->events, after.events,
        [&](EventId id, const auto& events) { putAt(names_.events(index, id), encodeDirectory(*events)); },
        [&](EventId id) { batch_.remove(Family::meta, names_.events(index, id)); });
  }

  const Snapshot* before_;
  const Snapshot& after_;
  const RecordNames names_;
  StoreBatch& batch_;
};

class ManifestReader {
 public:
  ManifestReader(const Store& store, PieceSource& pieces) : store_(store), pieces_(pieces) {}

  Result<SnapshotPtr> read() {
    return run({&ManifestReader::readRoot, &ManifestReader::readRegistries, &ManifestReader::readKeys,
                &ManifestReader::readIdentities, &ManifestReader::readDictionaries, &ManifestReader::readLists,
                &ManifestReader::readShards, &ManifestReader::readCatalogs});
  }

 private:
  using Step = Result<void> (ManifestReader::*)();

  // Reads the items of a catalog, which the types of events say the attributes of.
  ManifestReader(const ManifestReader& database, const Catalog& catalog)
      : store_(database.store_), pieces_(database.pieces_), names_(catalog.id), catalog_(catalog.id) {
    snapshot_->schema = std::make_shared<const Schema>(catalog.attributes);
    snapshot_->zone = database.snapshot_->zone;
  }

  Result<SnapshotPtr> run(std::initializer_list<Step> steps) {
    for (const Step step : steps) {
      if (auto done = (this->*step)(); !done) return propagate(done);
    }
    return SnapshotPtr(std::move(snapshot_));
  }

  Result<void> readCatalogs() {
    for (const Catalog& catalog : snapshot_->events->catalogs()) {
      auto items = ManifestReader(*this, catalog)
                       .run({&ManifestReader::readRoot, &ManifestReader::readKeys, &ManifestReader::readDictionaries,
                             &ManifestReader::readShards});
      if (!items) return propagate(items);
      snapshot_->catalogs.emplace(catalog.id, *std::move(items));
    }
    return {};
  }

  // What stands for a shard in the keys of pieces.
  ShardIndex pieceShard(ShardIndex shard) const { return catalog_ == 0 ? shard : catalogShard(catalog_, shard); }

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
    auto bytes = record(names_.of("root"));
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
    return decodeInto(record(name), part, decode);
  }
  template <class T, class Decode>
  static Result<void> decodeInto(Result<std::string> bytes, std::shared_ptr<const T>& part, const Decode& decode) {
    if (!bytes) return propagate(bytes);
    auto decoded = decode(*bytes);
    if (!decoded) return propagate(decoded);
    part = std::make_shared<const T>(*std::move(decoded));
    return {};
  }

  Result<void> readRegistries() {
    if (auto done = readInto("zone", snapshot_->zone, decodeTimeZone); !done) return done;
    if (auto done = readInto("schema", snapshot_->schema, decodeSchema); !done) return done;
    if (auto done = readInto("segments", snapshot_->segments, decodeSegments); !done) return done;
    if (auto done = readInto("imports", snapshot_->imports, decodeImports); !done) return done;
    // A database of before there were events has no record of them.
    auto events = store_.get(Family::meta, "events");
    if (!events) return propagate(events);
    return *events ? decodeInto(open("events", **events), snapshot_->events, decodeEventSchema) : Result<void>();
  }

  Result<void> readKeys() {
    return readInto(names_.of("keyindex"), snapshot_->keyIndex,
                    [&](std::string_view bytes) { return decodeKeyIndex(bytes, 0, pieces_); });
  }

  Result<void> readIdentities() {
    return eachRecord("identities/", [&](EventId event, std::string_view bytes) -> Result<void> {
      auto index = decodeKeyIndex(bytes, event, pieces_);
      if (!index) return propagate(index);
      snapshot_->identities.emplace(event, std::make_shared<const KeyIndex>(*std::move(index)));
      return {};
    });
  }

  Result<void> readDictionaries() {
    return eachRecord(names_.of("dictionary/"), [&](FieldId field, std::string_view bytes) -> Result<void> {
      auto dictionary = decodeDictionary(bytes, pieceShard(0), field, pieces_);
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
      auto bytes = record(names_.shard(index));
      if (!bytes) return propagate(bytes);
      auto shard = decodeShardDirectory(*bytes, pieceShard(index), pieces_);
      if (!shard) return propagate(shard);
      if (index + 1 < shards_ && shard->size != kShardSize) {
        return fail(ErrorCode::dataLoss, "the directory of a shard names too few contacts");
      }
      for (auto& [id, field] : shard->fields) {
        if (auto done = readField(index, id, field); !done) return done;
      }
      for (auto& [id, events] : shard->events) {
        if (auto done = readEvents(index, id, events); !done) return done;
      }
      snapshot_->shards.push_back(std::make_shared<const Shard>(*std::move(shard)));
    }
    return {};
  }

  Result<void> readField(ShardIndex shard, FieldId id, std::shared_ptr<const FieldShard>& field) const {
    const Field* declared = snapshot_->schema->find(id);
    if (declared == nullptr) return fail(ErrorCode::dataLoss, "a shard has a field that the schema does not know");
    auto bytes = record(names_.field(shard, id));
    if (!bytes) return propagate(bytes);
    auto decoded = decodeFieldDirectory(*bytes, declared->type, pieceShard(shard), id, pieces_);
    if (!decoded) return propagate(decoded);
    const ValueIndex* values = decoded->values();
    if (values != nullptr && !values->dense.empty() && values->dense.back().code >= nextCode(*declared)) {
      return fail(ErrorCode::dataLoss, "the directory of a field names values that its dictionary does not have");
    }
    field = std::make_shared<const FieldShard>(*std::move(decoded));
    return {};
  }

  Result<void> readEvents(ShardIndex shard, EventId id, std::shared_ptr<const EventShard>& events) const {
    if (snapshot_->events->findType(id) == nullptr) {
      return fail(ErrorCode::dataLoss, "a shard has events of a type that is not known");
    }
    auto bytes = record(names_.events(shard, id));
    if (!bytes) return propagate(bytes);
    auto decoded = decodeEventDirectory(*bytes, shard, id, pieces_);
    if (!decoded) return propagate(decoded);
    events = std::make_shared<const EventShard>(*std::move(decoded));
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
  const RecordNames names_;
  const CatalogId catalog_ = 0;  // 0: of the database itself
  std::shared_ptr<Snapshot> snapshot_ = std::make_shared<Snapshot>();
  std::uint32_t shards_ = 0;
};

}  // namespace

void writeManifest(const Snapshot* before, const Snapshot& after, StoreBatch& batch) {
  ManifestWriter database(before, after, RecordNames(), batch);
  database.writeContacts();
  database.writeRegistries();
  compare(
      before == nullptr ? nullptr : &before->catalogs, after.catalogs,
      [&](CatalogId id, const SnapshotPtr& items) {
        const bool isNew = before == nullptr || !before->catalogs.contains(id);
        ManifestWriter(isNew ? nullptr : before->catalogs.at(id).get(), *items, RecordNames(id), batch).writeContacts();
      },
      [](CatalogId) {});
}

Result<SnapshotPtr> readManifest(const Store& store, PieceSource& pieces) {
  return ManifestReader(store, pieces).read();
}

}  // namespace roster
