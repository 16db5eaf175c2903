#include "core/data/consistency.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/data/event_consistency.h"
#include "core/data/field_consistency.h"

namespace roster {

namespace {

class SnapshotCheck {
 public:
  explicit SnapshotCheck(const Snapshot& snapshot) : snapshot_(snapshot) {}

  Result<void> run() {
    if (auto sound = checkDictionaries(); !sound) return sound;
    auto keys = LoadedKeyIndex::load(*snapshot_.keyIndex);
    if (!keys) return inPiece(keys, "the index of keys");
    for (ShardIndex index = 0; index < snapshot_.shards.size(); ++index) {
      auto live = load(snapshot_.shards[index]->live);
      if (!live) return inPiece(live, fmt::format("shard {}, live contacts", index));
      if (auto sound = checkShard(index, **live, *keys); !sound) return sound;
    }
    if (auto sound = checkEvents(snapshot_, dictionaries_); !sound) return sound;
    return checkCatalogs();
  }

 private:
  Result<std::string> ownerOf(FieldId dictionary) const {
    if (isOfEvents(dictionary)) return ownerOfDictionary(*snapshot_.events, dictionary);
    const Field* field = snapshot_.schema->find(dictionary);
    if (field != nullptr) return fmt::format("field '{}'", field->name);
    return contradiction(fmt::format("there is a dictionary of field {}, which is not there", dictionary));
  }

  Result<void> checkDictionaries() {
    for (const auto& [id, dictionary] : snapshot_.dictionaries) {
      auto owner = ownerOf(id);
      if (!owner) return propagate(owner);
      const std::string where = *owner + ", dictionary";
      Code next = 1;
      for (const DictionaryPart& part : dictionary->parts()) {
        if (part.first != next)
          return contradiction(fmt::format("{}: its codes have a gap before {}", where, part.first));
        next += part.size;
      }
      auto loaded = dictionary->load();
      if (!loaded) return inPiece(loaded, where);
      Result<void> sound;
      loaded->forEach([&](Code code, std::string_view text) {
        if (sound && !text.empty() && loaded->find(text) != code) {
          sound = contradiction(fmt::format("{}: code {} is not found by its value", where, code));
        }
      });
      if (!sound) return sound;
      dictionaries_.emplace(id, *std::move(loaded));
    }
    return {};
  }

  Result<void> checkShard(ShardIndex index, const Bitmap& live, const LoadedKeyIndex& keys) const {
    const Shard& shard = *snapshot_.shards[index];
    const std::string where = fmt::format("shard {}", index);
    const bool last = index + 1 == snapshot_.shards.size();
    if (shard.size > kShardSize || shard.size == 0 || (!last && shard.size != kShardSize)) {
      return contradiction(fmt::format("{}: it cannot have {} contacts", where, shard.size));
    }
    if (live.cardinality() != shard.liveCount) {
      return contradiction(fmt::format("{}, live contacts: they are {}, its directory says {}", where,
                                       live.cardinality(), shard.liveCount));
    }
    if (auto sound = checkKeys(index, live, keys); !sound) return sound;
    if (auto sound = checkLists(index, live); !sound) return sound;
    return checkFields(index, live);
  }

  Result<void> checkKeys(ShardIndex index, const Bitmap& live, const LoadedKeyIndex& keyIndex) const {
    const Shard& shard = *snapshot_.shards[index];
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      const std::string where = fmt::format("shard {}, keys of chunk {}", index, chunk);
      auto keys = load(shard.keys[chunk]);
      if (!keys) return inPiece(keys, where);
      const LocalId first = chunk << kChunkBits;
      if ((*keys)->size() != (shard.size <= first ? 0 : std::min(kChunkSize, shard.size - first))) {
        return contradiction(fmt::format("{}: they are {}", where, (*keys)->size()));
      }
      for (std::uint32_t place = 0; place < (*keys)->size(); ++place) {
        const std::string_view key = (**keys)[place];
        if (key.empty() == live.contains(first + place)) {
          return contradiction(fmt::format("{}: contact {} {}", where, first + place,
                                           key.empty() ? "is live and has no key" : "is not live and has a key"));
        }
        if (key.empty()) continue;
        if (auto sound = checkKey(contactAt(index, first + place), key, keyIndex); !sound) return inPiece(sound, where);
      }
    }
    if (!live.empty() && live.toVector().back() >= shard.size) {
      return contradiction(fmt::format("shard {}, live contacts: there are more than ids were given", index));
    }
    return {};
  }

  // A key leads to its contact, and to no other live one.
  Result<void> checkKey(ContactId contact, std::string_view key, const LoadedKeyIndex& keyIndex) const {
    std::vector<ContactId> candidates;
    keyIndex.find(hashBytes(key), candidates);
    bool found = false;
    for (const ContactId candidate : candidates) {
      if (candidate == contact) {
        found = true;
        continue;
      }
      auto other = keyOf(snapshot_, candidate);
      if (!other) return propagate(other);
      if (*other == key) return contradiction(fmt::format("contacts {} and {} have one key", contact, candidate));
    }
    if (!found) return contradiction(fmt::format("the index of keys does not know that of contact {}", contact));
    return {};
  }

  Result<void> checkLists(ShardIndex index, const Bitmap& live) const {
    for (const auto& [id, list] : snapshot_.lists) {
      const std::string where = fmt::format("list {}, shard {}", id, index);
      if (list.size() > snapshot_.shards.size())
        return contradiction(fmt::format("list {}: it has too many shards", id));
      if (index >= list.size()) continue;
      auto members = load(list[index]);
      if (!members) return inPiece(members, where);
      Result<void> sound;
      (*members)->forEach([&](LocalId contact) {
        if (sound && !live.contains(contact)) {
          sound = contradiction(fmt::format("{}: member {} is not live", where, contact));
        }
      });
      if (!sound) return sound;
    }
    return {};
  }

  Result<void> checkFields(ShardIndex index, const Bitmap& live) const {
    for (const auto& [id, fieldShard] : snapshot_.shards[index]->fields) {
      const Field* field = snapshot_.schema->find(id);
      if (field == nullptr) {
        return contradiction(fmt::format("shard {}: it has values of field {}, which is not there", index, id));
      }
      const auto dictionary = dictionaries_.find(id);
      auto sound =
          checkField(*field, *fieldShard, live, dictionary == dictionaries_.end() ? nullptr : &dictionary->second);
      if (!sound) return inPiece(sound, fmt::format("shard {}, field '{}'", index, field->name));
    }
    return {};
  }

  // A catalog is a snapshot of items, with what the types of events say of it, and nothing that only a database has.
  Result<void> checkCatalogs() const {
    for (const auto& [id, items] : snapshot_.catalogs) {
      if (snapshot_.events->findCatalog(id) != nullptr) continue;
      return contradiction(fmt::format("there are items of catalog {}, which is not there", id));
    }
    for (const Catalog& catalog : snapshot_.events->catalogs()) {
      const std::string where = fmt::format("catalog '{}'", catalog.name);
      const auto found = snapshot_.catalogs.find(catalog.id);
      if (found == snapshot_.catalogs.end()) return contradiction(where + ": its items are not there");
      const Snapshot& items = *found->second;
      if (!(*items.schema == catalog.attributes)) {
        return contradiction(where + ": its items have other attributes than it declares");
      }
      if (!items.events->types().empty() || !items.catalogs.empty() || !items.lists.empty()) {
        return contradiction(where + ": its items have what only a database has");
      }
      if (auto sound = checkConsistency(items); !sound) return inPiece(sound, where);
    }
    return {};
  }

  const Snapshot& snapshot_;
  std::map<FieldId, LoadedDictionary> dictionaries_;
};

}  // namespace

Result<void> checkConsistency(const Snapshot& snapshot) { return SnapshotCheck(snapshot).run(); }

}  // namespace roster
