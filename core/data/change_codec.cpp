// The stored form of a batch. A version byte opens it; what is absent costs a byte or nothing.
#include <limits>

#include "core/base/byte_codec.h"
#include "core/data/change_batch.h"
#include "core/data/registry_codec.h"

namespace roster {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint64_t kMaxRow = std::numeric_limits<std::uint32_t>::max();

tl::unexpected<Error> damagedRecord() { return fail(ErrorCode::dataLoss, "a log record is damaged"); }

void encodeStrings(ByteWriter& to, const StringColumn& strings) {
  to.varint(strings.size());
  for (std::size_t i = 0; i < strings.size(); ++i) to.string(strings[i]);
}

StringColumn decodeStrings(ByteReader& from) {
  StringColumn strings;
  for (std::size_t count = from.count(); count != 0 && !from.failed(); --count) strings.append(from.string());
  return strings;
}

void encodeContacts(ByteWriter& to, const std::vector<ContactId>& contacts) {
  to.varint(contacts.size());
  ContactId before = 0;
  for (const ContactId contact : contacts) {
    to.signedVarint(std::int64_t{contact} - before);
    before = contact;
  }
}

std::vector<ContactId> decodeContacts(ByteReader& from, bool& sound) {
  const std::size_t count = from.count();
  std::vector<ContactId> contacts;
  contacts.reserve(count);
  std::int64_t contact = 0;
  for (std::size_t i = 0; i < count && sound; ++i) {
    sound = !__builtin_add_overflow(contact, from.signedVarint(), &contact) && contact >= 0 && contact < kNoContact;
    contacts.push_back(static_cast<ContactId>(contact));
  }
  return contacts;
}

void encodeField(ByteWriter& to, const FieldChanges& changes) {
  to.varint(changes.field);
  encodeContacts(to, changes.contacts);
  to.fixed(static_cast<std::uint8_t>(!changes.ops.empty()));
  for (const ChangeOp op : changes.ops) to.fixed(op);
  for (const std::int64_t value : changes.values) to.signedVarint(value);
  encodeStrings(to, changes.strings);
}

FieldChanges decodeField(ByteReader& from, bool& sound) {
  FieldChanges changes;
  changes.field = static_cast<FieldId>(from.varint());
  changes.contacts = decodeContacts(from, sound);
  if (!sound) return changes;
  const std::size_t count = changes.contacts.size();
  if (from.fixed<std::uint8_t>() != 0) {
    for (std::size_t i = 0; i < count; ++i) {
      changes.ops.push_back(from.fixed<ChangeOp>());
      sound &= changes.ops.back() <= ChangeOp::remove;
    }
  }
  changes.values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) changes.values.push_back(from.signedVarint());
  changes.strings = decodeStrings(from);
  return changes;
}

void encodeLists(ByteWriter& to, const std::vector<ListCreation>& lists) {
  to.varint(lists.size());
  for (const ListCreation& list : lists) {
    to.varint(list.list);
    to.varint(list.members.size());
    for (const auto& [shard, members] : list.members) {
      to.varint(shard);
      to.string(Bitmap::fromSorted(members).encoded());
    }
  }
}

std::vector<ListCreation> decodeLists(ByteReader& from, bool& sound) {
  std::vector<ListCreation> lists;
  for (std::size_t count = from.count(2); count != 0 && sound; --count) {
    ListCreation& list = lists.emplace_back();
    list.list = static_cast<ListId>(from.varint());
    for (std::size_t shards = from.count(2); shards != 0 && sound; --shards) {
      const auto shard = static_cast<ShardIndex>(from.varint());
      const auto members = Bitmap::decode(Buffer::copyOf(from.string()));
      sound = members.has_value();
      if (sound) list.members.emplace_back(shard, members->toVector());
    }
  }
  return lists;
}

void encodeProperty(ByteWriter& to, const PropertyValues& property) {
  to.varint(property.property);
  to.varint(property.rows.size());
  std::uint32_t before = 0;
  for (const std::uint32_t row : property.rows) {
    to.varint(row - before);
    before = row;
  }
  for (const std::int64_t value : property.values) to.signedVarint(value);
  encodeStrings(to, property.strings);
}

PropertyValues decodeProperty(ByteReader& from, bool& sound) {
  PropertyValues property;
  property.property = static_cast<FieldId>(from.varint());
  const std::size_t count = from.count(2);
  property.rows.reserve(count);
  std::uint64_t row = 0;
  for (std::size_t i = 0; i < count && sound; ++i) {
    const std::uint64_t step = from.varint();
    row += step;
    sound = (i == 0 || step != 0) && step <= kMaxRow && row <= kMaxRow;
    property.rows.push_back(static_cast<std::uint32_t>(row));
  }
  property.values.reserve(count);
  for (std::size_t i = 0; i < count && sound; ++i) property.values.push_back(from.signedVarint());
  property.strings = decodeStrings(from);
  return property;
}

void encodeEvents(ByteWriter& to, const EventChanges& changes) {
  to.varint(changes.event);
  encodeContacts(to, changes.contacts);
  Instant before = 0;
  for (const Instant time : changes.times) {
    // Far from each other two times may be further than a number with a sign goes.
    to.signedVarint(static_cast<std::int64_t>(static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(before)));
    before = time;
  }
  to.fixed(static_cast<std::uint8_t>(!changes.identities.empty()));
  for (const EventIdentity& identity : changes.identities) {
    to.fixed(identity.hash);
    to.fixed(identity.more);
  }
  to.varint(changes.properties.size());
  for (const PropertyValues& property : changes.properties) encodeProperty(to, property);
}

EventChanges decodeEvents(ByteReader& from, bool& sound) {
  EventChanges changes;
  changes.event = static_cast<EventId>(from.varint());
  changes.contacts = decodeContacts(from, sound);
  changes.times.reserve(changes.contacts.size());
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < changes.contacts.size() && sound; ++i) {
    time += static_cast<std::uint64_t>(from.signedVarint());
    changes.times.push_back(static_cast<Instant>(time));
  }
  const bool hasIdentities = from.fixed<std::uint8_t>() != 0;
  for (std::size_t i = 0; hasIdentities && i < changes.contacts.size() && !from.failed(); ++i) {
    const auto hash = from.fixed<std::uint64_t>();
    changes.identities.push_back({hash, from.fixed<std::uint32_t>()});
  }
  for (std::size_t count = from.count(3); count != 0 && sound && !from.failed(); --count) {
    changes.properties.push_back(decodeProperty(from, sound));
  }
  return changes;
}

// What was not there before events were: a batch without any takes no byte for it.
bool hasEvents(const ChangeBatch& batch) {
  return batch.events || !batch.catalogs.empty() || !batch.recorded.empty() || !batch.retained.empty();
}

void encodeAllEvents(ByteWriter& to, const ChangeBatch& batch) {
  to.fixed(static_cast<std::uint8_t>(batch.events.has_value()));
  if (batch.events) to.string(encode(*batch.events));
  to.varint(batch.catalogs.size());
  for (const CatalogChanges& catalog : batch.catalogs) {
    to.varint(catalog.catalog);
    to.string(encode(catalog.changes));
  }
  to.varint(batch.recorded.size());
  for (const EventChanges& changes : batch.recorded) encodeEvents(to, changes);
  to.varint(batch.retained.size());
  for (const EventRetention& retention : batch.retained) {
    to.varint(retention.event);
    to.signedVarint(retention.from);
  }
}

// Nesting ends with catalogs, which have none of their own.
Result<ChangeBatch> decodeBatch(std::string_view bytes, bool ofCatalog);

Result<void> decodeAllEvents(ByteReader& from, ChangeBatch& batch) {
  if (from.fixed<std::uint8_t>() != 0) {
    auto events = decodeEventSchema(from.string());
    if (!events) return propagate(events);
    batch.events = *std::move(events);
  }
  for (std::size_t count = from.count(2); count != 0 && !from.failed(); --count) {
    const auto catalog = static_cast<CatalogId>(from.varint());
    auto changes = decodeBatch(from.string(), true);
    if (!changes) return propagate(changes);
    batch.catalogs.push_back({catalog, *std::move(changes)});
  }
  bool sound = true;
  for (std::size_t count = from.count(3); count != 0 && sound && !from.failed(); --count) {
    batch.recorded.push_back(decodeEvents(from, sound));
  }
  if (!sound) return damagedRecord();
  for (std::size_t count = from.count(2); count != 0 && !from.failed(); --count) {
    const auto event = static_cast<EventId>(from.varint());
    batch.retained.push_back({event, from.signedVarint()});
  }
  return {};
}

}  // namespace

std::string encode(const ChangeBatch& batch) {
  ByteWriter to;
  to.fixed(kVersion);
  to.fixed(static_cast<std::uint8_t>((batch.schema ? 1 : 0) | (batch.segments ? 2 : 0) | (batch.import ? 4 : 0) |
                                     (hasEvents(batch) ? 8 : 0)));
  if (batch.schema) to.string(encode(*batch.schema));
  if (batch.segments) to.string(encode(*batch.segments));
  if (batch.import) {
    to.string(batch.import->first);
    to.string(encode(batch.import->second));
  }
  encodeLists(to, batch.lists);
  encodeStrings(to, batch.newKeys);
  to.varint(batch.fields.size());
  for (const FieldChanges& changes : batch.fields) encodeField(to, changes);
  to.varint(batch.erased.size());
  for (const ContactId contact : batch.erased) to.varint(contact);
  if (hasEvents(batch)) encodeAllEvents(to, batch);
  return to.take();
}

namespace {

Result<ChangeBatch> decodeBatch(std::string_view bytes, bool ofCatalog) {
  ByteReader from(bytes);
  if (from.fixed<std::uint8_t>() != kVersion) return damagedRecord();
  const auto parts = from.fixed<std::uint8_t>();
  ChangeBatch batch;
  if ((parts & 1) != 0) {
    auto schema = decodeSchema(from.string());
    if (!schema) return propagate(schema);
    batch.schema = *std::move(schema);
  }
  if ((parts & 2) != 0) {
    auto segments = decodeSegments(from.string());
    if (!segments) return propagate(segments);
    batch.segments = *std::move(segments);
  }
  if ((parts & 4) != 0) {
    std::string name(from.string());
    auto progress = decodeImportProgress(from.string());
    if (!progress) return propagate(progress);
    batch.import.emplace(std::move(name), *std::move(progress));
  }
  bool sound = true;
  batch.lists = decodeLists(from, sound);
  batch.newKeys = decodeStrings(from);
  for (std::size_t count = from.count(4); count != 0 && sound && !from.failed(); --count) {
    batch.fields.push_back(decodeField(from, sound));
  }
  for (std::size_t count = from.count(); count != 0 && !from.failed(); --count) {
    const std::uint64_t contact = from.varint();
    sound &= contact < kNoContact;
    batch.erased.push_back(static_cast<ContactId>(contact));
  }
  if (!sound || ((parts & 8) != 0 && ofCatalog)) return damagedRecord();
  if ((parts & 8) != 0) {
    if (auto decoded = decodeAllEvents(from, batch); !decoded) return propagate(decoded);
  }
  if (auto finished = from.finish("a log record"); !finished) return propagate(finished);
  return batch;
}

}  // namespace

Result<ChangeBatch> decodeChangeBatch(std::string_view bytes) { return decodeBatch(bytes, false); }

}  // namespace roster
