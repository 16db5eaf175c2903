// Going through all pieces that a snapshot is made of, with the place of each. Checkpoints, sweeps and statistics are
// all walks of this kind.
#pragma once

#include "core/data/snapshot.h"

namespace roster {

// Calls f(slot, place) for every piece that is there; the place is its key without a version.
template <class F>
void walkSlots(const FieldShard& field, ShardIndex shard, FieldId id, F&& f) {
  const auto visit = [&](const auto& slot, PieceKind kind, std::uint32_t part) {
    if (slot != nullptr) f(slot, PieceKey{kind, shard, id, part, 0});
  };
  const auto visitChunks = [&](const auto& slots, PieceKind kind) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) visit(slots[chunk], kind, chunk);
  };
  const auto visitValues = [&](const ValueIndex& values) {
    for (const DenseValue& value : values.dense) visit(value.bitmap, PieceKind::value, value.code);
    visit(values.packed, PieceKind::packed, 0);
  };
  visit(field.present, PieceKind::present, 0);
  if (const auto* coded = std::get_if<CodedColumns>(&field.columns)) {
    visitValues(coded->values);
    visitChunks(coded->codes, PieceKind::codeColumn);
  } else if (const auto* set = std::get_if<SetColumns>(&field.columns)) {
    visitValues(set->values);
    visitChunks(set->sets, PieceKind::setColumn);
    visitChunks(set->patches, PieceKind::setPatch);
  } else if (const auto* number = std::get_if<NumberColumns>(&field.columns)) {
    visitChunks(number->slices, PieceKind::slices);
    visitChunks(number->numbers, PieceKind::numberColumn);
  } else if (const auto* text = std::get_if<TextColumns>(&field.columns)) {
    visitChunks(text->strings, PieceKind::textColumn);
    visitChunks(text->index, PieceKind::textIndex);
  }
}

// The pieces of a shard beside its fields.
template <class F>
void walkShardSlots(const Shard& shard, ShardIndex index, F&& f) {
  if (shard.live != nullptr) f(shard.live, PieceKey{PieceKind::live, index, 0, 0, 0});
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    if (shard.keys[chunk] != nullptr) f(shard.keys[chunk], PieceKey{PieceKind::keys, index, 0, chunk, 0});
  }
}

// An index of keys: of contacts, or of the identities of a type of events.
template <class F>
void walkSlots(const KeyIndex& index, EventId event, F&& f) {
  const auto& runs = index.runs();
  for (std::uint32_t run = 0; run < runs.size(); ++run) {
    for (std::uint32_t part = 0; part < runs[run].size(); ++part) {
      f(runs[run][part].run, PieceKey{PieceKind::keyIndex, run, event, part, 0});
    }
  }
}

// The pieces above shards: dictionaries, the index of keys, frozen lists.
template <class F>
void walkGlobalSlots(const Snapshot& snapshot, F&& f) {
  for (const auto& [field, dictionary] : snapshot.dictionaries) {
    for (const DictionaryPart& part : dictionary->parts()) {
      f(part.segment, PieceKey{PieceKind::dictionary, 0, field, part.first, 0});
    }
  }
  // Runs and pieces of the index of keys are numbered by their place; the version tells apart what a merge replaced.
  walkSlots(*snapshot.keyIndex, 0, f);
  for (const auto& [event, identities] : snapshot.identities) walkSlots(*identities, event, f);
  for (const auto& [list, shards] : snapshot.lists) {
    for (ShardIndex shard = 0; shard < shards.size(); ++shard) {
      if (shards[shard] != nullptr) f(shards[shard], PieceKey{PieceKind::list, shard, list, 0, 0});
    }
  }
}

// The events of one type in one shard.
template <class F>
void walkSlots(const EventShard& events, ShardIndex shard, EventId event, F&& f) {
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    events.chunks[chunk].forEachPart([&](const EventPart& part) {
      f(part.block, PieceKey{PieceKind::eventBlock, shard, event, eventPartOf(chunk, part.number), 0});
    });
  }
}

// All pieces of a snapshot but those of its catalogs.
template <class F>
void walkOwnSlots(const Snapshot& snapshot, F&& f) {
  walkGlobalSlots(snapshot, f);
  for (ShardIndex index = 0; index < snapshot.shards.size(); ++index) {
    walkShardSlots(*snapshot.shards[index], index, f);
    for (const auto& [id, field] : snapshot.shards[index]->fields) walkSlots(*field, index, id, f);
    for (const auto& [id, events] : snapshot.shards[index]->events) walkSlots(*events, index, id, f);
  }
}

// What stands in the place of a shard in the keys of a catalog's pieces.
constexpr ShardIndex catalogShard(CatalogId catalog, ShardIndex shard) { return 1U << 31 | catalog << 12 | shard; }

// All pieces of a snapshot.
template <class F>
void walkSlots(const Snapshot& snapshot, F&& f) {
  walkOwnSlots(snapshot, f);
  for (const auto& [catalog, items] : snapshot.catalogs) {
    walkOwnSlots(*items, [&, id = catalog](const auto& slot, PieceKey key) {
      key.shard = catalogShard(id, key.shard);
      f(slot, key);
    });
  }
}

}  // namespace roster
