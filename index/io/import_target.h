// What the rows of an import become: contacts, items of a catalog, or events of a type.
#pragma once

#include <string>

#include "core/data/change_batch.h"
#include "core/data/snapshot.h"

namespace roster {

struct ImportTarget {
  enum class Kind : std::uint8_t { contacts, catalog, events };
  Kind kind = Kind::contacts;
  std::string name;             // of the catalog, or of the type of events
  std::string timeColumn;       // of events
  std::string idColumn;         // of events whose ids are taken once each; empty where they have none
  bool createContacts = false;  // for events of contacts that are not there
};

// The fields, attributes or properties that the target has in a database; none where it is not there yet.
Schema schemaOf(const ImportTarget& target, const Snapshot& snapshot);

// What holds the keys that rows name: the database's contacts, or the items of the catalog.
SnapshotPtr keyedBy(const ImportTarget& target, const SnapshotPtr& snapshot);

// What a field of an inferred type is for the target: catalogs and events have no texts and sets, events no days.
FieldType admittedType(const ImportTarget& target, const FieldType& inferred);

// One field of an import: a property may refer to a catalog.
struct TargetField {
  std::string name;
  FieldType type;
  std::string catalog;  // empty where it refers to none
};

// The types of events and catalogs with the target and its fields, those that are there already among them. conflict
// where one is of another kind, or refers to another catalog; notFound for a catalog that is not there;
// invalidArgument for a kind that properties or attributes cannot have.
Result<EventSchema> withTarget(const EventSchema& events, const ImportTarget& target,
                               const std::vector<TargetField>& fields);

}  // namespace roster
