#include "bench/answer_bytes.h"

#include <algorithm>

namespace roster::bench {

namespace {

template <class T>
std::uint64_t bytesOf(const SlotPtr<T>& slot) {
  return slot == nullptr ? 0 : slot->bytes();
}

struct ChunkColumns {
  QueryTask task;
  ChunkIndex chunk;

  std::uint64_t operator()(const CodedColumns& columns) const { return bytesOf(columns.codes[chunk]); }
  std::uint64_t operator()(const SetColumns& columns) const {
    return bytesOf(columns.sets[chunk]) + bytesOf(columns.patches[chunk]);
  }
  std::uint64_t operator()(const NumberColumns& columns) const {
    return bytesOf(columns.numbers[chunk]) + (task == QueryTask::statistics ? bytesOf(columns.slices[chunk]) : 0);
  }
  std::uint64_t operator()(const TextColumns& columns) const { return bytesOf(columns.strings[chunk]); }
};

// The chunks of a shard, ascending, whose contacts are in the answer; `left` is how many more it takes.
std::vector<ChunkIndex> chunksOf(const Bitmap& members, std::uint64_t& left) {
  std::vector<ChunkIndex> chunks;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard && left != 0; ++chunk) {
    const std::uint64_t held = members.chunk(chunk).cardinality;
    if (held == 0) continue;
    chunks.push_back(chunk);
    left -= std::min(left, held);
  }
  return chunks;
}

// From the column, and who has a value at all.
Result<std::uint64_t> columnBytes(const FieldShard& field, QueryTask task, const std::vector<ChunkIndex>& chunks) {
  const auto present = load(field.present);
  if (!present) return tl::unexpected(present.error());
  std::uint64_t bytes = 0;
  for (const ChunkIndex chunk : chunks) {
    bytes += std::visit(ChunkColumns{task, chunk}, field.columns) + (*present)->chunk(chunk).byteSize();
  }
  return bytes;
}

Result<std::uint64_t> valueBytes(const ValueIndex& values, const std::vector<ChunkIndex>& chunks) {
  std::uint64_t bytes = chunks.empty() ? 0 : bytesOf(values.packed);
  for (const DenseValue& value : values.dense) {
    const auto bitmap = load(value.bitmap);
    if (!bitmap) return tl::unexpected(bitmap.error());
    for (const ChunkIndex chunk : chunks) bytes += (*bitmap)->chunk(chunk).byteSize();
  }
  return bytes;
}

}  // namespace

Result<std::uint64_t> answerBytes(const BenchQuery& query, const Audience& audience) {
  const Snapshot& snapshot = *audience.snapshot();
  std::uint64_t left = query.limit == 0 ? audience.count() : query.limit;
  std::uint64_t sum = 0;
  for (ShardIndex index = 0; index < audience.shardCount(); ++index) {
    const Shard& shard = *snapshot.shards[index];
    const std::vector<ChunkIndex> chunks = chunksOf(audience.shard(index), left);
    for (const std::string& name : query.fields) {
      if (name == "key") {
        for (const ChunkIndex chunk : chunks) sum += bytesOf(shard.keys[chunk]);
        continue;
      }
      const Field* known = snapshot.schema->find(name);
      const FieldShard* field = known == nullptr ? nullptr : shard.field(known->id);
      if (field == nullptr) continue;
      auto bytes = columnBytes(*field, query.task, chunks);
      if (!bytes) return bytes;
      if (query.task == QueryTask::breakdown && query.fields.size() == 1 && field->values() != nullptr) {
        auto byValue = valueBytes(*field->values(), chunks);
        if (!byValue) return byValue;
        *bytes = std::max(*bytes, *byValue);
      }
      sum += *bytes;
    }
  }
  return sum;
}

}  // namespace roster::bench
