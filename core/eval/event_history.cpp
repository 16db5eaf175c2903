#include "core/eval/event_history.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "core/eval/event_scan.h"
#include "core/eval/few_places.h"

namespace roster {

namespace {

// One event of the contact, and where it is.
struct FoundEvent {
  Instant time = 0;
  const EventType* type = nullptr;
  std::shared_ptr<const EventBlock> block;
  std::uint32_t row = 0;
};

Result<std::vector<FoundEvent>> findEvents(const Snapshot& snapshot, ContactId contact) {
  const ChunkIndex chunk = chunkOf(localOf(contact));
  std::vector<FoundEvent> found;
  FewPlaces place;
  place.insert(static_cast<std::uint16_t>(contact));
  std::vector<std::uint64_t> rows;  // of a block, those of the contact
  for (const EventType& type : snapshot.events->types()) {
    for (const EventChunk::Run& run : eventsOf(*snapshot.shards[shardOf(contact)], type.id, chunk).runs()) {
      for (const EventPart& part : run) {
        auto block = part.block->get();
        if (!block) return propagate(block);
        rows.assign(((*block)->size() + 63) / 64, 0);
        place.find((*block)->places(), rows.data());
        forEachBit(rows, [&](std::uint16_t row) { found.push_back({(*block)->times()[row], &type, *block, row}); });
      }
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const FoundEvent& a, const FoundEvent& b) { return a.time < b.time; });
  return found;
}

// Turns what blocks hold into values, with each dictionary loaded once.
class EventValues {
 public:
  explicit EventValues(const Snapshot& snapshot) : snapshot_(snapshot) {}

  Result<EventRecord> read(const FoundEvent& found) {
    EventRecord record{found.type->id, found.time, {}};
    for (const EventBlock::Column& column : found.block->columns()) {
      const Field* property = found.type->properties.find(column.property);
      if (property == nullptr || !column.has(found.row)) continue;
      auto value = valueOf(*found.type, *property, column.numbers[found.row]);
      if (!value) return propagate(value);
      record.values.emplace(property->id, *std::move(value));
    }
    return record;
  }

 private:
  Result<FieldValue> valueOf(const EventType& type, const Field& property, std::int64_t number) {
    if (property.type.kind == FieldKind::boolean) return FieldValue(number != 0);
    if (property.type.kind != FieldKind::category) return FieldValue(number);
    if (number < 0 || number >= kNoContact) return failUnknownCode();
    if (const CatalogId catalog = type.catalogOf(property.id); catalog != 0) {
      auto key = keyOf(*snapshot_.catalogs.at(catalog), static_cast<ContactId>(number));
      if (!key) return propagate(key);
      return FieldValue(*std::move(key));
    }
    auto dictionary = dictionaryFor(dictionaryOf(type.id, property.id));
    if (!dictionary) return propagate(dictionary);
    auto text = (*dictionary)->stringOf(static_cast<Code>(number));
    if (!text) return propagate(text);
    return FieldValue(std::string(*text));
  }

  Result<const LoadedDictionary*> dictionaryFor(FieldId id) {
    if (const auto known = loaded_.find(id); known != loaded_.end()) return &known->second;
    const auto found = snapshot_.dictionaries.find(id);
    auto loaded =
        found == snapshot_.dictionaries.end() ? Result<LoadedDictionary>(LoadedDictionary({})) : found->second->load();
    if (!loaded) return propagate(loaded);
    return &loaded_.emplace(id, *std::move(loaded)).first->second;
  }

  const Snapshot& snapshot_;
  std::map<FieldId, LoadedDictionary> loaded_;
};

}  // namespace

Result<EventHistory> readHistory(const Snapshot& snapshot, ContactId contact, std::size_t most) {
  if (shardOf(contact) >= snapshot.shards.size()) return fail(ErrorCode::notFound, "there is no such contact");
  auto found = findEvents(snapshot, contact);
  if (!found) return propagate(found);
  EventHistory history{found->size(), {}};
  EventValues values(snapshot);
  for (std::size_t i = found->size() - std::min(most, found->size()); i < found->size(); ++i) {
    auto record = values.read((*found)[i]);
    if (!record) return propagate(record);
    history.events.push_back(*std::move(record));
  }
  return history;
}

Result<std::vector<std::vector<EventRecord>>> readHistories(const Snapshot& snapshot, ShardIndex shard,
                                                            ChunkIndex chunk) {
  std::vector<std::vector<EventRecord>> histories(kChunkSize);
  EventValues values(snapshot);
  for (const EventType& type : snapshot.events->types()) {
    for (const EventChunk::Run& run : eventsOf(*snapshot.shards[shard], type.id, chunk).runs()) {
      for (const EventPart& part : run) {
        auto block = part.block->get();
        if (!block) return propagate(block);
        const auto places = (*block)->places();
        for (std::uint32_t row = 0; row < places.size(); ++row) {
          auto record = values.read({(*block)->times()[row], &type, *block, row});
          if (!record) return propagate(record);
          histories[places[row]].push_back(*std::move(record));
        }
      }
    }
  }
  return histories;
}

Result<EventFacts> readFacts(const Snapshot& snapshot) {
  EventFacts facts{*snapshot.events, {}};
  for (const auto& [catalog, items] : snapshot.catalogs) {
    for (std::uint64_t id = 0; id < items->nextContact(); ++id) {
      auto item = readContact(*items, static_cast<ContactId>(id));
      if (!item && item.error().code == ErrorCode::notFound) continue;  // removed
      if (!item) return propagate(item);
      facts.items[catalog][item->key] = std::move(item->values);
    }
  }
  return facts;
}

}  // namespace roster
