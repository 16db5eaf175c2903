#include "core/data/event_consistency.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <vector>

#include "core/data/batch_values.h"
#include "core/data/field_consistency.h"

namespace roster {

namespace {

// The figures in front of a column; its numbers may be packed in any way.
bool sameFigures(const EventBlock::Column& a, const EventBlock::Column& b) {
  return a.values == b.values && a.least == b.least && a.greatest == b.greatest &&
         std::equal(a.distinct.begin(), a.distinct.end(), b.distinct.begin(), b.distinct.end());
}

bool sameContacts(const std::optional<ContainerView>& a, const std::optional<ContainerView>& b) {
  if (!a || !b) return !a && !b;
  ChunkWords left;
  expand(*a, left);
  ChunkWords right;
  expand(*b, right);
  return a->cardinality == b->cardinality && left.words == right.words;
}

// Which items of a catalog are there.
class KnownItems {
 public:
  static Result<KnownItems> of(const Snapshot& items) {
    KnownItems known;
    for (const auto& shard : items.shards) {
      auto live = load(shard->live);
      if (!live) return propagate(live);
      known.live_.push_back(*std::move(live));
    }
    return known;
  }

  bool contains(std::int64_t number) const {
    if (number < 0 || number >= kNoContact) return false;
    const auto item = static_cast<ContactId>(number);
    return shardOf(item) < live_.size() && live_[shardOf(item)]->contains(localOf(item));
  }

 private:
  std::vector<std::shared_ptr<const Bitmap>> live_;
};

// All events of one type.
class TypeCheck {
 public:
  TypeCheck(const EventType& type, const Snapshot& snapshot, const std::map<FieldId, LoadedDictionary>& dictionaries)
      : type_(type), snapshot_(snapshot), dictionaries_(dictionaries) {}

  Result<void> run() {
    if (auto loaded = loadItems(); !loaded) return loaded;
    for (ShardIndex index = 0; index < snapshot_.shards.size(); ++index) {
      const Shard& shard = *snapshot_.shards[index];
      const EventShard* events = shard.eventsOf(type_.id);
      if (events == nullptr) continue;
      const std::string where = fmt::format("shard {}, event '{}'", index, type_.name);
      if (events->rows() == 0) return contradiction(where + ": there is none, and yet the type is kept");
      auto live = load(shard.live);
      if (!live) return inPiece(live, where);
      for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
        auto sound = checkChunk(events->chunks[chunk], chunk, **live);
        if (!sound) return inPiece(sound, fmt::format("{}, chunk {}", where, chunk));
      }
    }
    return checkIdentities();
  }

 private:
  Result<void> loadItems() {
    for (const auto& [property, catalog] : type_.references) {
      const auto items = snapshot_.catalogs.find(catalog);
      if (items == snapshot_.catalogs.end()) continue;
      auto known = KnownItems::of(*items->second);
      if (!known) return inPiece(known, fmt::format("catalog {}, live items", catalog));
      items_.emplace(property, *std::move(known));
    }
    return {};
  }

  Result<void> checkChunk(const EventChunk& chunk, ChunkIndex index, const Bitmap& live) {
    std::set<std::uint32_t> numbers;
    for (const EventChunk::Run& run : chunk.runs()) {
      for (std::size_t i = 0; i < run.size(); ++i) {
        const EventPart& part = run[i];
        const std::string where = fmt::format("block {}", part.number);
        if (part.number >= chunk.nextNumber() || !numbers.insert(part.number).second) {
          return contradiction(where + ": its number is not its own");
        }
        if (i != 0 && part.least < run[i - 1].greatest) {
          return contradiction(where + ": it begins before the one in front of it ends");
        }
        auto block = load(part.block);
        if (!block) return inPiece(block, where);
        if (auto sound = checkBlock(part, **block, index, live); !sound) return inPiece(sound, where);
      }
    }
    return {};
  }

  Result<void> checkBlock(const EventPart& part, const EventBlock& block, ChunkIndex chunk, const Bitmap& live) {
    if (block.size() != part.rows) {
      return contradiction(fmt::format("it has {} events, its directory says {}", block.size(), part.rows));
    }
    EventRows rows;
    block.appendTo(rows);
    if (auto sound = checkTimes(part, block, rows.times); !sound) return sound;
    for (const std::uint16_t place : rows.places) {
      const LocalId contact = (chunk << kChunkBits) + place;
      if (!live.contains(contact)) return contradiction(fmt::format("contact {} is not live", contact));
    }
    const EventBlock expected = EventBlock::encode(rows, 0, rows.size());
    if (!sameContacts(block.contacts(), expected.contacts())) {
      return contradiction("the contacts in front are not those of its events");
    }
    for (const EventBlock::Column& column : block.columns()) {
      const EventBlock::Column* own = expected.column(column.property);
      if (own == nullptr || !sameFigures(column, *own)) {
        return contradiction(fmt::format("the figures of {} are not those of its values", nameOf(column.property)));
      }
    }
    for (const EventColumn& column : rows.columns) {
      if (auto sound = checkValues(column); !sound) return sound;
    }
    return gatherIdentities(rows);
  }

  static Result<void> checkTimes(const EventPart& part, const EventBlock& block, const std::vector<Instant>& times) {
    if (!std::is_sorted(times.begin(), times.end())) return contradiction("its times do not ascend");
    if (times.front() != part.least || times.back() != part.greatest || block.greatestTime() != part.greatest) {
      return contradiction("its times are not those its directory says");
    }
    if (!isInCalendar(FieldKind::timestamp, part.least) || !isInCalendar(FieldKind::timestamp, part.greatest)) {
      return contradiction("it holds a time outside the years 0 to 9999");
    }
    return {};
  }

  std::string nameOf(FieldId id) const {
    const Field* property = type_.properties.find(id);
    return property == nullptr ? fmt::format("property {}", id) : fmt::format("property '{}'", property->name);
  }

  Result<void> checkValues(const EventColumn& column) const {
    if (column.property == kIdentityHash || column.property == kIdentityMore) return {};
    const Field* property = type_.properties.find(column.property);
    if (property == nullptr) return contradiction(nameOf(column.property) + " is not there");
    for (std::size_t row = 0; row < column.values.size(); ++row) {
      if (column.present[row] && !canHave(*property, column.values[row])) {
        return contradiction(
            fmt::format("{} has value {}, which stands for nothing", nameOf(property->id), column.values[row]));
      }
    }
    return {};
  }

  bool canHave(const Field& property, std::int64_t value) const {
    if (property.type.kind == FieldKind::boolean) return value == 0 || value == 1;
    if (property.type.kind != FieldKind::category) return isInCalendar(property.type.kind, value);
    if (type_.catalogOf(property.id) != 0) {
      const auto items = items_.find(property.id);
      return items != items_.end() && items->second.contains(value);
    }
    const auto dictionary = dictionaries_.find(dictionaryOf(type_.id, property.id));
    return dictionary != dictionaries_.end() && value > 0 && value <= dictionary->second.lastCode() &&
           !dictionary->second[static_cast<Code>(value)].empty();
  }

  Result<void> gatherIdentities(const EventRows& rows) {
    const auto find = [&](FieldId half) {
      const auto found = std::find_if(rows.columns.begin(), rows.columns.end(),
                                      [&](const EventColumn& column) { return column.property == half; });
      return found == rows.columns.end() ? nullptr : &*found;
    };
    const EventColumn* hash = find(kIdentityHash);
    const EventColumn* more = find(kIdentityMore);
    if (hash == nullptr && more == nullptr) return {};
    if (hash == nullptr || more == nullptr || hash->present != more->present) {
      return contradiction("it holds halves of ids");
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (const auto identity = rows.identity(row)) identities_.push_back({identity->hash, identity->more});
    }
    return {};
  }

  // The ids that are known, which tell what is not taken again, are those of the events that are there.
  Result<void> checkIdentities() {
    const std::string where = fmt::format("ids of event '{}'", type_.name);
    std::vector<KeyEntry> known;
    const auto index = snapshot_.identities.find(type_.id);
    if (index != snapshot_.identities.end()) {
      for (const KeyIndex::Run& run : index->second->runs()) {
        if (auto appended = appendEntries(run, known); !appended) return inPiece(appended, where);
      }
    }
    std::sort(known.begin(), known.end());
    std::sort(identities_.begin(), identities_.end());
    if (known == identities_) return {};
    return contradiction(fmt::format("{}: {} are known, which are not those of the {} events with one", where,
                                     known.size(), identities_.size()));
  }

  // Look-ups rely on where each part of a run begins.
  static Result<void> appendEntries(const KeyIndex::Run& run, std::vector<KeyEntry>& to) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      auto part = load(run[i].run);
      if (!part) return propagate(part);
      if ((*part)->size() != run[i].size) {
        return contradiction(fmt::format("a part has {}, its directory says {}", (*part)->size(), run[i].size));
      }
      for (std::uint32_t at = 0; at < (*part)->size(); ++at) {
        const KeyEntry entry = (**part)[at];
        const bool isBelow = entry.hash < run[i].firstHash;
        if (isBelow || (i + 1 < run.size() && entry.hash >= run[i + 1].firstHash)) {
          return contradiction("one lies in a part in which it is not looked for");
        }
        to.push_back(entry);
      }
    }
    return {};
  }

  const EventType& type_;
  const Snapshot& snapshot_;
  const std::map<FieldId, LoadedDictionary>& dictionaries_;
  std::map<FieldId, KnownItems> items_;  // by the property that refers to them
  std::vector<KeyEntry> identities_;     // of the events that are there
};

// What is kept by type is of types that are there.
Result<void> checkTypes(const Snapshot& snapshot) {
  for (ShardIndex index = 0; index < snapshot.shards.size(); ++index) {
    for (const auto& [event, shard] : snapshot.shards[index]->events) {
      if (snapshot.events->findType(EventId{event}) != nullptr) continue;
      return contradiction(fmt::format("shard {}: it has events of type {}, which is not there", index, event));
    }
  }
  for (const auto& [event, known] : snapshot.identities) {
    if (snapshot.events->findType(EventId{event}) != nullptr) continue;
    return contradiction(fmt::format("there are ids of events of type {}, which is not there", event));
  }
  return {};
}

}  // namespace

Result<std::string> ownerOfDictionary(const EventSchema& events, FieldId dictionary) {
  const EventId event = eventOfDictionary(dictionary);
  const FieldId id = propertyOfDictionary(dictionary);
  const EventType* type = events.findType(event);
  const Field* property = type == nullptr ? nullptr : type->properties.find(id);
  if (property == nullptr) {
    return contradiction(
        fmt::format("there is a dictionary of property {} of events {}, which is not there", id, event));
  }
  const std::string owner = fmt::format("event '{}', property '{}'", type->name, property->name);
  if (property->type.kind != FieldKind::category || type->catalogOf(id) != 0) {
    return contradiction(owner + ": there is a dictionary of it, and yet it is no category");
  }
  return owner;
}

Result<void> checkEvents(const Snapshot& snapshot, const std::map<FieldId, LoadedDictionary>& dictionaries) {
  if (auto sound = checkTypes(snapshot); !sound) return sound;
  for (const EventType& type : snapshot.events->types()) {
    if (auto sound = TypeCheck(type, snapshot, dictionaries).run(); !sound) return sound;
  }
  return {};
}

}  // namespace roster
