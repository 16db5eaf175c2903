// Visits every piece of a snapshot.
#pragma once

#include "core/data/snapshot.h"

namespace roster {

// Calls f(slot, PieceKey) for every slot that is not null; the key's version is the snapshot's sequence.
template <class F>
void forEachSlot(const Snapshot& snapshot, F&& f, ShardIndex firstShard = 0) {
  const auto visit = [&](const auto& slot, PieceKind kind, ShardIndex shard, FieldId field, std::uint32_t part) {
    if (slot != nullptr) f(*slot, PieceKey{kind, firstShard + shard, field, part, snapshot.sequence});
  };
  const auto visitChunks = [&](const auto& slots, PieceKind kind, ShardIndex shard, FieldId field) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) visit(slots[chunk], kind, shard, field, chunk);
  };
  for (const auto& [field, dictionary] : snapshot.dictionaries) {
    for (const auto& part : dictionary->parts()) visit(part.segment, PieceKind::dictionary, 0, field, part.first);
  }
  std::uint32_t run = 0;
  for (const auto& parts : snapshot.keyIndex->runs()) {
    for (const auto& part : parts) visit(part.run, PieceKind::keyIndex, 0, 0, run++);
  }
  for (const auto& [event, identities] : snapshot.identities) {
    for (const auto& parts : identities->runs()) {
      for (const auto& part : parts) visit(part.run, PieceKind::keyIndex, 0, event, run++);
    }
  }
  for (const auto& [list, shards] : snapshot.lists) {
    for (ShardIndex shard = 0; shard < shards.size(); ++shard) visit(shards[shard], PieceKind::list, shard, list, 0);
  }
  for (ShardIndex index = 0; index < snapshot.shards.size(); ++index) {
    const Shard& shard = *snapshot.shards[index];
    visit(shard.live, PieceKind::live, index, 0, 0);
    visitChunks(shard.keys, PieceKind::keys, index, 0);
    for (const auto& [id, field] : shard.fields) {
      visit(field->present, PieceKind::present, index, id, 0);
      if (const ValueIndex* values = field->values()) {
        for (const DenseValue& value : values->dense) visit(value.bitmap, PieceKind::value, index, id, value.code);
        visit(values->packed, PieceKind::packed, index, id, 0);
      }
      if (const auto* coded = std::get_if<CodedColumns>(&field->columns)) {
        visitChunks(coded->codes, PieceKind::codeColumn, index, id);
      } else if (const auto* sets = std::get_if<SetColumns>(&field->columns)) {
        visitChunks(sets->sets, PieceKind::setColumn, index, id);
        visitChunks(sets->patches, PieceKind::setPatch, index, id);
      } else if (const auto* numbers = std::get_if<NumberColumns>(&field->columns)) {
        visitChunks(numbers->slices, PieceKind::slices, index, id);
        visitChunks(numbers->numbers, PieceKind::numberColumn, index, id);
      } else if (const auto* texts = std::get_if<TextColumns>(&field->columns)) {
        visitChunks(texts->strings, PieceKind::textColumn, index, id);
        visitChunks(texts->index, PieceKind::textIndex, index, id);
      }
    }
    for (const auto& [id, events] : shard.events) {
      for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
        events->chunks[chunk].forEachPart([&, event = id](const EventPart& part) {
          visit(part.block, PieceKind::eventBlock, index, event, eventPartOf(chunk, part.number));
        });
      }
    }
  }
  // Items are in shards of their own, apart from all contacts'.
  for (const auto& [catalog, items] : snapshot.catalogs) forEachSlot(*items, f, catalog << 16);
}

}  // namespace roster
