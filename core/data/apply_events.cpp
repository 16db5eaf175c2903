#include "core/data/apply_events.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "core/base/grouping.h"
#include "core/data/batch_values.h"

namespace roster {

namespace {

// Properties are those of their type, so each stays what it is; and an id once given is never given again.
Result<void> checkSuccession(const EventSchema& before, const EventSchema& after) {
  if (after.nextType() < before.nextType() || after.nextCatalog() < before.nextCatalog()) {
    return damagedBatch("takes back numbers of types of events");
  }
  for (const Catalog& catalog : before.catalogs()) {
    if (after.findCatalog(catalog.id) == nullptr) return damagedBatch("drops a catalog");
  }
  for (const EventType& type : after.types()) {
    const EventType* known = before.findType(type.id);
    if (known == nullptr) {
      if (type.id < before.nextType()) return damagedBatch("gives an event the number of one that was dropped");
      continue;
    }
    for (const Field& property : type.properties.fields()) {
      const Field* knownProperty = known->properties.find(property.id);
      const bool same = knownProperty == nullptr ? property.id >= known->properties.nextId()
                                                 : property.type == knownProperty->type &&
                                                       type.catalogOf(property.id) == known->catalogOf(property.id);
      if (!same) return damagedBatch("gives a property another kind, or one the number of one that was dropped");
    }
  }
  return {};
}

// The events of one type that a batch records.
class Recording {
 public:
  Recording(const EventChanges& changes, Snapshot& after, const ParallelFor& parallelFor)
      : changes_(changes), after_(after), parallelFor_(parallelFor) {}

  Result<void> run(const DraftShard& draft) {
    type_ = after_.events->findType(changes_.event);
    if (type_ == nullptr) return damagedBatch("records an event of a type that is not there");
    if (auto sound = check(); !sound) return sound;
    for (const ContactId contact : changes_.contacts) rows_.places.push_back(static_cast<std::uint16_t>(contact));
    rows_.times = changes_.times;
    for (const PropertyValues& property : changes_.properties) {
      if (auto done = readProperty(property); !done) return done;
    }
    if (!changes_.identities.empty()) readIdentities();
    if (auto done = orderRows(); !done) return done;
    if (auto done = rememberIdentities(); !done) return done;
    return mergeChunks(draft);
  }

 private:
  // The rows of one chunk.
  struct ChunkTask {
    ContactId firstContact = 0;
    std::span<const std::uint32_t> rows;
  };

  Result<void> check() const {
    const std::size_t count = changes_.contacts.size();
    if (changes_.times.size() != count || (!changes_.identities.empty() && changes_.identities.size() != count)) {
      return damagedBatch("has columns of unlike length");
    }
    for (const ContactId contact : changes_.contacts) {
      if (contact >= after_.nextContact()) return damagedBatch("names a contact that is not there");
    }
    for (const Instant time : changes_.times) {
      if (!isInCalendar(FieldKind::timestamp, time)) return damagedBatch("holds a time outside the years 0 to 9999");
    }
    return {};
  }

  Result<void> readProperty(const PropertyValues& given) {
    const Field* property = type_->properties.find(given.property);
    if (property == nullptr) return damagedBatch("names a property that is not there");
    if (given.rows.size() != given.values.size()) return damagedBatch("has columns of unlike length");
    const FieldKind kind = property->type.kind;
    const std::size_t limit = kind == FieldKind::boolean ? 2 : given.strings.size();
    const bool isLimited = kind == FieldKind::boolean || kind == FieldKind::category;
    std::vector<bool> held(given.strings.size(), false);
    for (std::size_t i = 0; i < given.rows.size(); ++i) {
      if (given.rows[i] >= changes_.times.size()) return damagedBatch("names an event that is not there");
      if (isLimited && static_cast<std::uint64_t>(given.values[i]) >= limit) {
        return damagedBatch("names a value that is not there");
      }
      if (!isInCalendar(kind, given.values[i])) return damagedBatch("holds a time outside the years 0 to 9999");
      if (kind == FieldKind::category) held[static_cast<std::size_t>(given.values[i])] = true;
    }
    std::vector<std::int64_t> codes;
    if (kind == FieldKind::category) {
      auto found = codesOf(given, held);
      if (!found) return propagate(found);
      codes = *std::move(found);
    }
    EventColumn& to = rows_.columnOf(given.property);
    for (std::size_t i = 0; i < given.rows.size(); ++i) {
      const std::int64_t value = given.values[i];
      to.values[given.rows[i]] = kind == FieldKind::category ? codes[static_cast<std::size_t>(value)] : value;
      to.present[given.rows[i]] = true;
    }
    return {};
  }

  void readIdentities() {
    EventColumn& hash = rows_.columnOf(kIdentityHash);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      hash.values[row] = static_cast<std::int64_t>(changes_.identities[row].hash);
    }
    hash.present.assign(rows_.size(), true);
    EventColumn& more = rows_.columnOf(kIdentityMore);
    for (std::size_t row = 0; row < rows_.size(); ++row) more.values[row] = changes_.identities[row].more;
    more.present.assign(rows_.size(), true);
  }

  // Of a reference, the ids of items; otherwise the codes of the property's dictionary.
  Result<std::vector<std::int64_t>> codesOf(const PropertyValues& given, const std::vector<bool>& held) {
    if (const CatalogId catalog = type_->catalogOf(given.property); catalog != 0) return itemsOf(given, held, catalog);
    auto& dictionary = after_.dictionaries[dictionaryOf(type_->id, given.property)];
    auto codes = giveCodes(dictionary, given.strings, held, [](std::string_view) { return true; });
    if (!codes) return propagate(codes);
    return std::vector<std::int64_t>(codes->begin(), codes->end());
  }

  Result<std::vector<std::int64_t>> itemsOf(const PropertyValues& given, const std::vector<bool>& held,
                                            CatalogId catalog) {
    std::shared_ptr<const Snapshot>& items = after_.catalogs[catalog];
    ChangeBatch unknown;
    std::map<std::string_view, std::int64_t> named;  // the unknown ones
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < given.strings.size(); ++i) {
      if (given.strings[i].empty()) return damagedBatch("holds an empty string");
      auto item = findContact(*items, given.strings[i]);
      if (!item) return propagate(item);
      ids.push_back(*item);
      if (*item != kNoContact || !held[i]) continue;
      const auto next = static_cast<std::int64_t>(items->nextContact() + unknown.newKeys.size());
      const auto [entry, isNew] = named.try_emplace(given.strings[i], next);
      if (isNew) unknown.newKeys.append(given.strings[i]);
      ids.back() = entry->second;
    }
    if (unknown.empty()) return ids;
    auto with = apply(*items, unknown, after_.sequence, parallelFor_);
    if (!with) return propagate(with);
    items = *std::move(with);
    return ids;
  }

  // Orders the rows of live contacts by chunk; those of one chunk stay in the order in which they were recorded.
  Result<void> orderRows() {
    auto live = loadLive();
    if (!live) return propagate(live);
    const auto chunkOfRow = [&](std::uint32_t row) {
      const ContactId contact = changes_.contacts[row];
      const Bitmap* const own = (*live)[shardOf(contact)].get();
      return own == nullptr || own->contains(localOf(contact)) ? contact >> kChunkBits : Grouping::kNone;
    };
    const auto rows = static_cast<std::uint32_t>(changes_.contacts.size());
    const std::uint32_t chunks = chunkCountOf(after_.nextContact());
    byChunk_.emplace(rows, chunks, chunkOfRow);
    for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
      if (!(*byChunk_)[chunk].empty()) tasks_.push_back({chunk << kChunkBits, (*byChunk_)[chunk]});
    }
    return {};
  }

  // By shard, which contacts of it are live; null where all are, or none of them has an event here.
  Result<std::vector<std::shared_ptr<const Bitmap>>> loadLive() const {
    std::vector<std::shared_ptr<const Bitmap>> live(after_.shards.size());
    for (const ContactId contact : changes_.contacts) {
      const Shard& shard = *after_.shards[shardOf(contact)];
      auto& own = live[shardOf(contact)];
      if (own != nullptr || shard.liveCount == shard.size) continue;
      auto loaded = load(shard.live);
      if (!loaded) return propagate(loaded);
      own = *std::move(loaded);
    }
    return live;
  }

  Result<void> rememberIdentities() {
    if (changes_.identities.empty() || tasks_.empty()) return {};
    std::vector<KeyEntry> entries;
    entries.reserve(byChunk_->all().size());
    for (const std::uint32_t row : byChunk_->all())
      entries.push_back({changes_.identities[row].hash, changes_.identities[row].more});
    auto& known = after_.identities[type_->id];
    auto with = (known == nullptr ? KeyIndex() : *known).withAppended(std::move(entries));
    if (!with) return propagate(with);
    known = std::make_shared<const KeyIndex>(*std::move(with));
    return {};
  }

  Result<void> mergeChunks(const DraftShard& draft) {
    std::vector<Result<EventChunk>> merged(tasks_.size());
    parallelFor_(tasks_.size(), [&](std::size_t i) {
      const ContactId first = tasks_[i].firstContact;
      const EventShard* old = after_.shards[shardOf(first)]->eventsOf(type_->id);
      const EventChunk before = old == nullptr ? EventChunk() : old->chunks[chunkOf(localOf(first))];
      merged[i] = before.withRecorded(rows_.picked(tasks_[i].rows));
    });
    std::map<ShardIndex, EventShard> shards;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (!merged[i]) return propagate(merged[i]);
      const ContactId first = tasks_[i].firstContact;
      const auto [shard, isNew] = shards.try_emplace(shardOf(first));
      const EventShard* old = after_.shards[shardOf(first)]->eventsOf(type_->id);
      if (isNew && old != nullptr) shard->second = *old;
      shard->second.chunks[chunkOf(localOf(first))] = *std::move(merged[i]);
    }
    for (auto& [index, shard] : shards) {
      draft(index).events[type_->id] = std::make_shared<const EventShard>(std::move(shard));
    }
    return {};
  }

  const EventChanges& changes_;
  Snapshot& after_;
  const ParallelFor& parallelFor_;
  const EventType* type_ = nullptr;
  EventRows rows_;  // of all chunks
  std::optional<Grouping> byChunk_;
  std::vector<ChunkTask> tasks_;
};

// Whether nothing of a shard's events is left.
bool isEmpty(const EventShard& shard) {
  return std::all_of(shard.chunks.begin(), shard.chunks.end(), [](const EventChunk& chunk) { return chunk.empty(); });
}

bool anyPart(const EventShard& shard, const EventChunk::MayDrop& holds) {
  bool any = false;
  for (const EventChunk& chunk : shard.chunks) chunk.forEachPart([&](const EventPart& part) { any |= holds(part); });
  return any;
}

void put(Shard& shard, EventId event, EventShard&& events) {
  if (isEmpty(events)) shard.events.erase(event);
  else shard.events[event] = std::make_shared<const EventShard>(std::move(events));
}

// Takes the identities of events that are gone from those that are known.
Result<void> forget(Snapshot& after, EventId event, std::vector<KeyEntry>&& forgotten) {
  const auto known = after.identities.find(event);
  if (forgotten.empty() || known == after.identities.end()) return {};
  auto rest = known->second->without(std::move(forgotten));
  if (!rest) return propagate(rest);
  if (rest->runs().empty()) after.identities.erase(event);
  else known->second = std::make_shared<const KeyIndex>(*std::move(rest));
  return {};
}

// Whether a batch has new keys and changes of fields and nothing else: a catalog's schema follows from the types of
// events, and all else is kept of a database only.
bool isOfItemsAlone(const ChangeBatch& batch) {
  return !batch.schema && !batch.segments && !batch.events && batch.lists.empty() && batch.catalogs.empty() &&
         batch.recorded.empty() && batch.retained.empty() && batch.erased.empty() && !batch.import;
}

}  // namespace

Result<void> replaceEventSchema(const EventSchema& events, Snapshot& after, const DraftShard& draft) {
  if (auto sound = checkSuccession(*after.events, events); !sound) return sound;
  after.events = std::make_shared<const EventSchema>(events);
  after.dictionaries.eraseIf([&](const auto& entry) {
    if (!isOfEvents(entry.first)) return false;
    const EventType* type = events.findType(eventOfDictionary(entry.first));
    return type == nullptr || type->properties.find(propertyOfDictionary(entry.first)) == nullptr;
  });
  const auto isGone = [&](const auto& entry) { return events.findType(EventId{entry.first}) == nullptr; };
  after.identities.eraseIf(isGone);
  for (ShardIndex index = 0; index < after.shards.size(); ++index) {
    const auto& held = after.shards[index]->events;
    if (std::any_of(held.begin(), held.end(), isGone)) draft(index).events.eraseIf(isGone);
  }
  for (const Catalog& catalog : events.catalogs()) {
    std::shared_ptr<const Snapshot>& items = after.catalogs[catalog.id];
    if (items == nullptr) {
      auto empty = std::make_shared<Snapshot>();
      empty->zone = after.zone;
      items = std::move(empty);
    }
    if (*items->schema == catalog.attributes) continue;
    ChangeBatch attributes;
    attributes.schema = catalog.attributes;
    auto changed = apply(*items, attributes, after.sequence);
    if (!changed) return propagate(changed);
    items = *std::move(changed);
  }
  return {};
}

Result<void> changeCatalog(const CatalogChanges& changes, Snapshot& after, const ParallelFor& parallelFor) {
  const auto items = after.catalogs.find(changes.catalog);
  if (items == after.catalogs.end()) return damagedBatch("changes a catalog that is not there");
  if (!isOfItemsAlone(changes.changes)) return damagedBatch("changes of a catalog more than its items");
  auto changed = apply(*items->second, changes.changes, after.sequence, parallelFor);
  if (!changed) return propagate(changed);
  items->second = *std::move(changed);
  return {};
}

Result<void> recordEvents(const EventChanges& changes, Snapshot& after, const DraftShard& draft,
                          const ParallelFor& parallelFor) {
  return Recording(changes, after, parallelFor).run(draft);
}

Result<void> retainEvents(const EventRetention& retention, Snapshot& after, const DraftShard& draft,
                          const ParallelFor& parallelFor) {
  if (after.events->findType(retention.event) == nullptr) return damagedBatch("retains events of no type");
  const EventChunk::MayDrop mayDrop = [&](const EventPart& part) { return part.least < retention.from; };
  const auto drops = [&](std::uint16_t, Instant time) { return time < retention.from; };
  std::vector<KeyEntry> forgotten;
  for (ShardIndex index = 0; index < after.shards.size(); ++index) {
    const EventShard* known = after.shards[index]->eventsOf(retention.event);
    if (known == nullptr || !anyPart(*known, mayDrop)) continue;
    Shard& shard = draft(index);
    const EventShard* old = shard.eventsOf(retention.event);
    if (old == nullptr) continue;  // another retention of the batch has left nothing
    EventShard kept = *old;
    std::array<Result<EventChunk>, kChunksPerShard> chunks;
    std::array<std::vector<KeyEntry>, kChunksPerShard> identities;
    parallelFor(chunks.size(), [&](std::size_t chunk) {
      chunks[chunk] = old->chunks[chunk].without(mayDrop, drops, identities[chunk]);
    });
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      if (!chunks[chunk]) return propagate(chunks[chunk]);
      kept.chunks[chunk] = *std::move(chunks[chunk]);
      forgotten.insert(forgotten.end(), identities[chunk].begin(), identities[chunk].end());
    }
    put(shard, retention.event, std::move(kept));
  }
  return forget(after, retention.event, std::move(forgotten));
}

Result<void> eraseEvents(Shard& shard, const std::vector<MemberEdit>& edits, Snapshot& after) {
  const auto held = shard.events;  // of the version before
  for (const auto& [event, old] : held) {
    EventShard kept = *old;
    std::vector<KeyEntry> forgotten;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      std::vector<bool> erased;
      for (const MemberEdit& edit : edits) {
        if (chunkOf(edit.id) != chunk) continue;
        erased.resize(kChunkSize);
        erased[edit.id & (kChunkSize - 1)] = true;
      }
      if (erased.empty()) continue;
      auto rest = kept.chunks[chunk].without([](const EventPart&) { return true; },
                                             [&](std::uint16_t place, Instant) { return erased[place]; }, forgotten);
      if (!rest) return propagate(rest);
      kept.chunks[chunk] = *std::move(rest);
    }
    put(shard, event, std::move(kept));
    if (auto done = forget(after, event, std::move(forgotten)); !done) return done;
  }
  return {};
}

}  // namespace roster
