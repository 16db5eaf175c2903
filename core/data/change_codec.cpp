// The stored form of a batch. A version byte opens it; what is absent costs a byte or nothing.
#include "core/base/byte_codec.h"
#include "core/data/change_batch.h"
#include "core/data/registry_codec.h"

namespace roster {

namespace {

constexpr std::uint8_t kVersion = 1;

void encodeStrings(ByteWriter& to, const StringColumn& strings) {
  to.varint(strings.size());
  for (std::size_t i = 0; i < strings.size(); ++i) to.string(strings[i]);
}

StringColumn decodeStrings(ByteReader& from) {
  StringColumn strings;
  for (std::size_t count = from.count(); count != 0 && !from.failed(); --count) strings.append(from.string());
  return strings;
}

void encodeField(ByteWriter& to, const FieldChanges& changes) {
  to.varint(changes.field);
  to.varint(changes.contacts.size());
  ContactId before = 0;
  for (const ContactId contact : changes.contacts) {
    to.signedVarint(std::int64_t{contact} - before);
    before = contact;
  }
  to.fixed(static_cast<std::uint8_t>(!changes.ops.empty()));
  for (const ChangeOp op : changes.ops) to.fixed(op);
  for (const std::int64_t value : changes.values) to.signedVarint(value);
  encodeStrings(to, changes.strings);
}

FieldChanges decodeField(ByteReader& from, bool& sound) {
  FieldChanges changes;
  changes.field = static_cast<FieldId>(from.varint());
  const std::size_t count = from.count(2);
  std::int64_t contact = 0;
  changes.contacts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (__builtin_add_overflow(contact, from.signedVarint(), &contact) || contact < 0 || contact >= kNoContact) {
      sound = false;
      return changes;
    }
    changes.contacts.push_back(static_cast<ContactId>(contact));
  }
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

}  // namespace

std::string encode(const ChangeBatch& batch) {
  ByteWriter to;
  to.fixed(kVersion);
  to.fixed(static_cast<std::uint8_t>((batch.schema ? 1 : 0) | (batch.segments ? 2 : 0) | (batch.import ? 4 : 0)));
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
  return to.take();
}

Result<ChangeBatch> decodeChangeBatch(std::string_view bytes) {
  ByteReader from(bytes);
  const auto damaged = [] { return fail(ErrorCode::dataLoss, "a log record is damaged"); };
  if (from.fixed<std::uint8_t>() != kVersion) return damaged();
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
  if (!sound) return damaged();
  if (auto finished = from.finish("a log record"); !finished) return propagate(finished);
  return batch;
}

}  // namespace roster
