#include "core/data/event_schema.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace roster {

namespace {

// What a filter knows of every event, whatever its properties.
constexpr std::array<std::string_view, 4> kNamesOfEveryEvent = {"hour", "weekday", "day_of_month", "month"};

// Null where there is none.
template <class All>
auto* findByName(All& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

template <class Named, class Id>
const Named* findById(const std::vector<Named>& all, Id id) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

template <class Named>
std::optional<std::string> nearestOf(const std::vector<Named>& all, std::string_view name) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const Named& each : all) names.push_back(each.name);
  return nearestWord(name, names);
}

template <class Named>
tl::unexpected<Error> unknown(std::string_view what, const std::vector<Named>& all, std::string_view name) {
  const auto near = nearestOf(all, name);
  return fail(ErrorCode::notFound,
              fmt::format("unknown {} '{}'{}", what, name, near ? fmt::format("; did you mean '{}'?", *near) : ""));
}

// A name is one of an event or a catalog where a field might have it.
Result<void> requireName(std::string_view what, std::string_view name) {
  if (name.empty()) return fail(ErrorCode::invalidArgument, fmt::format("the name of {} must not be empty", what));
  if (name == "key") {
    return fail(ErrorCode::invalidArgument,
                fmt::format("{} cannot be called 'key', which stands for each contact's key", what));
  }
  auto tried = Schema().withField(name, {});
  if (!tried) return tl::unexpected(tried.error());
  return {};
}

// Of a property or an attribute, which stand as `property.attribute` in a filter.
Result<void> requireColumnName(std::string_view what, std::string_view name) {
  constexpr std::size_t kMaxBytes = 127;
  if (name.find('.') != std::string_view::npos) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("the name of {} cannot have a dot, as '{}' has: a dot asks for an attribute", what, name));
  }
  if (name.size() > kMaxBytes) {
    return fail(ErrorCode::invalidArgument, fmt::format("the name of {} has at most {} bytes", what, kMaxBytes));
  }
  return {};
}

// Numbers are not used again, so that this counts what was dropped, too.
Result<void> requireRoom(const Schema& columns) {
  if (columns.nextId() < kMaxEventFields) return {};
  return fail(ErrorCode::resourceExhausted,
              fmt::format("there were {} columns already, and there can be no more", kMaxEventFields - 1));
}

// Nor are those of types and catalogs.
Result<void> requireRoomFor(std::string_view what, std::uint32_t next) {
  if (next < kMaxEventTypes) return {};
  return fail(ErrorCode::resourceExhausted,
              fmt::format("there were {} {} already, and there can be no more", kMaxEventTypes - 1, what));
}

Result<void> requireProperty(std::string_view name, const FieldType& type) {
  if (std::find(kNamesOfEveryEvent.begin(), kNamesOfEveryEvent.end(), name) != kNamesOfEveryEvent.end()) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("a property cannot be called '{}', which every event has; choose another name", name));
  }
  if (type.kind == FieldKind::set || type.kind == FieldKind::text || type.kind == FieldKind::date) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("the property '{}' cannot be a {}; events have properties of the kinds bool, category, "
                            "integer, decimal, timestamp and ref",
                            name, format(type)));
  }
  return requireColumnName("a property", name);
}

Result<void> requireAttribute(std::string_view name, const FieldType& type) {
  if (type.kind == FieldKind::set || type.kind == FieldKind::text) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("the attribute '{}' cannot be a {}; items have attributes of the kinds bool, category, "
                            "integer, decimal, date and timestamp",
                            name, format(type)));
  }
  return requireColumnName("an attribute", name);
}

// Whether all columns of a stored schema could have been declared.
template <class Require>
bool areSound(const Schema& columns, const Require& require) {
  return columns.nextId() <= kMaxEventFields &&
         std::all_of(columns.fields().begin(), columns.fields().end(),
                     [&](const Field& column) { return require(column.name, column.type).has_value(); });
}

}  // namespace

const EventType* EventSchema::findType(std::string_view name) const { return findByName(types_, name); }
const EventType* EventSchema::findType(EventId id) const { return findById(types_, id); }
const Catalog* EventSchema::findCatalog(std::string_view name) const { return findByName(catalogs_, name); }
const Catalog* EventSchema::findCatalog(CatalogId id) const { return findById(catalogs_, id); }

Result<const EventType*> EventSchema::requireType(std::string_view name) const {
  if (const EventType* type = findType(name)) return type;
  return unknown("event", types_, name);
}

Result<const Catalog*> EventSchema::requireCatalog(std::string_view name) const {
  if (const Catalog* catalog = findCatalog(name)) return catalog;
  return unknown("catalog", catalogs_, name);
}

std::string EventSchema::kindOf(const EventType& type, const Field& property) const {
  const CatalogId catalog = type.catalogOf(property.id);
  return catalog == 0 ? format(property.type) : fmt::format("ref({})", findCatalog(catalog)->name);
}

std::optional<std::string> EventSchema::nearestType(std::string_view name) const { return nearestOf(types_, name); }

Result<EventSchema> EventSchema::withType(std::string_view name) const {
  if (auto named = requireName("an event", name); !named) return propagate(named);
  if (findType(name) != nullptr) return fail(ErrorCode::conflict, fmt::format("there is an event '{}' already", name));
  if (auto fits = requireRoomFor("types of events", nextType_); !fits) return propagate(fits);
  EventSchema changed = *this;
  changed.types_.push_back({changed.nextType_++, std::string(name), {}, {}});
  return changed;
}

Result<EventSchema> EventSchema::withProperty(std::string_view event, std::string_view name,
                                              const FieldType& type) const {
  if (auto fits = requireProperty(name, type); !fits) return propagate(fits);
  EventSchema changed = *this;
  EventType* const found = findByName(changed.types_, event);
  if (found == nullptr) return unknown("event", types_, event);
  if (auto fits = requireRoom(found->properties); !fits) return propagate(fits);
  auto properties = found->properties.withField(name, type);
  if (!properties) return propagate(properties);
  found->properties = *std::move(properties);
  return changed;
}

Result<EventSchema> EventSchema::withReference(std::string_view event, std::string_view name,
                                               std::string_view catalog) const {
  auto items = requireCatalog(catalog);
  if (!items) return propagate(items);
  auto changed = withProperty(event, name, {FieldKind::category});
  if (!changed) return changed;
  EventType* const type = findByName(changed->types_, event);
  type->references[type->properties.find(name)->id] = (*items)->id;
  return changed;
}

Result<EventSchema> EventSchema::withCatalog(std::string_view name) const {
  if (auto named = requireName("a catalog", name); !named) return propagate(named);
  if (findCatalog(name) != nullptr) {
    return fail(ErrorCode::conflict, fmt::format("there is a catalog '{}' already", name));
  }
  if (auto fits = requireRoomFor("catalogs", nextCatalog_); !fits) return propagate(fits);
  EventSchema changed = *this;
  changed.catalogs_.push_back({changed.nextCatalog_++, std::string(name), {}});
  return changed;
}

Result<EventSchema> EventSchema::withAttribute(std::string_view catalog, std::string_view name,
                                               const FieldType& type) const {
  if (auto fits = requireAttribute(name, type); !fits) return propagate(fits);
  EventSchema changed = *this;
  Catalog* const found = findByName(changed.catalogs_, catalog);
  if (found == nullptr) return unknown("catalog", catalogs_, catalog);
  if (auto fits = requireRoom(found->attributes); !fits) return propagate(fits);
  auto attributes = found->attributes.withField(name, type);
  if (!attributes) return propagate(attributes);
  found->attributes = *std::move(attributes);
  return changed;
}

Result<EventSchema> EventSchema::withoutType(std::string_view name) const {
  EventSchema changed = *this;
  EventType* const found = findByName(changed.types_, name);
  if (found == nullptr) return unknown("event", types_, name);
  changed.types_.erase(changed.types_.begin() + (found - changed.types_.data()));
  return changed;
}

Result<EventSchema> EventSchema::fromParts(std::vector<EventType> types, std::vector<Catalog> catalogs,
                                           EventId nextType, CatalogId nextCatalog) {
  const auto damaged = [] { return fail(ErrorCode::dataLoss, "the types of events contradict each other"); };
  if (nextType > kMaxEventTypes || nextCatalog > kMaxEventTypes) return damaged();
  std::set<CatalogId> catalogIds;
  std::set<std::string_view> catalogNames;
  for (const Catalog& catalog : catalogs) {
    if (catalog.id == 0 || catalog.id >= nextCatalog || !catalogIds.insert(catalog.id).second) return damaged();
    if (!requireName("a catalog", catalog.name) || !catalogNames.insert(catalog.name).second) return damaged();
    if (!areSound(catalog.attributes, requireAttribute)) return damaged();
  }
  std::set<EventId> ids;
  std::set<std::string_view> names;
  for (const EventType& type : types) {
    if (type.id == 0 || type.id >= nextType || !ids.insert(type.id).second) return damaged();
    if (!requireName("an event", type.name) || !names.insert(type.name).second) return damaged();
    if (!areSound(type.properties, requireProperty)) return damaged();
    for (const auto& [property, catalog] : type.references) {
      const Field* const field = type.properties.find(property);
      if (field == nullptr || field->type.kind != FieldKind::category || catalogIds.count(catalog) == 0) {
        return damaged();
      }
    }
  }
  EventSchema schema;
  schema.types_ = std::move(types);
  schema.catalogs_ = std::move(catalogs);
  schema.nextType_ = nextType;
  schema.nextCatalog_ = nextCatalog;
  return schema;
}

}  // namespace roster
