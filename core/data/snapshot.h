// A version of a whole database, immutable: what every reader pins and never waits for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/base/numbered_map.h"
#include "core/base/time_zone.h"
#include "core/data/dictionary.h"
#include "core/data/event_schema.h"
#include "core/data/event_shard.h"
#include "core/data/field_shard.h"
#include "core/data/import_registry.h"
#include "core/data/key_index.h"
#include "core/data/schema.h"
#include "core/data/segment_catalog.h"

namespace roster {

// All that is known of up to 2^20 contacts. Knows nothing of what is above it.
struct Shard {
  LocalId size = 0;      // ids given so far, erased contacts among them
  SlotPtr<Bitmap> live;  // the universe that `not` complements within
  std::uint32_t liveCount = 0;
  ChunkSlots<StringChunk> keys;                           // empty for an erased contact
  NumberedMap<std::shared_ptr<const FieldShard>> fields;  // absent where nobody has a value
  NumberedMap<std::shared_ptr<const EventShard>> events;  // absent where nobody has an event of the type

  // Null where nobody in this shard has a value of the field.
  const FieldShard* field(FieldId id) const {
    const auto found = fields.find(id);
    return found == fields.end() ? nullptr : found->second.get();
  }
  // Null where nobody in this shard has an event of the type.
  const EventShard* eventsOf(EventId id) const {
    const auto found = events.find(id);
    return found == events.end() ? nullptr : found->second.get();
  }
};

class EventResults;  // core/eval/event_results.h

struct Snapshot {
  Sequence sequence = 0;    // of the last batch applied
  std::uint32_t epoch = 1;  // ids and codes mean the same within an epoch
  std::shared_ptr<const TimeZone> zone = std::make_shared<const TimeZone>();
  std::shared_ptr<const Schema> schema = std::make_shared<const Schema>();
  std::shared_ptr<const SegmentCatalog> segments = std::make_shared<const SegmentCatalog>();
  std::shared_ptr<const ImportRegistry> imports = std::make_shared<const ImportRegistry>();
  std::shared_ptr<const EventSchema> events = std::make_shared<const EventSchema>();
  std::shared_ptr<const KeyIndex> keyIndex = std::make_shared<const KeyIndex>();
  // The identities of events by type, as a key's hash and contact: those that are retained, of types that have any.
  NumberedMap<std::shared_ptr<const KeyIndex>> identities;
  NumberedMap<std::shared_ptr<const Dictionary>> dictionaries;  // of fields, and of properties by dictionaryOf()
  std::map<ListId, std::vector<SlotPtr<Bitmap>>> lists;         // by shard; null where a shard has no member
  std::vector<std::shared_ptr<const Shard>> shards;
  // The items of each catalog are kept as contacts are: by keys, with attributes for fields. So an attribute is held
  // against a predicate as a field is, and a reference is an item's id. Items that only events name have no attributes.
  std::map<CatalogId, std::shared_ptr<const Snapshot>> catalogs;
  // What is kept of answers about events, for all versions of a database; null where nothing is to be kept.
  std::shared_ptr<EventResults> eventResults;

  // The id the next new contact gets.
  std::uint64_t nextContact() const {
    return shards.empty() ? 0 : (std::uint64_t{shards.size() - 1} << kShardBits) + shards.back()->size;
  }
  std::uint64_t liveCount() const {
    std::uint64_t count = 0;
    for (const auto& shard : shards) count += shard->liveCount;
    return count;
  }
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

// The key of a contact; empty where it was erased.
Result<std::string> keyOf(const Snapshot& snapshot, ContactId contact);

// The live contact with this key, or kNoContact.
Result<ContactId> findContact(const Snapshot& snapshot, std::string_view key);

}  // namespace roster
