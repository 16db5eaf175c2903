// What a database knows of events before there is any: their types with properties, and the catalogs that properties
// refer to. Immutable, as Schema is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/schema.h"

namespace roster {

using EventId = std::uint32_t;    // a type of event; never reused, survives a rename; 0 is none
using CatalogId = std::uint32_t;  // likewise

// Ids of properties, and of attributes, are below this; so many can ever be declared of one type or catalog.
inline constexpr FieldId kMaxEventFields = 1U << 15;
// Ids of types and of catalogs are below this.
inline constexpr std::uint32_t kMaxEventTypes = 1U << 16;

// What stands for a property among the dictionaries of a snapshot, apart from all fields.
constexpr FieldId dictionaryOf(EventId event, FieldId property) { return 1U << 31 | event << 15 | property; }
constexpr bool isOfEvents(FieldId dictionary) { return dictionary >> 31 != 0; }
constexpr EventId eventOfDictionary(FieldId dictionary) { return dictionary >> 15 & (kMaxEventTypes - 1); }
constexpr FieldId propertyOfDictionary(FieldId dictionary) { return dictionary & (kMaxEventFields - 1); }

// A table of items that events refer to, such as products.
struct Catalog {
  CatalogId id = 0;
  std::string name;
  Schema attributes;  // bool, category, integer, decimal, date, timestamp

  friend bool operator==(const Catalog&, const Catalog&) = default;
};

struct EventType {
  EventId id = 0;
  std::string name;
  Schema properties;                        // bool, category, integer, decimal, timestamp
  std::map<FieldId, CatalogId> references;  // the properties that name an item of a catalog by its key: categories

  // 0 where the property refers to none.
  CatalogId catalogOf(FieldId property) const {
    const auto found = references.find(property);
    return found == references.end() ? 0 : found->second;
  }

  friend bool operator==(const EventType&, const EventType&) = default;
};

// Names of types and of catalogs are unique; a reference names a catalog that is there.
class EventSchema {
 public:
  const std::vector<EventType>& types() const { return types_; }
  const std::vector<Catalog>& catalogs() const { return catalogs_; }
  EventId nextType() const { return nextType_; }
  CatalogId nextCatalog() const { return nextCatalog_; }

  // Null where there is none.
  const EventType* findType(std::string_view name) const;
  const EventType* findType(EventId id) const;
  const Catalog* findCatalog(std::string_view name) const;
  const Catalog* findCatalog(CatalogId id) const;

  // The type or catalog of this name; notFound with the nearest one.
  Result<const EventType*> requireType(std::string_view name) const;
  Result<const Catalog*> requireCatalog(std::string_view name) const;

  // What a property is, as people declare it: "decimal(2)", "ref(products)".
  std::string kindOf(const EventType& type, const Field& property) const;

  // The known name nearest to a mistyped one; nullopt where none is near enough to be meant.
  std::optional<std::string> nearestType(std::string_view name) const;

  // Each returns the changed schema, or conflict / notFound / invalidArgument with a message that names what is wrong.
  Result<EventSchema> withType(std::string_view name) const;
  Result<EventSchema> withProperty(std::string_view event, std::string_view name, const FieldType& type) const;
  // A category that names an item of a catalog.
  Result<EventSchema> withReference(std::string_view event, std::string_view name, std::string_view catalog) const;
  Result<EventSchema> withCatalog(std::string_view name) const;
  Result<EventSchema> withAttribute(std::string_view catalog, std::string_view name, const FieldType& type) const;
  Result<EventSchema> withoutType(std::string_view name) const;

  // Rebuilds one from what was stored; dataLoss where the parts contradict each other.
  static Result<EventSchema> fromParts(std::vector<EventType> types, std::vector<Catalog> catalogs, EventId nextType,
                                       CatalogId nextCatalog);

  friend bool operator==(const EventSchema&, const EventSchema&) = default;

 private:
  std::vector<EventType> types_;  // in order of declaration, as the catalogs are
  std::vector<Catalog> catalogs_;
  EventId nextType_ = 1;
  CatalogId nextCatalog_ = 1;
};

}  // namespace roster
