#include "tests/support/recorded_events.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "core/data/apply.h"
#include "tests/support/event_changes.h"
#include "tests/support/sample_fields.h"

namespace roster {

namespace {

void applyTo(SnapshotPtr& snapshot, const ChangeBatch& batch) {
  auto after = apply(*snapshot, batch, snapshot->sequence + 1);
  ASSERT_TRUE(after) << after.error().message;
  snapshot = *std::move(after);
}

ChangeBatch schemaBatch(const EventFacts& facts, const std::vector<ContactRecord>& contacts) {
  ChangeBatch batch;
  batch.events = facts.schema;
  const ContactId count = contacts.empty() ? 0 : contacts.back().id + 1;
  auto own = contacts.begin();
  for (ContactId id = 0; id < count; ++id) {
    batch.newKeys.append(own->id == id ? (own++)->key : fmt::format("none {}", id));
  }
  return batch;
}

// All items of the catalogs, which only come to have attributes here where events have named them before.
ChangeBatch itemsBatch(const EventFacts& facts, const Snapshot& snapshot) {
  ChangeBatch batch;
  for (const auto& [catalog, items] : facts.items) {
    CatalogChanges changes{catalog, {}};
    const Snapshot& known = *snapshot.catalogs.at(catalog);
    const Schema& attributes = facts.schema.findCatalog(catalog)->attributes;
    std::map<FieldId, ChangesBuilder> fields;
    ContactId next = static_cast<ContactId>(known.nextContact());
    for (const auto& [key, values] : items) {
      ContactId item = findContact(known, key).value();
      if (item == kNoContact) {
        changes.changes.newKeys.append(key);
        item = next++;
      }
      for (const auto& [attribute, value] : values) {
        fields.try_emplace(attribute, *attributes.find(attribute)).first->second.add(item, ChangeOp::set, value);
      }
    }
    for (auto& [attribute, field] : fields) changes.changes.fields.push_back(field.take());
    batch.catalogs.push_back(std::move(changes));
  }
  return batch;
}

}  // namespace

SnapshotPtr recordedSnapshot(const EventFacts& facts, const std::vector<ContactRecord>& contacts, const TimeZone& zone,
                             RandomSource& random) {
  auto empty = std::make_shared<Snapshot>();
  empty->zone = std::make_shared<const TimeZone>(zone);
  SnapshotPtr snapshot = std::move(empty);
  applyTo(snapshot, schemaBatch(facts, contacts));
  std::vector<std::size_t> next(contacts.size(), 0);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    if (!contacts[i].events.empty()) open.push_back(i);
  }
  bool hasItems = false;
  while (!open.empty()) {
    if (!hasItems && random.chance(30)) {
      applyTo(snapshot, itemsBatch(facts, *snapshot));
      hasItems = true;
    }
    std::vector<std::pair<ContactId, const EventRecord*>> recorded;
    for (auto events = 1 + random.below(random.oneOf({3U, 100U})); events != 0 && !open.empty(); --events) {
      const std::size_t at = random.below(open.size());
      const std::size_t contact = open[at];
      recorded.emplace_back(contacts[contact].id, &contacts[contact].events[next[contact]++]);
      if (next[contact] == contacts[contact].events.size()) open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    }
    ChangeBatch batch;
    batch.recorded = eventChangesOf(facts.schema, recorded);
    applyTo(snapshot, batch);
  }
  if (!hasItems) applyTo(snapshot, itemsBatch(facts, *snapshot));
  return snapshot;
}

}  // namespace roster
