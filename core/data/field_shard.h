// One field of one shard: the forward columns, and what is derived from them to answer.
//
// Immutable and cheap to copy: pieces are shared between the versions of a shard, and a merge (field_merge.h) makes new
// pieces only where something changed. Null slots stand for what is empty.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <variant>
#include <vector>

#include "core/data/bitmap.h"
#include "core/data/field_type.h"
#include "core/data/forward_chunk.h"
#include "core/data/packed_values.h"
#include "core/data/piece.h"
#include "core/data/slice_chunk.h"

namespace roster {

template <class T>
using ChunkSlots = std::array<SlotPtr<T>, kChunksPerShard>;

// A value with a bitmap of its own.
struct DenseValue {
  Code code = kNoCode;
  std::uint32_t cardinality = 0;
  SlotPtr<Bitmap> bitmap;
};

// From a value to the contacts that hold it.
struct ValueIndex {
  std::vector<DenseValue> dense;  // ascending by code
  SlotPtr<PackedValues> packed;   // the values of few contacts

  const DenseValue* findDense(Code code) const;
};

// A value moves from the packed block to a bitmap of its own at this many contacts of a shard, and back under half.
inline constexpr std::uint32_t kDenseValueMinimum = 64;

// bool and category.
struct CodedColumns {
  ValueIndex values;
  ChunkSlots<CodeChunk> codes;
};

struct SetColumns {
  ValueIndex values;
  ChunkSlots<SetChunk> sets;
  ChunkSlots<SetPatch> patches;  // over the sets; read both as PatchedSets
};

// The least and greatest value of a chunk; least > greatest where it holds none.
struct NumberRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t greatest = std::numeric_limits<std::int64_t>::min();

  bool empty() const { return least > greatest; }
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// integer, decimal, date and timestamp.
struct NumberColumns {
  std::array<NumberRange, kChunksPerShard> ranges;
  ChunkSlots<SliceChunk> slices;
  ChunkSlots<NumberChunk> numbers;
};

struct TextColumns {
  ChunkSlots<StringChunk> strings;
  ChunkSlots<TextIndexChunk> index;  // null throughout where the field has no index
};

struct FieldShard {
  SlotPtr<Bitmap> present;  // the contacts that have a value
  std::uint32_t presentCount = 0;
  std::variant<CodedColumns, SetColumns, NumberColumns, TextColumns> columns;

  // A field nobody has a value for.
  static FieldShard emptyOf(const FieldType& type);

  // The coded values of a bool, category or set; null for other kinds.
  const ValueIndex* values() const;
};

}  // namespace roster
