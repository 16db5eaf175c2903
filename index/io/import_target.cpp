#include "index/io/import_target.h"

#include <fmt/format.h>

namespace roster {

namespace {

Result<EventSchema> withProperty(const EventSchema& events, const std::string& event, const TargetField& field) {
  const EventType& type = *events.findType(event);
  const Field* known = type.properties.find(field.name);
  if (known == nullptr) {
    if (field.catalog.empty()) return events.withProperty(event, field.name, field.type);
    auto with = events.withReference(event, field.name, field.catalog);
    if (!with && with.error().code == ErrorCode::notFound) {
      with.error().message += "; import a catalog first, with roster import catalog";
    }
    return with;
  }
  const CatalogId held = type.catalogOf(known->id);
  const std::string refersTo = held == 0 ? "" : events.findCatalog(held)->name;
  if (field.catalog.empty() || field.catalog == refersTo) return events;
  return fail(ErrorCode::conflict,
              refersTo.empty()
                  ? fmt::format("the property '{}' is {} in the database, and refers to no catalog", field.name,
                                format(known->type))
                  : fmt::format("the property '{}' refers to the catalog '{}' in the database, not to '{}'", field.name,
                                refersTo, field.catalog));
}

Result<EventSchema> withAttribute(const EventSchema& events, const std::string& catalog, const TargetField& field) {
  if (events.findCatalog(catalog)->attributes.find(field.name) != nullptr) return events;
  return events.withAttribute(catalog, field.name, field.type);
}

}  // namespace

Schema schemaOf(const ImportTarget& target, const Snapshot& snapshot) {
  if (target.kind == ImportTarget::Kind::contacts) return *snapshot.schema;
  if (target.kind == ImportTarget::Kind::catalog) {
    const Catalog* catalog = snapshot.events->findCatalog(target.name);
    return catalog == nullptr ? Schema() : catalog->attributes;
  }
  const EventType* type = snapshot.events->findType(target.name);
  return type == nullptr ? Schema() : type->properties;
}

SnapshotPtr keyedBy(const ImportTarget& target, const SnapshotPtr& snapshot) {
  if (target.kind != ImportTarget::Kind::catalog) return snapshot;
  const Catalog* catalog = snapshot->events->findCatalog(target.name);
  const auto items = catalog == nullptr ? snapshot->catalogs.end() : snapshot->catalogs.find(catalog->id);
  return items == snapshot->catalogs.end() ? std::make_shared<const Snapshot>() : items->second;
}

FieldType admittedType(const ImportTarget& target, const FieldType& inferred) {
  if (target.kind == ImportTarget::Kind::contacts) return inferred;
  const bool isEvent = target.kind == ImportTarget::Kind::events;
  if (inferred.kind == FieldKind::text || inferred.kind == FieldKind::set) return {FieldKind::category};
  if (inferred.kind == FieldKind::date && isEvent) return {FieldKind::timestamp};
  return inferred;
}

Result<EventSchema> withTarget(const EventSchema& events, const ImportTarget& target,
                               const std::vector<TargetField>& fields) {
  EventSchema extended = events;
  const bool isEvent = target.kind == ImportTarget::Kind::events;
  if (isEvent ? events.findType(target.name) == nullptr : events.findCatalog(target.name) == nullptr) {
    auto with = isEvent ? events.withType(target.name) : events.withCatalog(target.name);
    if (!with) return with;
    extended = *std::move(with);
  }
  for (const TargetField& field : fields) {
    auto with = isEvent ? withProperty(extended, target.name, field) : withAttribute(extended, target.name, field);
    if (!with) return with;
    extended = *std::move(with);
  }
  return extended;
}

}  // namespace roster
