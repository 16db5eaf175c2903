// The directory records of a shard and of its fields: which pieces there are, in which version, with the figures that
// planning needs before any piece is loaded.
#pragma once

#include <string>
#include <string_view>

#include "core/base/byte_codec.h"
#include "core/data/snapshot.h"

namespace roster {

std::string encodeDirectory(const FieldShard& field);
Result<FieldShard> decodeFieldDirectory(std::string_view bytes, const FieldType& type, ShardIndex shard, FieldId field,
                                        PieceSource& pieces);

// All of a shard but its fields.
std::string encodeDirectory(const Shard& shard);
Result<Shard> decodeShardDirectory(std::string_view bytes, ShardIndex index, PieceSource& pieces);

// A slot in a directory: 0 for none, else its version + 1 and its size.
template <class T>
void encodeSlot(ByteWriter& to, const SlotPtr<T>& slot) {
  to.varint(slot == nullptr ? 0 : slot->key().version + 1);
  if (slot != nullptr) to.varint(slot->bytes());
}

// Reads a slot; `place` is its piece's key but for the version.
template <class T>
SlotPtr<T> decodeSlot(ByteReader& from, PieceKey place, PieceSource& pieces) {
  const std::uint64_t version = from.varint();
  if (version == 0 || from.failed()) return nullptr;
  place.version = version - 1;
  return std::make_shared<const Slot<T>>(place, static_cast<std::size_t>(from.varint()), pieces);
}

}  // namespace roster
