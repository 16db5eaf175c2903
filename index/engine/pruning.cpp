#include "index/engine/pruning.h"

#include <algorithm>
#include <vector>

#include "core/data/apply.h"

namespace roster {

namespace {

// Which codes of a field some contact holds, by code.
Result<std::vector<bool>> usedCodes(const Snapshot& snapshot, FieldId field, Code nextCode) {
  std::vector<bool> used(nextCode, false);
  for (const auto& shard : snapshot.shards) {
    const FieldShard* fieldShard = shard->field(field);
    if (fieldShard == nullptr || fieldShard->values() == nullptr) continue;
    for (const DenseValue& value : fieldShard->values()->dense) {
      if (value.code < nextCode) used[value.code] = true;
    }
    auto packed = load(fieldShard->values()->packed);
    if (!packed) return propagate(packed);
    for (const Code code : (*packed)->codes()) {
      if (code < nextCode) used[code] = true;
    }
  }
  return used;
}

void useCodes(const EventBlock& block, FieldId property, std::vector<bool>& used) {
  const EventBlock::Column* column = block.column(property);
  if (column == nullptr) return;
  const auto use = [&](std::int64_t code) {
    if (static_cast<std::uint64_t>(code) < used.size()) used[static_cast<std::size_t>(code)] = true;
  };
  for (const std::int64_t code : column->distinct) use(code);
  for (std::uint32_t row = 0; column->distinct.empty() && row < block.size(); ++row) {
    if (column->has(row)) use(column->numbers[row]);
  }
}

// Which values of a category some event has, or which items it refers to, by code or id.
Result<std::vector<bool>> usedByEvents(const Snapshot& snapshot, EventId event, FieldId property, std::size_t count) {
  std::vector<bool> used(count, false);
  for (const auto& shard : snapshot.shards) {
    const EventShard* events = shard->eventsOf(event);
    if (events == nullptr) continue;
    Result<void> loaded;
    for (const EventChunk& chunk : events->chunks) {
      chunk.forEachPart([&](const EventPart& part) {
        if (!loaded) return;
        auto block = part.block->get();
        if (block) useCodes(**block, property, used);
        else loaded = propagate(block);
      });
    }
    if (!loaded) return propagate(loaded);
  }
  return used;
}

// The next version of a snapshot, made when there is something to change.
class Draft {
 public:
  explicit Draft(const Snapshot& before) : before_(before) {}

  Snapshot& operator*() {
    if (draft_ == nullptr) {
      draft_ = std::make_shared<Snapshot>(before_);
      ++draft_->sequence;
    }
    return *draft_;
  }
  SnapshotPtr take() { return std::move(draft_); }

 private:
  const Snapshot& before_;
  std::shared_ptr<Snapshot> draft_;
};

Result<void> pruneDictionaries(const Snapshot& snapshot, Draft& draft) {
  for (const auto& [field, dictionary] : snapshot.dictionaries) {
    auto used = isOfEvents(field) ? usedByEvents(snapshot, eventOfDictionary(field), propertyOfDictionary(field),
                                                 dictionary->nextCode())
                                  : usedCodes(snapshot, field, dictionary->nextCode());
    if (!used) return propagate(used);
    auto strings = dictionary->load();
    if (!strings) return propagate(strings);
    std::vector<Code> unused;
    strings->forEach([&](Code code, std::string_view text) {
      if (!text.empty() && !(*used)[code]) unused.push_back(code);
    });
    if (unused.empty()) continue;
    auto erased = dictionary->withErased(unused);
    if (!erased) return propagate(erased);
    (*draft).dictionaries[field] = std::make_shared<const Dictionary>(*std::move(erased));
  }
  return {};
}

std::uint64_t entriesOf(const KeyIndex& index) {
  std::uint64_t entries = 0;
  for (const KeyIndex::Run& run : index.runs()) {
    for (const KeyIndexPart& part : run) entries += part.size;
  }
  return entries;
}

Result<void> pruneKeyIndex(const Snapshot& snapshot, Draft& draft) {
  if (entriesOf(*snapshot.keyIndex) == snapshot.liveCount()) return {};
  std::vector<std::shared_ptr<const Bitmap>> live;
  for (const auto& shard : snapshot.shards) {
    auto bitmap = load(shard->live);
    if (!bitmap) return propagate(bitmap);
    live.push_back(*std::move(bitmap));
  }
  auto kept = snapshot.keyIndex->filtered([&](ContactId contact) {
    return shardOf(contact) < live.size() && live[shardOf(contact)]->contains(localOf(contact));
  });
  if (!kept) return propagate(kept);
  (*draft).keyIndex = std::make_shared<const KeyIndex>(*std::move(kept));
  return {};
}

// The items that have no attribute, ascending.
Result<std::vector<ContactId>> bareItems(const Snapshot& items) {
  std::vector<ContactId> bare;
  for (ShardIndex index = 0; index < items.shards.size(); ++index) {
    const Shard& shard = *items.shards[index];
    std::vector<std::shared_ptr<const Bitmap>> present;
    for (const auto& [attribute, field] : shard.fields) {
      auto bitmap = load(field->present);
      if (!bitmap) return propagate(bitmap);
      present.push_back(*std::move(bitmap));
    }
    auto live = load(shard.live);
    if (!live) return propagate(live);
    (*live)->forEach([&](LocalId item) {
      const bool isBare =
          std::none_of(present.begin(), present.end(), [&](const auto& has) { return has->contains(item); });
      if (isBare) bare.push_back(contactAt(index, item));
    });
  }
  return bare;
}

// The items that neither the catalog nor any event says anything of: events named them once, and are gone.
Result<std::vector<ContactId>> forgottenItems(const Snapshot& snapshot, CatalogId catalog, const Snapshot& items) {
  auto bare = bareItems(items);
  if (!bare) return bare;
  for (const EventType& type : snapshot.events->types()) {
    for (const auto& [property, referred] : type.references) {
      if (bare->empty() || referred != catalog) continue;
      auto used = usedByEvents(snapshot, type.id, property, items.nextContact());
      if (!used) return propagate(used);
      std::erase_if(*bare, [&](ContactId item) { return item < used->size() && (*used)[item]; });
    }
  }
  return bare;
}

// The items of a catalog without those that are forgotten, and what those were called; null where there is none.
Result<SnapshotPtr> prunedItems(const Snapshot& snapshot, CatalogId catalog, const Snapshot& items) {
  auto forgotten = forgottenItems(snapshot, catalog, items);
  if (!forgotten) return propagate(forgotten);
  if (forgotten->empty()) return pruned(items);
  ChangeBatch batch;
  batch.erased = *std::move(forgotten);
  auto rest = apply(items, batch, snapshot.sequence);
  if (!rest) return propagate(rest);
  auto next = pruned(**rest);
  return !next || *next != nullptr ? next : rest;
}

}  // namespace

Result<SnapshotPtr> pruned(const Snapshot& snapshot) {
  Draft draft(snapshot);
  if (auto done = pruneDictionaries(snapshot, draft); !done) return propagate(done);
  if (auto done = pruneKeyIndex(snapshot, draft); !done) return propagate(done);
  for (const auto& [catalog, items] : snapshot.catalogs) {
    auto rest = prunedItems(snapshot, catalog, *items);
    if (!rest) return rest;
    if (*rest != nullptr) (*draft).catalogs[catalog] = *std::move(rest);
  }
  return draft.take();
}

}  // namespace roster
