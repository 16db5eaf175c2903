// The meaning of a predicate, one contact at a time and straight from the language's definition: what the fused
// evaluator is checked against, in tests and before anything is timed. Also what tells which segments one contact is
// in.
#pragma once

#include <map>
#include <string>

#include "core/base/time_zone.h"
#include "core/data/event_schema.h"
#include "core/data/schema.h"
#include "core/eval/contact_record.h"
#include "core/query/bound.h"

namespace roster {

// What is known of events beside the contact's own: their types, and the items of catalogs by their keys, with the
// attributes that they have a value for.
struct EventFacts {
  EventSchema schema;
  std::map<CatalogId, std::map<std::string, std::map<FieldId, FieldValue>>> items;
};

// Whether a live contact matches a predicate that was bound against this schema; `facts` are those that leaves about
// events were bound against.
bool matches(const Bound& predicate, const ContactRecord& contact, const Schema& schema, const TimeZone& zone,
             const EventFacts& facts = {});

}  // namespace roster
