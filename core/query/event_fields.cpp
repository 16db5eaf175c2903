#include "core/query/event_fields.h"

#include <array>

namespace roster {

namespace {

// Ids of fields of a filter, from the low bits up: the property, the attribute, and which source it is.
constexpr std::uint32_t kAttributeShift = 15;
constexpr FieldId kOfEveryEvent = 1U << 30;

using Source = EventField::Source;

struct CommonField {
  Source source;
  std::string_view name;
  FieldKind kind;
};
constexpr std::array<CommonField, 4> kCommon = {{{Source::hour, "hour", FieldKind::integer},
                                                 {Source::weekday, "weekday", FieldKind::category},
                                                 {Source::dayOfMonth, "day_of_month", FieldKind::integer},
                                                 {Source::month, "month", FieldKind::integer}}};

constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

}  // namespace

FieldId idOf(const EventField& field) {
  switch (field.source) {
    case Source::property:
    case Source::attribute: return field.property | field.attribute << kAttributeShift;
    default: return kOfEveryEvent + static_cast<FieldId>(field.source);
  }
}

EventField eventFieldOf(FieldId id) {
  if (id >= kOfEveryEvent) return {static_cast<Source>(id - kOfEveryEvent), 0, 0};
  const FieldId attribute = id >> kAttributeShift;
  return {attribute == 0 ? Source::property : Source::attribute, id & (kMaxEventFields - 1), attribute};
}

std::string_view weekdayName(std::size_t index) { return kWeekdays[index]; }

namespace {

std::vector<Field> filterFieldsOf(const EventType& type, const EventSchema& events) {
  std::vector<Field> fields;
  fields.reserve(kCommon.size() + type.properties.fields().size());
  for (const CommonField& common : kCommon) {
    fields.push_back({idOf({common.source, 0, 0}), std::string(common.name), FieldType{common.kind}});
  }
  for (const Field& property : type.properties.fields()) fields.push_back(property);
  for (const auto& [property, catalog] : type.references) {
    const std::string owner = type.properties.find(property)->name;
    for (const Field& attribute : events.findCatalog(catalog)->attributes.fields()) {
      fields.push_back(
          {idOf({Source::attribute, property, attribute.id}), owner + "." + attribute.name, attribute.type});
    }
  }
  return fields;
}

// Names of columns have no dots, so that these are distinct.
Schema schemaOf(std::vector<Field> fields) { return Schema::fromParts(std::move(fields), kOfEveryEvent * 2).value(); }

}  // namespace

Schema filterSchemaOf(const EventType& type, const EventSchema& events) {
  return schemaOf(filterFieldsOf(type, events));
}

Schema endSchemaOf(const EventType& type, const EventSchema& events) {
  std::vector<Field> fields = filterFieldsOf(type, events);
  fields.push_back({idOf({Source::time, 0, 0}), ".time", {FieldKind::timestamp}});
  return schemaOf(std::move(fields));
}

}  // namespace roster
