#include "index/engine/field_directory.h"

#include <limits>

namespace roster {

namespace {

constexpr std::uint64_t kLastCode = std::numeric_limits<Code>::max();

class FieldEncoder {
 public:
  explicit FieldEncoder(ByteWriter& to) : to_(to) {}

  void operator()(const CodedColumns& columns) const {
    values(columns.values);
    chunks(columns.codes);
  }
  void operator()(const SetColumns& columns) const {
    values(columns.values);
    chunks(columns.sets);
    chunks(columns.patches);
  }
  void operator()(const NumberColumns& columns) const {
    for (const NumberRange& range : columns.ranges) {
      to_.fixed(range.least);
      to_.fixed(range.greatest);
    }
    chunks(columns.slices);
    chunks(columns.numbers);
  }
  void operator()(const TextColumns& columns) const {
    chunks(columns.strings);
    chunks(columns.index);
  }

 private:
  void values(const ValueIndex& index) const {
    to_.varint(index.dense.size());
    Code before = 0;
    for (const DenseValue& value : index.dense) {
      to_.varint(value.code - before);
      to_.varint(value.cardinality);
      encodeSlot(to_, value.bitmap);
      before = value.code;
    }
    encodeSlot(to_, index.packed);
  }
  template <class T>
  void chunks(const ChunkSlots<T>& slots) const {
    for (const auto& slot : slots) encodeSlot(to_, slot);
  }

  ByteWriter& to_;
};

class FieldDecoder {
 public:
  FieldDecoder(ByteReader& from, ShardIndex shard, FieldId field, PieceSource& pieces)
      : from_(from), shard_(shard), field_(field), pieces_(pieces) {}

  // Each gives whether what was read makes sense.
  bool operator()(CodedColumns& columns) const {
    const bool sound = values(columns.values);
    chunks(columns.codes, PieceKind::codeColumn);
    return sound;
  }
  bool operator()(SetColumns& columns) const {
    const bool sound = values(columns.values);
    chunks(columns.sets, PieceKind::setColumn);
    chunks(columns.patches, PieceKind::setPatch);
    return sound;
  }
  bool operator()(NumberColumns& columns) const {
    for (NumberRange& range : columns.ranges) {
      range.least = from_.fixed<std::int64_t>();
      range.greatest = from_.fixed<std::int64_t>();
    }
    chunks(columns.slices, PieceKind::slices);
    chunks(columns.numbers, PieceKind::numberColumn);
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      const bool none = columns.ranges[chunk].empty();
      if ((columns.slices[chunk] == nullptr) != none || (columns.numbers[chunk] == nullptr) != none) return false;
    }
    return true;
  }
  bool operator()(TextColumns& columns) const {
    chunks(columns.strings, PieceKind::textColumn);
    chunks(columns.index, PieceKind::textIndex);
    return true;
  }

 private:
  // Look-ups rely on codes that ascend, and planning on cardinalities of bitmaps that are there.
  bool values(ValueIndex& index) const {
    const std::size_t count = from_.count(3);
    index.dense.reserve(count);
    std::uint64_t code = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t step = from_.varint();
      code += step;
      if (step == 0 || step > kLastCode || code > kLastCode) return false;
      const auto cardinality = static_cast<std::uint32_t>(from_.varint());
      const auto own = static_cast<Code>(code);
      index.dense.push_back({own, cardinality, slot<Bitmap>(PieceKind::value, own)});
      if (cardinality == 0 || index.dense.back().bitmap == nullptr) return false;
    }
    index.packed = slot<PackedValues>(PieceKind::packed, 0);
    return true;
  }
  template <class T>
  void chunks(ChunkSlots<T>& slots, PieceKind kind) const {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) slots[chunk] = slot<T>(kind, chunk);
  }
  template <class T>
  SlotPtr<T> slot(PieceKind kind, std::uint32_t part) const {
    return decodeSlot<T>(from_, {kind, shard_, field_, part, 0}, pieces_);
  }

  ByteReader& from_;
  ShardIndex shard_;
  FieldId field_;
  PieceSource& pieces_;
};

}  // namespace

std::string encodeDirectory(const FieldShard& field) {
  ByteWriter to;
  to.varint(field.presentCount);
  encodeSlot(to, field.present);
  std::visit(FieldEncoder(to), field.columns);
  return to.take();
}

Result<FieldShard> decodeFieldDirectory(std::string_view bytes, const FieldType& type, ShardIndex shard, FieldId field,
                                        PieceSource& pieces) {
  ByteReader from(bytes);
  FieldShard decoded = FieldShard::emptyOf(type);
  decoded.presentCount = static_cast<std::uint32_t>(from.varint());
  decoded.present = decodeSlot<Bitmap>(from, {PieceKind::present, shard, field, 0, 0}, pieces);
  const bool sound = std::visit(FieldDecoder(from, shard, field, pieces), decoded.columns);
  if (!sound || decoded.presentCount == 0 || decoded.present == nullptr) {
    return fail(ErrorCode::dataLoss, "the directory of a field is damaged");
  }
  if (auto finished = from.finish("the directory of a field"); !finished) return propagate(finished);
  return decoded;
}

std::string encodeDirectory(const Shard& shard) {
  ByteWriter to;
  to.varint(shard.size);
  to.varint(shard.liveCount);
  encodeSlot(to, shard.live);
  for (const auto& slot : shard.keys) encodeSlot(to, slot);
  to.varint(shard.fields.size());
  for (const auto& [id, field] : shard.fields) to.varint(id);
  if (shard.events.empty()) return to.take();
  to.varint(shard.events.size());
  for (const auto& [id, events] : shard.events) to.varint(id);
  return to.take();
}

Result<Shard> decodeShardDirectory(std::string_view bytes, ShardIndex index, PieceSource& pieces) {
  ByteReader from(bytes);
  Shard shard;
  shard.size = static_cast<LocalId>(from.varint());
  shard.liveCount = static_cast<std::uint32_t>(from.varint());
  shard.live = decodeSlot<Bitmap>(from, {PieceKind::live, index, 0, 0, 0}, pieces);
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    shard.keys[chunk] = decodeSlot<StringChunk>(from, {PieceKind::keys, index, 0, chunk, 0}, pieces);
  }
  for (std::size_t count = from.count(); count != 0; --count) {
    shard.fields.emplace(static_cast<FieldId>(from.varint()), nullptr);  // read from records of their own
  }
  // A shard without events says nothing of them, as those did of before there were any.
  for (std::size_t count = from.atEnd() ? 0 : from.count(); count != 0; --count) {
    shard.events.emplace(static_cast<EventId>(from.varint()), nullptr);  // likewise
  }
  if (auto finished = from.finish("the directory of a shard"); !finished) return propagate(finished);
  if (shard.size > kShardSize) return fail(ErrorCode::dataLoss, "the directory of a shard names too many contacts");
  bool sound = shard.size != 0 && shard.live != nullptr && shard.liveCount <= shard.size;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    sound &= (shard.keys[chunk] != nullptr) == (chunk << kChunkBits < shard.size);
  }
  if (!sound) return fail(ErrorCode::dataLoss, "the directory of a shard is damaged");
  return shard;
}

}  // namespace roster
