#include "core/data/registry_codec.h"

#include "core/base/byte_codec.h"
#include "core/base/decimal.h"

namespace roster {

std::string encode(const Schema& schema) {
  ByteWriter to;
  to.varint(schema.nextId());
  to.varint(schema.fields().size());
  for (const Field& field : schema.fields()) {
    to.varint(field.id);
    to.string(field.name);
    to.fixed(field.type.kind);
    to.fixed(field.type.digits);
    to.fixed(field.type.element);
    to.fixed(static_cast<std::uint8_t>(field.type.indexed));
  }
  return to.take();
}

Result<Schema> decodeSchema(std::string_view bytes) {
  ByteReader from(bytes);
  const auto nextId = static_cast<FieldId>(from.varint());
  std::vector<Field> fields;
  for (std::size_t count = from.count(6); count != 0; --count) {
    Field& field = fields.emplace_back();
    field.id = static_cast<FieldId>(from.varint());
    field.name = from.string();
    field.type.kind = from.fixed<FieldKind>();
    field.type.digits = from.fixed<std::uint8_t>();
    field.type.element = from.fixed<FieldKind>();
    field.type.indexed = from.fixed<std::uint8_t>() != 0;
    if (field.type.kind > FieldKind::text || field.type.element > FieldKind::text ||
        field.type.digits > kMaxDecimalDigits) {
      return fail(ErrorCode::dataLoss, "the schema is damaged: a field is of no known kind");
    }
  }
  if (auto finished = from.finish("the schema"); !finished) return propagate(finished);
  return Schema::fromParts(std::move(fields), nextId);
}

std::string encode(const EventSchema& events) {
  ByteWriter to;
  to.varint(events.nextCatalog());
  to.varint(events.catalogs().size());
  for (const Catalog& catalog : events.catalogs()) {
    to.varint(catalog.id);
    to.string(catalog.name);
    to.string(encode(catalog.attributes));
  }
  to.varint(events.nextType());
  to.varint(events.types().size());
  for (const EventType& type : events.types()) {
    to.varint(type.id);
    to.string(type.name);
    to.string(encode(type.properties));
    to.varint(type.references.size());
    for (const auto& [property, catalog] : type.references) {
      to.varint(property);
      to.varint(catalog);
    }
  }
  return to.take();
}

Result<EventSchema> decodeEventSchema(std::string_view bytes) {
  ByteReader from(bytes);
  const auto nextCatalog = static_cast<CatalogId>(from.varint());
  std::vector<Catalog> catalogs;
  for (std::size_t count = from.count(3); count != 0; --count) {
    Catalog& catalog = catalogs.emplace_back();
    catalog.id = static_cast<CatalogId>(from.varint());
    catalog.name = from.string();
    auto attributes = decodeSchema(from.string());
    if (!attributes) return propagate(attributes);
    catalog.attributes = *std::move(attributes);
  }
  const auto nextType = static_cast<EventId>(from.varint());
  std::vector<EventType> types;
  for (std::size_t count = from.count(4); count != 0; --count) {
    EventType& type = types.emplace_back();
    type.id = static_cast<EventId>(from.varint());
    type.name = from.string();
    auto properties = decodeSchema(from.string());
    if (!properties) return propagate(properties);
    type.properties = *std::move(properties);
    for (std::size_t references = from.count(2); references != 0; --references) {
      const auto property = static_cast<FieldId>(from.varint());
      type.references[property] = static_cast<CatalogId>(from.varint());
    }
  }
  if (auto finished = from.finish("the types of events"); !finished) return propagate(finished);
  return EventSchema::fromParts(std::move(types), std::move(catalogs), nextType, nextCatalog);
}

std::string encode(const SegmentCatalog& segments) {
  ByteWriter to;
  to.varint(segments.size());
  for (const auto& [name, segment] : segments) {
    to.string(name);
    to.string(segment.predicate);
    to.varint(segment.list);
    to.signedVarint(segment.savedAt);
    to.string(segment.frozenFrom);
  }
  return to.take();
}

Result<SegmentCatalog> decodeSegments(std::string_view bytes) {
  ByteReader from(bytes);
  SegmentCatalog segments;
  for (std::size_t count = from.count(5); count != 0; --count) {
    const std::string name(from.string());
    Segment segment;
    segment.predicate = from.string();
    segment.list = static_cast<ListId>(from.varint());
    segment.savedAt = from.signedVarint();
    segment.frozenFrom = from.string();
    segments.emplace(name, std::move(segment));
  }
  if (auto finished = from.finish("the list of segments"); !finished) return propagate(finished);
  return segments;
}

std::string encode(const ImportProgress& progress) {
  ByteWriter to;
  to.varint(progress.rowsDone);
  to.varint(progress.created);
  to.varint(progress.updated);
  to.varint(progress.rejected);
  to.fixed(static_cast<std::uint8_t>(progress.complete));
  to.varint(progress.firstNewContact);
  to.varint(progress.seen.size());
  for (const auto& [place, bitmap] : progress.seen) {
    to.varint(place.first);
    to.varint(place.second);
    to.string(bitmap);
  }
  to.varint(progress.rejectsBytes);
  to.varint(progress.leftOut);
  to.varint(progress.recorded);
  to.varint(progress.repeated);
  return to.take();
}

Result<ImportProgress> decodeImportProgress(std::string_view bytes) {
  ByteReader from(bytes);
  ImportProgress progress;
  progress.rowsDone = from.varint();
  progress.created = from.varint();
  progress.updated = from.varint();
  progress.rejected = from.varint();
  progress.complete = from.fixed<std::uint8_t>() != 0;
  progress.firstNewContact = static_cast<ContactId>(from.varint());
  for (std::size_t count = from.count(3); count != 0; --count) {
    const auto field = static_cast<FieldId>(from.varint());
    const auto shard = static_cast<ShardIndex>(from.varint());
    progress.seen.emplace(std::pair(field, shard), from.string());
  }
  progress.rejectsBytes = from.varint();
  // What imports did not count before there were filters and events.
  for (std::uint64_t* count : {&progress.leftOut, &progress.recorded, &progress.repeated}) {
    *count = from.atEnd() ? 0 : from.varint();
  }
  if (auto finished = from.finish("the record of an import"); !finished) return propagate(finished);
  return progress;
}

std::string encode(const TimeZone& zone) {
  ByteWriter to;
  to.string(zone.name());
  to.varint(zone.periods().size());
  for (const TimeZone::Period& period : zone.periods()) {
    to.fixed(period.start);
    to.signedVarint(period.offset);
  }
  return to.take();
}

Result<TimeZone> decodeTimeZone(std::string_view bytes) {
  ByteReader from(bytes);
  std::string name(from.string());
  std::vector<TimeZone::Period> periods;
  for (std::size_t count = from.count(9); count != 0; --count) {
    TimeZone::Period period;
    period.start = from.fixed<Instant>();
    period.offset = from.signedVarint();
    const bool ascends = periods.empty() || period.start > periods.back().start;
    if (!ascends || period.offset <= -kMillisecondsPerDay || period.offset >= kMillisecondsPerDay) {
      return fail(ErrorCode::dataLoss, "the time zone is damaged");
    }
    periods.push_back(period);
  }
  if (auto finished = from.finish("the time zone"); !finished) return propagate(finished);
  if (periods.empty()) return fail(ErrorCode::dataLoss, "the time zone is damaged");
  return TimeZone(std::move(name), std::move(periods));
}

}  // namespace roster
