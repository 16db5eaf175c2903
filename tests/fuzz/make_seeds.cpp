// Writes seeds of the corpora of stored bytes, `piece` and `log`, below the folder that is its argument. The same ones
// every time. What fuzzing found later lies beside them under other names.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>

#include "core/base/byte_codec.h"
#include "core/data/registry_codec.h"
#include "index/engine/piece_keys.h"
#include "tests/fuzz/sample_snapshot.h"
#include "tests/fuzz/stored_sample.h"
#include "tests/support/event_changes.h"
#include "tests/support/random_containers.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The places in piece_fuzz.cpp's table of decoders.
enum Decoder : std::uint8_t {
  bitmap,
  slices,
  packed,
  codes,
  numbers,
  sets,
  strings,
  textIndex,
  dictionary,
  keyIndex,
  schema,
  segments,
  imports,
  zone,
  pieceKey,
  seal,
  database,
  patch,
  eventBlock,
  eventSchema
};

Decoder decoderOf(PieceKind kind) {
  switch (kind) {
    case PieceKind::packed: return packed;
    case PieceKind::slices: return slices;
    case PieceKind::codeColumn: return codes;
    case PieceKind::setColumn: return sets;
    case PieceKind::setPatch: return patch;
    case PieceKind::numberColumn: return numbers;
    case PieceKind::keys:
    case PieceKind::textColumn: return strings;
    case PieceKind::textIndex: return textIndex;
    case PieceKind::dictionary: return dictionary;
    case PieceKind::keyIndex: return keyIndex;
    case PieceKind::eventBlock: return eventBlock;
    default: return bitmap;
  }
}

class PieceSeeds {
 public:
  explicit PieceSeeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(Decoder decoder, const std::string& name, std::string_view bytes) {
    constexpr int kOfOneDecoder = 3;
    if (decoder != database && ++count_[decoder] > kOfOneDecoder) return;
    write(folder_ / name, std::string(1, static_cast<char>(decoder)).append(bytes));
  }

  void addAll() {
    for (const StoredRecord& record : storedSample()) {
      const auto key = decodePieceKey(record.key);
      if (record.family == Family::meta || !key) continue;
      const Decoder decoder = decoderOf(key->kind);
      add(decoder, fmt::format("piece_{:02}_{}", int{decoder}, count_[decoder]), record.payload);
      if (key->kind == PieceKind::slices) add(pieceKey, fmt::format("key_{}", count_[pieceKey]), record.key);
    }
    RandomSource random(2);
    count_[bitmap] = 0;
    std::vector<LocalId> runs;
    for (const LocalId begin : {5U, 70'000U, kShardSize - 400}) {
      for (LocalId id = begin; id < begin + 300; ++id) runs.push_back(id);
    }
    add(bitmap, "bitmap_runs", Bitmap::fromSorted(runs).encoded());
    std::vector<LocalId> dense;
    for (LocalId id = 0; id < kChunkSize; id += 1 + static_cast<LocalId>(random.below(15))) dense.push_back(id);
    add(bitmap, "bitmap_dense", Bitmap::fromSorted(dense).encoded());
    add(patch, "set_patch",
        SetPatch::encode(std::vector<std::uint16_t>{3, 64, 65'535}, std::vector<std::uint32_t>{2, 2, 3},
                         std::vector<Code>{1, 4, 9})
            .encoded());
    add(eventBlock, "event_block_indexed", manyEvents().encoded());
    count_[eventBlock] = 0;
    add(eventBlock, "event_block_extremes", farEvents().encoded());
    add(bitmap, "bitmap_few", Bitmap::fromSorted(std::vector<LocalId>{0, 9, 65'536, kShardSize - 1}).encoded());
    addRegistries();
    addDatabases();
  }

 private:
  // So many that the block knows its contacts, which are too many for an array.
  static EventBlock manyEvents() {
    EventRows rows;
    for (std::uint32_t row = 0; row < kMaxStoredArray + EventBlock::kMinIndexedRows; ++row) {
      rows.places.push_back(static_cast<std::uint16_t>(row * 13));
      rows.times.push_back(fuzzNow() + row / 3 * kMillisecondsPerMinute);
    }
    rows.columnOf(1).present[5] = true;
    return EventBlock::encode(rows, 0, rows.size());
  }

  // Times and values that no calendar has.
  static EventBlock farEvents() {
    constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
    EventRows rows{{0, 2, 4, 2}, {kLowest, kLowest + 1, 0, std::numeric_limits<std::int64_t>::max()}, {}};
    const SnapshotPtr snapshot = makeFuzzSnapshot();
    for (const Field& property : snapshot->events->types().front().properties.fields()) {
      EventColumn& column = rows.columnOf(property.id);
      column.values = rows.times;
      column.present.assign(rows.size(), true);
    }
    return EventBlock::encode(rows, 0, rows.size());
  }

  void addRegistries() {
    const SnapshotPtr snapshot = makeFuzzSnapshot();
    add(schema, "schema", encode(*snapshot->schema));
    add(schema, "schema_dropped", encode(snapshot->schema->without("city").value()));
    add(eventSchema, "event_schema", encode(*snapshot->events));
    add(eventSchema, "event_schema_dropped", encode(snapshot->events->withoutType("mail").value()));
    add(segments, "segments", encode(*snapshot->segments));
    add(imports, "import", encode(ImportProgress{1, 2, 300, 4, true, 5, {{{0, 0}, "abc"}, {{2, 3}, ""}}, 77, 8}));
    add(zone, "zone", encode(*snapshot->zone));
    add(zone, "zone_utc", encode(TimeZone()));
    add(seal, "seal", "sealed");
  }

  // One edit of each directory and of some pieces, in the form that damagedSample reads.
  void addDatabases() {
    const auto& records = storedSample();
    write(folder_ / "database", std::string(1, static_cast<char>(database)));
    for (std::size_t i = 0; i < records.size(); ++i) {
      const bool directory = records[i].family == Family::meta;
      if (!directory && i % 9 != 0) continue;
      ByteWriter edit;
      edit.fixed(static_cast<std::uint8_t>(i));
      edit.fixed(std::uint8_t{1});
      edit.varint(records[i].payload.size() / 2);
      edit.string(std::string_view("\0\1", 2));
      add(database, fmt::format("database_{:03}", i), edit.bytes());
    }
  }

  std::filesystem::path folder_;
  std::map<Decoder, int> count_;
};

// Batches that the sample snapshot can take.
class BatchMaker {
 public:
  BatchMaker(const Snapshot& snapshot, std::uint64_t seed) : snapshot_(snapshot), random_(seed) {}

  ChangeBatch next() {
    ChangeBatch batch;
    for (std::uint64_t parts = 1 + random_.below(3); parts != 0; --parts) addPart(batch);
    return batch;
  }

 private:
  ContactId anyContact() { return static_cast<ContactId>(random_.below(snapshot_.nextContact())); }

  void addPart(ChangeBatch& batch) {
    const Field& field = random_.pick(snapshot_.schema->fields());
    switch (random_.below(13)) {
      case 0:
        if (!batch.schema) batch.schema = snapshot_.schema->withRenamed(field.name, field.name + "_2").value();
        return;
      case 1:
        if (batch.fields.empty()) batch.schema = snapshot_.schema->without(field.name).value();
        return;
      case 2: batch.segments = SegmentCatalog{{"frozen", {"", 1, 5, "true"}}, {"s", {"visits > 1", 0, 5, ""}}}; return;
      case 3: batch.lists.push_back({2, {{0, {1, 2, static_cast<LocalId>(3 + random_.below(100))}}}}); return;
      case 4: batch.newKeys.append(fmt::format("new-{}-{}", random_.bits(), batch.newKeys.size())); return;
      case 5: batch.erased.push_back(anyContact()); return;
      case 6: batch.import.emplace("0a1b", ImportProgress{9, 1, 2, 3, false, 130, {}, 0}); return;
      case 7: return addSchemaOfEvents(batch);
      case 8: return addItems(batch);
      case 9: return addEvents(batch);
      case 10:
        if (batch.events) return;
        batch.retained.push_back({random_.pick(snapshot_.events->types()).id, fuzzNow() - 9 * kMillisecondsPerDay});
        return;
      default:
        if (batch.schema) return;
        batch.fields.push_back(changesOf(field));
    }
  }

  void addSchemaOfEvents(ChangeBatch& batch) {
    if (!batch.recorded.empty() || !batch.retained.empty()) return;
    batch.events = random_.chance(50) ? snapshot_.events->withoutType("mail").value()
                                      : snapshot_.events->withProperty("mail", "opens", {FieldKind::integer}).value();
  }

  void addItems(ChangeBatch& batch) {
    const Catalog& catalog = snapshot_.events->catalogs().front();
    CatalogChanges changes{catalog.id, {}};
    changes.changes.newKeys.append(fmt::format("new item {}", random_.bits()));
    ChangesBuilder values(catalog.attributes.fields().front());
    values.add(static_cast<ContactId>(random_.below(4)), ChangeOp::set, randomWord(random_));
    changes.changes.fields.push_back(values.take());
    batch.catalogs.push_back(std::move(changes));
  }

  void addEvents(ChangeBatch& batch) {
    if (batch.events) return;
    const EventType& type = random_.pick(snapshot_.events->types());
    std::vector<EventRecord> events(1 + random_.below(5));
    std::vector<std::pair<ContactId, const EventRecord*>> recorded;
    for (EventRecord& event : events) {
      event = {type.id, randomNumber(FieldKind::timestamp, random_), {}};
      for (const Field& property : type.properties.fields()) {
        event.values[property.id] = randomValue(property.type, random_);
      }
      recorded.emplace_back(anyContact(), &event);
    }
    EventChanges changes = eventChangesOf(*snapshot_.events, recorded).front();
    for (std::size_t i = 0; i < events.size() && type.name == "mail"; ++i) {
      changes.identities.push_back(identityOf(fmt::format("new mail {}", random_.bits())));
    }
    batch.recorded.push_back(std::move(changes));
  }

  FieldChanges changesOf(const Field& field) {
    ChangesBuilder changes(field);
    const bool isSet = field.type.kind == FieldKind::set;
    for (std::uint64_t count = 1 + random_.below(6); count != 0; --count) {
      const ChangeOp usual = !isSet ? ChangeOp::set : random_.chance(70) ? ChangeOp::add : ChangeOp::remove;
      // One after another: compilers differ in the order in which arguments are evaluated.
      const ContactId contact = anyContact();
      const ChangeOp op = random_.chance(20) ? ChangeOp::clear : usual;
      changes.add(contact, op, randomValue(field.type, random_));
    }
    return changes.take();
  }

  const Snapshot& snapshot_;
  RandomSource random_;
};

void writeLogSeeds(const std::filesystem::path& folder) {
  const SnapshotPtr snapshot = makeFuzzSnapshot();
  for (std::uint64_t seed = 0; seed < 48; ++seed) {
    BatchMaker maker(*snapshot, seed);
    ByteWriter log;
    for (std::uint64_t batches = 1 + seed % 3; batches != 0; --batches) log.string(encode(maker.next()));
    write(folder / fmt::format("batches_{:02}", seed), log.bytes());
  }
  // A live field given another kind.
  ChangeBatch batch;
  std::vector<Field> fields = snapshot->schema->fields();
  std::swap(fields[0].type, fields[5].type);
  batch.schema = Schema::fromParts(fields, snapshot->schema->nextId()).value();
  ByteWriter log;
  log.string(encode(batch));
  write(folder / "another_kind", log.bytes());
}

}  // namespace
}  // namespace roster

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds CORPORA\n";
    return 2;
  }
  const std::filesystem::path corpora = argv[1];
  roster::PieceSeeds(corpora / "piece").addAll();
  roster::writeLogSeeds(corpora / "log");
  return 0;
}
