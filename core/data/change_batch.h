// What a batch changes: the one thing that is written synchronously, and all that applying needs.
//
// A batch says what becomes true of contacts; bitmaps, slices and dictionaries follow from it. Applying it is
// deterministic, so a log of batches is the database. Changes are kept by field, as columns, because an import makes
// hundreds of thousands at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/string_column.h"
#include "core/data/bitmap.h"
#include "core/data/event_rows.h"
#include "core/data/event_schema.h"
#include "core/data/import_registry.h"
#include "core/data/schema.h"
#include "core/data/segment_catalog.h"

namespace roster {

enum class ChangeOp : std::uint8_t {
  set,     // a single value becomes this one
  clear,   // no value; a set becomes empty
  add,     // a set gains a value
  remove,  // a set loses a value
};

// Changes of one field, in the order in which they apply. Two about one contact apply one after the other. A change of
// a contact that was erased is left out.
struct FieldChanges {
  FieldId field = 0;
  std::vector<ContactId> contacts;
  std::vector<ChangeOp> ops;  // as long as `contacts`, or empty where all are `set` (`add` for a set)
  // bool 0 or 1; numbers as stored; category, set and text: an index into `strings`. Ignored for `clear`.
  std::vector<std::int64_t> values;
  StringColumn strings;  // distinct for category and set; their order decides the codes of new ones

  friend bool operator==(const FieldChanges&, const FieldChanges&) = default;
};

// A frozen list comes to be: its members of each shard that has any, ascending. Those erased since are left out.
struct ListCreation {
  ListId list = 0;
  std::vector<std::pair<ShardIndex, std::vector<LocalId>>> members;

  friend bool operator==(const ListCreation&, const ListCreation&) = default;
};

// One property of the events of an EventChanges: values[i] is that of the event rows[i].
struct PropertyValues {
  FieldId property = 0;
  std::vector<std::uint32_t> rows;  // ascending
  // bool 0 or 1; numbers as stored; category: an index into `strings`, which for a reference are keys of items.
  std::vector<std::int64_t> values;
  StringColumn strings;  // distinct; their order decides the codes of new ones

  friend bool operator==(const PropertyValues&, const PropertyValues&) = default;
};

// Events of one type, in the order in which they were recorded. Those of a contact that was erased are left out.
struct EventChanges {
  EventId event = 0;
  std::vector<ContactId> contacts;
  std::vector<Instant> times;
  // As long as `contacts`, or empty where the source gives no ids. Each is new: who makes the batch has left out the
  // events whose ids are known.
  std::vector<EventIdentity> identities;
  std::vector<PropertyValues> properties;

  friend bool operator==(const EventChanges&, const EventChanges&) = default;
};

// The events of a type before an instant are dropped.
struct EventRetention {
  EventId event = 0;
  Instant from = 0;

  friend bool operator==(const EventRetention&, const EventRetention&) = default;
};

struct CatalogChanges;

struct ChangeBatch {
  std::optional<Schema> schema;            // the whole schema from here on
  std::optional<SegmentCatalog> segments;  // all saved segments from here on
  std::optional<EventSchema> events;       // all types of events and catalogs from here on
  std::vector<ListCreation> lists;
  StringColumn newKeys;              // contacts created, with consecutive ids from the next free one
  std::vector<FieldChanges> fields;  // one field may have several entries, applied in order
  std::vector<CatalogChanges> catalogs;
  std::vector<EventChanges> recorded;
  std::vector<EventRetention> retained;                          // applied after what is recorded
  std::vector<ContactId> erased;                                 // applied last
  std::optional<std::pair<std::string, ImportProgress>> import;  // how far an import has come with this batch

  bool empty() const;
  friend bool operator==(const ChangeBatch&, const ChangeBatch&) = default;
};

// Items of a catalog change as contacts do: new keys and fields, which are its attributes.
struct CatalogChanges {
  CatalogId catalog = 0;
  ChangeBatch changes;

  friend bool operator==(const CatalogChanges&, const CatalogChanges&) = default;
};

inline bool ChangeBatch::empty() const {
  return !schema && !segments && !events && lists.empty() && newKeys.empty() && fields.empty() && catalogs.empty() &&
         recorded.empty() && retained.empty() && erased.empty() && !import;
}

// The bytes of a log record's body, and back; dataLoss where they are damaged. Decoding trusts nothing: lengths are
// checked against what is there before anything is allocated.
std::string encode(const ChangeBatch& batch);
Result<ChangeBatch> decodeChangeBatch(std::string_view bytes);

}  // namespace roster
