#include "index/engine/event_dimension.h"

#include <algorithm>
#include <limits>

#include "core/query/event_fields.h"

namespace roster {

namespace {

// Marks the ids of contacts' fields among those of events.
constexpr FieldId kOfContact = 1U << 31;
constexpr std::string_view kContactPrefix = "contact.";

using Source = EventField::Source;

// What a dimension may name beside contacts' fields.
Schema dimensionFieldsOf(const EventQuery& events) {
  const Schema all = endSchemaOf(events.type(), *events.snapshot()->events);
  std::vector<Field> fields = all.fields();
  if (all.find("time") == nullptr) fields.back().name = "time";
  return Schema::fromParts(std::move(fields), all.nextId()).value();
}

Result<Dimension> parseContactDimension(std::string_view text, const Schema& contacts) {
  auto dimension = parseDimension(text.substr(kContactPrefix.size()), contacts);
  if (!dimension) return dimension;
  dimension->field.id |= kOfContact;
  dimension->field.name.insert(0, kContactPrefix);
  return dimension;
}

Result<Dimension> parseEventDimension(std::string_view text, const Schema& fields) {
  auto dimension = parseDimension(text, fields);
  if (!dimension || eventFieldOf(dimension->field.id).source != Source::weekday) return dimension;
  dimension->field.type = {FieldKind::integer};
  dimension->grouping = Grouping::weekday;
  return dimension;
}

bool startsWithName(std::string_view text, const Schema& fields) {
  return std::any_of(fields.fields().begin(), fields.fields().end(),
                     [&](const Field& field) { return text == field.name || text.starts_with(field.name + ":"); });
}

}  // namespace

Result<std::vector<Dimension>> parseEventDimensions(std::string_view text, const EventQuery& events) {
  const Schema fields = dimensionFieldsOf(events);
  const Schema& contacts = *events.snapshot()->schema;
  const auto isOfContact = [&](std::string_view one) {
    return one.starts_with(kContactPrefix) && !startsWithName(one, fields);
  };
  const auto isName = [&](std::string_view name) {
    if (!isOfContact(name)) return fields.find(name) != nullptr;
    return contacts.find(name.substr(kContactPrefix.size())) != nullptr;
  };
  return parseDimensions(text, isName, [&](std::string_view one) {
    return isOfContact(one) ? parseContactDimension(one, contacts) : parseEventDimension(one, fields);
  });
}

Result<Field> eventFieldNamed(std::string_view name, const EventQuery& events) {
  return fieldNamed(name, dimensionFieldsOf(events));
}

Result<EventGroupKeys> EventGroupKeys::load(const Dimension& dimension, const EventQuery& events) {
  const Snapshot& snapshot = *events.snapshot();
  const Snapshot* owner = &snapshot;
  EventGroupKeys loaded;
  loaded.read_ = std::make_unique<Dimension>(dimension);
  Field& read = loaded.read_->field;
  if ((read.id & kOfContact) != 0) {
    read.id ^= kOfContact;
  } else {
    const EventField field = eventFieldOf(read.id);
    const CatalogId catalog = events.type().catalogOf(field.property);
    auto value = planEventValue(events.type().id, read.id, snapshot);
    if (!value) return propagate(value);
    loaded.value_ = *std::move(value);
    if (field.source == Source::attribute) {
      owner = snapshot.catalogs.at(catalog).get();
      read.id = field.attribute;
    } else if (field.source == Source::property) {
      read.id = dictionaryOf(events.type().id, field.property);
      if (catalog != 0) {
        loaded.items_ = snapshot.catalogs.at(catalog).get();
        read.type = {FieldKind::integer};
      }
    }
    if (read.type.kind == FieldKind::timestamp) read.type = {FieldKind::date};
    if (field.source != Source::property && field.source != Source::attribute) {
      loaded.part_ = field.source;
      loaded.value_ = EventValue{Source::time, 0, nullptr, {FieldKind::timestamp}};
    }
  }
  auto keys = GroupKeys::load(*loaded.read_, *owner);
  if (!keys) return propagate(keys);
  loaded.keys_ = *std::move(keys);
  return loaded;
}

Result<Group> EventGroupKeys::group(std::int64_t key) const {
  if (items_ == nullptr) return keys_->group(key);
  const auto item = static_cast<std::uint64_t>(key);
  if (item >= items_->nextContact()) return failUnknownCode();
  auto name = keyOf(*items_, static_cast<ContactId>(item));
  if (!name) return propagate(name);
  return Group(*std::move(name));
}

Result<void> EventGroupReader::beginChunk(const Shard& shard, ChunkIndex chunk, const ContainerView& contacts) {
  if (keys_.value()) return {};
  const auto places = placesOf(contacts, room_);
  order_.resize(kChunkSize);
  for (std::size_t i = 0; i < places.size(); ++i) order_[places[i]] = static_cast<std::uint32_t>(i);
  return groups_.read(shard.field(keys_.contactField()), chunk, places);
}

void EventGroupReader::readRows(const MemberRows& rows) {
  numbers_.assign(rows.size(), 0);
  if (!keys_.value()) {
    for (std::size_t i = 0; i < rows.size(); ++i) numbers_[i] = order_[rows.places[i]];
    return;
  }
  const EventValue& value = *keys_.value();
  const TimeZone& zone = keys_.keys().zone();
  if (value.type.kind == FieldKind::timestamp) {
    forEachNumber(rows, value, zone, [&](std::size_t i, Instant instant) {
      if (instant < spanBegin_ || instant >= spanEnd_) numberSpan(instant);
      numbers_[i] = spanGroup_;
    });
  } else {
    forEachNumber(rows, value, zone, [&](std::size_t i, std::int64_t number) { numbers_[i] = numberOf(number); });
  }
}

// From an instant to the end of its hour or day, unless the clock is changed before.
void EventGroupReader::numberSpan(Instant instant) {
  const Source part = keys_.part();
  const LocalTime local = clock_.toLocal(instant);
  const std::int64_t withinDay = timeWithinDay(local);
  const std::int64_t left =
      part == Source::hour ? kMillisecondsPerHour - withinDay % kMillisecondsPerHour : kMillisecondsPerDay - withinDay;
  spanGroup_ = groups_.numberOfNumber(part == Source::time ? dayOfLocal(local) : partOfTime(part, local));
  spanBegin_ = instant;
  spanEnd_ = std::min(instant + left, clock_.nextChange());
}

std::uint32_t EventGroupReader::numberOf(std::int64_t value) {
  if (!isByCode_) return groups_.numberOfNumber(value);
  // An event keeps a bool as 0 or 1, where a field keeps the codes 1 and 2.
  const bool isFlag = keys_.value()->type.kind == FieldKind::boolean && keys_.value()->source == Source::property;
  const auto code = static_cast<std::uint64_t>(value) + (isFlag ? 1 : 0);
  return groups_.numberOfCode(static_cast<Code>(std::min<std::uint64_t>(code, std::numeric_limits<Code>::max())));
}

}  // namespace roster
