#include "index/engine/event_changes.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "index/engine/segments.h"
#include "index/engine/slot_walk.h"

namespace roster {

namespace {

// Shows f every block of a type's events.
template <class F>
void eachPart(const Snapshot& snapshot, EventId event, F&& f) {
  for (const auto& shard : snapshot.shards) {
    const EventShard* events = shard->eventsOf(event);
    if (events == nullptr) continue;
    for (const EventChunk& chunk : events->chunks) chunk.forEachPart(f);
  }
}

EventFigures figuresOf(const EventType& type, const Snapshot& snapshot) {
  EventFigures figures{type, 0, 0, std::numeric_limits<Instant>::max(), std::numeric_limits<Instant>::min(), 0};
  eachPart(snapshot, type.id, [&](const EventPart& part) {
    figures.events += part.rows;
    figures.bytes += part.block->bytes();
    figures.first = std::min(figures.first, part.least);
    figures.last = std::max(figures.last, part.greatest);
  });
  if (const auto known = snapshot.identities.find(type.id); known != snapshot.identities.end()) {
    for (const KeyIndex::Run& run : known->second->runs()) {
      for (const KeyIndexPart& part : run) figures.withIds += part.size;
    }
    walkSlots(*known->second, type.id, [&](const auto& slot, const PieceKey&) { figures.bytes += slot->bytes(); });
  }
  for (const Field& property : type.properties.fields()) {
    const auto dictionary = snapshot.dictionaries.find(dictionaryOf(type.id, property.id));
    if (dictionary == snapshot.dictionaries.end()) continue;
    for (const DictionaryPart& part : dictionary->second->parts()) figures.bytes += part.segment->bytes();
  }
  return figures;
}

// How many events of a block lie before an instant.
Result<std::uint64_t> countBefore(const EventPart& part, Instant from) {
  if (part.greatest < from) return part.rows;
  if (part.least >= from) return 0;
  auto block = part.block->get();
  if (!block) return propagate(block);
  return (*block)->times().lowerBound(from);
}

}  // namespace

std::vector<EventFigures> eventFigures(const Snapshot& snapshot) {
  std::vector<EventFigures> figures;
  for (const EventType& type : snapshot.events->types()) figures.push_back(figuresOf(type, snapshot));
  return figures;
}

std::vector<CatalogFigures> catalogFigures(const Snapshot& snapshot) {
  std::vector<CatalogFigures> figures;
  for (const Catalog& catalog : snapshot.events->catalogs()) {
    CatalogFigures& own = figures.emplace_back(CatalogFigures{catalog, 0, 0});
    const auto items = snapshot.catalogs.find(catalog.id);
    if (items == snapshot.catalogs.end()) continue;
    own.items = items->second->liveCount();
    walkOwnSlots(*items->second, [&](const auto& slot, const PieceKey&) { own.bytes += slot->bytes(); });
  }
  return figures;
}

Result<RetentionPlan> planRetention(const Snapshot& snapshot, std::string_view event, std::uint64_t days, Instant now) {
  auto type = snapshot.events->requireType(event);
  if (!type) return propagate(type);
  const Day today = snapshot.zone->dayOf(now);
  const Day earliest = dayFromCivil({0, 1, 1});
  RetentionPlan plan;
  plan.event = (*type)->id;
  plan.firstKept = days > static_cast<std::uint64_t>(today - earliest) ? earliest : today - static_cast<Day>(days);
  plan.from = snapshot.zone->startOfDay(plan.firstKept);
  Result<void> counted;
  eachPart(snapshot, plan.event, [&](const EventPart& part) {
    auto before = counted ? countBefore(part, plan.from) : Result<std::uint64_t>(0);
    if (!before) counted = propagate(before);
    else plan.events += *before;
    plan.kept += part.rows;
  });
  if (!counted) return propagate(counted);
  plan.kept -= plan.events;
  return plan;
}

Result<void> retainEvents(Database& database, const RetentionPlan& plan) {
  ChangeBatch batch;
  batch.retained.push_back({plan.event, plan.from});
  auto committed = database.commit(CommitMode::logged, batch);
  if (!committed) return propagate(committed);
  return {};
}

Result<void> dropEvents(Database& database, std::string_view event) {
  return commitLogged(database, [&](const SnapshotPtr& before) -> Result<ChangeBatch> {
    auto events = before->events->withoutType(event);
    if (!events) return propagate(events);
    const auto users = segmentsUsingEvent(*before->segments, event);
    if (auto unused = requireUnused(fmt::format("the event '{}'", event), users); !unused) return propagate(unused);
    ChangeBatch batch;
    batch.events = *std::move(events);
    return batch;
  });
}

}  // namespace roster
