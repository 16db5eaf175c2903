// The fields that a filter of events has: the properties of a type, what every event has (hour, weekday and so on), and
// the attributes of items that properties refer to. They are a Schema, so that a filter is bound, and held against an
// event, just as a predicate is against a contact.
#pragma once

#include "core/data/event_schema.h"

namespace roster {

// What a field of a filter stands for.
struct EventField {
  enum class Source : std::uint8_t { property, attribute, hour, weekday, dayOfMonth, month, time };
  Source source = Source::property;
  FieldId property = 0;   // the property itself, or the one that refers to the item
  FieldId attribute = 0;  // of the item

  friend bool operator==(const EventField&, const EventField&) = default;
};

// The id that stands for a field in what a filter is bound to, and back. A property's is its own.
FieldId idOf(const EventField& field);
EventField eventFieldOf(FieldId id);

// "sun" is the last. Index 0 is "mon".
std::string_view weekdayName(std::size_t index);

// The fields of a filter over events of a type: `hour`, `weekday`, `day_of_month`, `month`, the properties by their
// names, and attributes as `property.attribute`.
Schema filterSchemaOf(const EventType& type, const EventSchema& events);

// The same and the time, which has a name that nothing else can have: what the first or last event is asked.
Schema endSchemaOf(const EventType& type, const EventSchema& events);

}  // namespace roster
