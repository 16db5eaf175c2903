#include "index/engine/field_directory.h"

namespace roster {

namespace {

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

  void operator()(CodedColumns& columns) const {
    values(columns.values);
    chunks(columns.codes, PieceKind::codeColumn);
  }
  void operator()(SetColumns& columns) const {
    values(columns.values);
    chunks(columns.sets, PieceKind::setColumn);
  }
  void operator()(NumberColumns& columns) const {
    for (NumberRange& range : columns.ranges) {
      range.least = from_.fixed<std::int64_t>();
      range.greatest = from_.fixed<std::int64_t>();
    }
    chunks(columns.slices, PieceKind::slices);
    chunks(columns.numbers, PieceKind::numberColumn);
  }
  void operator()(TextColumns& columns) const {
    chunks(columns.strings, PieceKind::textColumn);
    chunks(columns.index, PieceKind::textIndex);
  }

 private:
  void values(ValueIndex& index) const {
    const std::size_t count = from_.count(3);
    index.dense.reserve(count);
    Code code = 0;
    for (std::size_t i = 0; i < count; ++i) {
      code += static_cast<Code>(from_.varint());
      const auto cardinality = static_cast<std::uint32_t>(from_.varint());
      index.dense.push_back({code, cardinality, slot<Bitmap>(PieceKind::value, code)});
    }
    index.packed = slot<PackedValues>(PieceKind::packed, 0);
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
  std::visit(FieldDecoder(from, shard, field, pieces), decoded.columns);
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
  if (auto finished = from.finish("the directory of a shard"); !finished) return propagate(finished);
  if (shard.size > kShardSize) return fail(ErrorCode::dataLoss, "the directory of a shard names too many contacts");
  return shard;
}

}  // namespace roster
