// Whatever lies in the store below its checksums: a decoder refuses it, or what it gives can be walked, asked and
// encoded again; and a whole database with such records opens, answers and takes changes, or refuses to.
//
// The first byte says which decoder; what they are is the table at the end.
#include <algorithm>
#include <cstdint>

#include "core/base/byte_codec.h"
#include "core/data/apply.h"
#include "core/data/consistency.h"
#include "core/data/registry_codec.h"
#include "core/eval/contact_record.h"
#include "core/eval/event_history.h"
#include "index/engine/event_changes.h"
#include "index/engine/manifest.h"
#include "index/engine/piece_keys.h"
#include "index/engine/piece_store.h"
#include "index/engine/pruning.h"
#include "index/engine/schema_changes.h"
#include "index/engine/slot_walk.h"
#include "index/store/memory_store.h"
#include "index/store/sealed.h"
#include "tests/fuzz/sample_snapshot.h"
#include "tests/fuzz/stored_sample.h"
#include "tests/support/random_containers.h"

namespace roster {
namespace {

// What was computed goes here, so that computing it is not left out.
volatile std::uint64_t sink = 0;

void use(std::uint64_t value) { sink = sink + value; }

// Calls walk(decoded) with the piece that the bytes decode to, if they do.
template <class T, class Walk>
void tryPiece(std::string_view bytes, const Walk& walk) {
  const auto piece = T::decode(Buffer::copyOf(bytes));
  if (!piece) return require(piece.error().code == ErrorCode::dataLoss, "damage is called something else");
  require(piece->encoded() == bytes && piece->byteSize() >= bytes.size(), "a piece is not its bytes");
  walk(*piece);
}

void tryBitmap(std::string_view bytes) {
  tryPiece<Bitmap>(bytes, [](const Bitmap& bitmap) {
    const std::vector<LocalId> members = bitmap.toVector();
    require(members.size() == bitmap.cardinality(), "a bitmap has another cardinality");
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      require(faultOf(bitmap.chunk(chunk)).empty(), "a container breaks its invariants");
    }
    for (std::size_t i = 0; i < members.size(); i += 1 + members.size() / 16) {
      require(members[i] < kShardSize && bitmap.contains(members[i]) && bitmap.rank(members[i]) == i,
              "a member is lost");
    }
    require(Bitmap::fromSorted(members) == bitmap, "a bitmap is another one when it is built again");
    if (members.empty()) return;
    const MemberEdit edits[] = {{members.front(), false}, {kShardSize - 1, true}};
    if (members.front() != kShardSize - 1) use(applyEdits(bitmap, edits).cardinality());
  });
}

void trySlices(std::string_view bytes) {
  tryPiece<SliceChunk>(bytes, [](const SliceChunk& chunk) {
    require(chunk.bits() <= 64, "there are more slices than bits");
    for (std::uint32_t bit = 0; bit < 64; ++bit) {
      require(bit < chunk.bits() || chunk.slice(bit).empty(), "a slice lies beyond the bits");
      require(faultOf(chunk.slice(bit)).empty(), "a slice breaks its invariants");
    }
  });
}

void tryPacked(std::string_view bytes) {
  tryPiece<PackedValues>(bytes, [](const PackedValues& packed) {
    std::vector<std::uint32_t> ends;
    std::vector<LocalId> contacts;
    for (std::uint32_t i = 0; i < packed.size(); ++i) {
      const auto held = packed.contactsAt(i);
      require(!held.empty() && held.back() < kShardSize, "a rare value is held by nobody");
      require(packed.find(packed.codes()[i]).data() == held.data(), "a rare value is not found");
      contacts.insert(contacts.end(), held.begin(), held.end());
      ends.push_back(static_cast<std::uint32_t>(contacts.size()));
    }
    require(packed.find(kNoCode).empty(), "somebody holds the value that is none");
    require(PackedValues::encode(packed.codes(), ends, contacts).encoded() == packed.encoded(), "it encodes otherwise");
  });
}

void tryCodes(std::string_view bytes) {
  tryPiece<CodeChunk>(bytes, [](const CodeChunk& chunk) {
    const std::vector<Code> codes = chunk.expand(chunk.size() + 3);
    std::vector<std::uint16_t> places;
    for (std::uint32_t at = 0; at < codes.size() && at < kChunkSize; ++at) {
      require(chunk[at] == codes[at], "a code is another one when it is expanded");
      places.push_back(static_cast<std::uint16_t>(at));
    }
    chunk.forEachAt(places, [&](std::uint16_t at, Code code) { require(code == codes[at], "a code is another one"); });
    require(CodeChunk::encode(codes).expand(chunk.size() + 3) == codes, "codes are others after encoding");
  });
}

void tryNumbers(std::string_view bytes) {
  tryPiece<NumberChunk>(bytes, [](const NumberChunk& chunk) {
    std::vector<std::int64_t> numbers(chunk.size());
    chunk.expandTo(numbers.data());
    const NumberChunk again = NumberChunk::encode(numbers);
    for (std::uint32_t at = 0; at < chunk.size(); ++at) {
      require(chunk[at] == numbers[at] && again[at] == numbers[at], "a number is another one");
    }
    use(static_cast<std::uint64_t>(chunk[chunk.size()]));
  });
}

void trySets(std::string_view bytes) {
  tryPiece<SetChunk>(bytes, [](const SetChunk& chunk) {
    std::vector<std::uint32_t> ends;
    std::vector<Code> codes;
    for (std::uint32_t at = 0; at < chunk.size(); ++at) {
      codes.insert(codes.end(), chunk[at].begin(), chunk[at].end());
      ends.push_back(static_cast<std::uint32_t>(codes.size()));
    }
    require(chunk[chunk.size()].empty(), "there is a set beyond the last");
    require(SetChunk::encode(ends, codes).encoded() == chunk.encoded(), "sets encode otherwise");
  });
}

void tryPatch(std::string_view bytes) {
  tryPiece<SetPatch>(bytes, [](const SetPatch& patch) {
    std::vector<std::uint16_t> places;
    std::vector<std::uint32_t> ends;
    std::vector<Code> codes;
    for (std::uint32_t i = 0; i < patch.size(); ++i) {
      const auto held = patch.codesAt(i);
      require(patch.holds(patch.place(i)) && patch.find(patch.place(i)).data() == held.data(), "a set is not found");
      codes.insert(codes.end(), held.begin(), held.end());
      ends.push_back(static_cast<std::uint32_t>(codes.size()));
      places.push_back(patch.place(i));
    }
    const SetPatch again = SetPatch::encode(places, ends, codes);
    require(again.size() == patch.size() && again.encoded().size() == patch.encoded().size(), "it encodes otherwise");
  });
}

void tryStrings(std::string_view bytes) {
  tryPiece<StringChunk>(bytes, [](const StringChunk& chunk) {
    std::vector<std::uint32_t> ends;
    std::string all;
    for (std::uint32_t at = 0; at < chunk.size(); ++at) {
      all.append(chunk[at]);
      ends.push_back(static_cast<std::uint32_t>(all.size()));
    }
    require(chunk[chunk.size()].empty(), "there is a string beyond the last");
    require(StringChunk::encode(ends, all).encoded() == chunk.encoded(), "strings encode otherwise");
    const TextIndexChunk index = TextIndexChunk::build(chunk);
    for (std::uint32_t at = 0; at < chunk.size(); at += 1 + chunk.size() / 16) {
      const auto found = index.candidates(chunk[at]);
      const bool has = std::find(found.begin(), found.end(), at) != found.end();
      require(has == !chunk[at].empty(), "an index does not find a string");
    }
  });
}

void tryTextIndex(std::string_view bytes) {
  tryPiece<TextIndexChunk>(bytes, [](const TextIndexChunk& index) {
    for (const std::string_view text : {"x", "Łódź", "rare-1", ""}) use(index.candidates(text).size());
  });
}

void tryDictionary(std::string_view bytes) {
  tryPiece<DictionarySegment>(bytes, [](const DictionarySegment& segment) {
    std::vector<std::string_view> strings;
    for (std::uint32_t place = 0; place < segment.size(); ++place) strings.push_back(segment[place]);
    const LoadedDictionary dictionary(
        {std::make_shared<const DictionarySegment>(DictionarySegment::build(segment.first(), strings))});
    dictionary.forEach([&](Code code, std::string_view text) {
      use(segment.find(text, 0));
      require(dictionary[code] == text, "a code stands for another string");
    });
    require(dictionary[kNoCode].empty(), "no code stands for a string");
  });
}

void tryKeyIndex(std::string_view bytes) {
  tryPiece<KeyIndexRun>(bytes, [](const KeyIndexRun& run) {
    std::vector<KeyEntry> entries;
    for (std::uint32_t at = 0; at < run.size(); ++at) entries.push_back(run[at]);
    require(KeyIndexRun::build(entries).size() == run.size(), "a run is another one when it is built again");
    for (std::size_t at = 0; at < entries.size(); at += 1 + entries.size() / 32) {
      std::vector<ContactId> found;
      run.find(entries[at].hash, found);
      require(std::find(found.begin(), found.end(), entries[at].contact) != found.end(), "a key is not found");
    }
    std::vector<ContactId> none;
    for (const std::uint64_t hash : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) run.find(hash, none);
  });
}

// The sample's events in the first chunk are those of this block, whatever its directory says of it.
Snapshot withBlock(const Snapshot& sample, EventBlock&& block) {
  constexpr Instant kHalfYear = 182 * kMillisecondsPerDay;
  Snapshot snapshot = sample;
  EventPart part{0, block.size(), fuzzNow() - kHalfYear, fuzzNow() + kHalfYear, makeSlot(std::move(block))};
  EventShard events;
  events.chunks[0] = EventChunk({{std::move(part)}}, 1);
  auto shard = std::make_shared<Shard>(*snapshot.shards[0]);
  for (auto& [event, held] : shard->events) held = std::make_shared<const EventShard>(events);
  snapshot.shards[0] = std::move(shard);
  return snapshot;
}

void walkEvents(const EventBlock& block) {
  if (block.contacts()) require(faultOf(*block.contacts()).empty(), "a container breaks its invariants");
  EventRows rows;
  block.appendTo(rows);
  for (std::uint32_t row = 0; row < block.size(); ++row) {
    require(block.times()[row] == rows.times[row], "a time is another one when it is expanded");
    use(rows.identity(row) ? rows.identity(row)->hash : 0);
  }
  for (const Instant time : {rows.times.front(), fuzzNow(), block.greatestTime()}) {
    require(block.times().lowerBound(time) <= block.size(), "a search ends beyond the rows");
  }
  EventRows sorted = inOrderOfTime(rows);
  std::erase_if(sorted.columns, [](const EventColumn& column) {
    return std::find(column.present.begin(), column.present.end(), true) == column.present.end();
  });
  EventRows again;
  EventBlock::encode(sorted, 0, sorted.size()).appendTo(again);
  require(again == sorted, "events are others after encoding");
}

void tryEventBlock(std::string_view bytes) {
  static const SnapshotPtr sample = makeFuzzSnapshot();
  tryPiece<EventBlock>(bytes, walkEvents);
  auto block = EventBlock::decode(Buffer::copyOf(bytes));
  if (!block) return;
  const Snapshot snapshot = withBlock(*sample, *std::move(block));
  for (const std::string_view predicate : fuzzPredicates()) {
    if (predicate.find("purchase") != std::string_view::npos) (void)evaluateText(predicate, snapshot);
  }
  for (const ContactId contact : {0U, 2U, 64U}) (void)readHistory(snapshot, contact);
  use(checkConsistency(snapshot).has_value());
}

// What decodes is the same after encoding.
template <class T>
void tryRegistry(std::string_view bytes, Result<T> (*decode)(std::string_view)) {
  const auto decoded = decode(bytes);
  if (!decoded) return;
  const auto again = decode(encode(*decoded));
  require(again && encode(*again) == encode(*decoded), "a registry is another one after encoding");
}

void trySchema(std::string_view bytes) { tryRegistry(bytes, decodeSchema); }
void tryEventSchema(std::string_view bytes) { tryRegistry(bytes, decodeEventSchema); }
void trySegments(std::string_view bytes) { tryRegistry(bytes, decodeSegments); }
void tryImport(std::string_view bytes) { tryRegistry(bytes, decodeImportProgress); }

void tryZone(std::string_view bytes) {
  tryRegistry(bytes, decodeTimeZone);
  const auto zone = decodeTimeZone(bytes);
  for (const Day day : {Day{-719'528}, Day{0}, Day{19'723}, Day{2'932'896}}) {
    if (zone) use(static_cast<std::uint64_t>(zone->dayOf(zone->startOfDay(day))));
  }
}

void tryPieceKey(std::string_view bytes) {
  const auto key = decodePieceKey(bytes);
  if (!key) return;
  require(encodePieceKey(*key) == bytes && !describe(*key).empty(), "a piece's key encodes otherwise");
  use(indexOf(familyOf(key->kind)));
}

void trySeal(std::string_view bytes) {
  (void)unseal(1, 1, bytes, "fuzz");
  const std::string stored = seal(1, 1, bytes);
  const auto opened = unseal(1, 1, stored, "fuzz");
  require(opened && opened->payload == bytes, "what was sealed is not what is unsealed");
}

// Changes of the sample's records, each: which record, what is done to it, and with what.
std::vector<StoredRecord> damagedSample(std::string_view edits) {
  enum Edit : std::uint8_t { replace, patch, cut, insert, remove, kinds };
  std::vector<StoredRecord> records = storedSample();
  ByteReader from(edits);
  while (!from.atEnd() && !from.failed()) {
    StoredRecord& record = records[from.fixed<std::uint8_t>() % records.size()];
    const auto edit = static_cast<Edit>(from.fixed<std::uint8_t>() % kinds);
    const std::size_t at = edit == replace || edit == remove ? 0 : from.varint() % (record.payload.size() + 1);
    const std::string_view bytes = edit == cut || edit == remove ? std::string_view() : from.string();
    switch (edit) {
      case replace: record.payload = bytes; break;
      case patch: record.payload.replace(at, std::min(bytes.size(), record.payload.size() - at), bytes); break;
      case cut: record.payload.resize(at); break;
      case insert: record.payload.insert(at, bytes); break;
      case remove:
      case kinds: record.key.clear(); break;
    }
  }
  return records;
}

ChangeBatch someChanges(const Snapshot& snapshot) {
  ChangeBatch batch;
  batch.newKeys.append("another");
  batch.erased = {3, 4};
  for (const Field& field : snapshot.schema->fields()) {
    FieldChanges changes;
    changes.field = field.id;
    changes.contacts = {1, 2, 3};
    changes.ops = {ChangeOp::clear, ChangeOp::set, ChangeOp::set};
    changes.values = {0, 0, 0};
    changes.strings.append(field.type.element == FieldKind::category ? "new" : "7");
    batch.fields.push_back(std::move(changes));
  }
  for (const EventType& type : snapshot.events->types()) {
    EventChanges changes{type.id, {1, 5, 64}, {fuzzNow(), 0, fuzzNow() + 1}, {{1, 1}, {2, 2}, {3, 3}}, {}};
    for (const Field& property : type.properties.fields()) {
      PropertyValues values{property.id, {0, 2}, {0, 1}, {}};
      for (const char* text : {"new", "item 1"}) values.strings.append(text);
      changes.properties.push_back(std::move(values));
    }
    batch.recorded.push_back(std::move(changes));
    batch.retained.push_back({type.id, fuzzNow() - 5 * kMillisecondsPerDay});
  }
  return batch;
}

// Answers and changes may fail, and are wrong where the pieces contradict each other; nothing may break.
void tryDatabase(std::string_view edits) {
  StoreBatch contents;
  for (const StoredRecord& record : damagedSample(edits)) {
    if (!record.key.empty()) contents.put(record.family, record.key, record.sealed());
  }
  const auto store = makeMemoryStore();
  require(store->write(contents, Durability::buffered).has_value(), "a memory store refuses a batch");
  PieceCache cache(std::size_t{1} << 20);
  PieceStore pieces(*store, cache);
  const auto snapshot = readManifest(*store, pieces);
  if (!snapshot) return;
  const bool isDamaged = !edits.empty();
  require(checkConsistency(**snapshot) || isDamaged, "the sample contradicts itself");
  for (const std::string_view predicate : fuzzPredicates()) {
    require(evaluateText(predicate, **snapshot) || isDamaged, predicate);
  }
  for (const ContactId contact : {0U, 1U, 64U, 129U, 65'536U}) {
    (void)readContact(**snapshot, contact);
    (void)readHistory(**snapshot, contact);
  }
  (void)findContact(**snapshot, "k5");
  (void)fieldFigures(**snapshot);
  (void)eventFigures(**snapshot);
  (void)pruned(**snapshot);
  const auto changed = apply(**snapshot, someChanges(**snapshot), (*snapshot)->sequence + 1);
  if (changed) use((*changed)->liveCount());
  walkSlots(**snapshot, [](const auto& slot, const PieceKey& key) { use(slot->bytes() + key.part); });
  StoreBatch manifest;
  writeManifest(nullptr, **snapshot, manifest);
  use(manifest.byteSize());
}

using Decoder = void (*)(std::string_view);

// Only ever added to: corpora know them by their places.
constexpr Decoder kDecoders[] = {tryBitmap, trySlices,   tryPacked,    tryCodes,      tryNumbers,
                                 trySets,   tryStrings,  tryTextIndex, tryDictionary, tryKeyIndex,
                                 trySchema, trySegments, tryImport,    tryZone,       tryPieceKey,
                                 trySeal,   tryDatabase, tryPatch,     tryEventBlock, tryEventSchema};

}  // namespace
}  // namespace roster

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  roster::kDecoders[data[0] % std::size(roster::kDecoders)](bytes.substr(1));
  return 0;
}
