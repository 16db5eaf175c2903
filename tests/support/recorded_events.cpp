#include "tests/support/recorded_events.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include "core/data/apply.h"

namespace roster {

namespace {

// Distinct strings in order of first appearance.
class Interned {
 public:
  std::int64_t add(const std::string& text) {
    const auto [found, isNew] = numbers_.try_emplace(text, static_cast<std::int64_t>(numbers_.size()));
    if (isNew) strings.append(text);
    return found->second;
  }
  StringColumn strings;

 private:
  std::map<std::string, std::int64_t> numbers_;
};

std::int64_t storedValue(const FieldValue& value, Interned& interned) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  if (const auto* text = std::get_if<std::string>(&value)) return interned.add(*text);
  return std::get<std::int64_t>(value);
}

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
    std::map<FieldId, std::pair<FieldChanges, Interned>> fields;
    ContactId next = static_cast<ContactId>(known.nextContact());
    for (const auto& [key, values] : items) {
      ContactId item = findContact(known, key).value();
      if (item == kNoContact) {
        changes.changes.newKeys.append(key);
        item = next++;
      }
      for (const auto& [attribute, value] : values) {
        auto& [field, interned] = fields[attribute];
        field.field = attribute;
        field.contacts.push_back(item);
        field.values.push_back(storedValue(value, interned));
      }
    }
    for (auto& [attribute, field] : fields) {
      field.first.strings = field.second.strings;
      changes.changes.fields.push_back(std::move(field.first));
    }
    batch.catalogs.push_back(std::move(changes));
  }
  return batch;
}

}  // namespace

std::vector<EventChanges> eventChangesOf(const EventSchema& events,
                                         const std::vector<std::pair<ContactId, const EventRecord*>>& recorded) {
  std::map<EventId, EventChanges> byType;
  std::map<std::pair<EventId, FieldId>, std::pair<PropertyValues, Interned>> values;
  for (const auto& [contact, event] : recorded) {
    EventChanges& changes = byType[EventId{event->event}];
    changes.event = EventId{event->event};
    for (const auto& [property, value] : event->values) {
      auto& [own, interned] = values[{changes.event, property}];
      own.property = property;
      own.rows.push_back(static_cast<std::uint32_t>(changes.contacts.size()));
      own.values.push_back(storedValue(value, interned));
    }
    changes.contacts.push_back(contact);
    changes.times.push_back(event->time);
  }
  for (auto& [id, own] : values) {
    EXPECT_NE(events.findType(id.first)->properties.find(id.second), nullptr);
    own.first.strings = own.second.strings;
    byType[id.first].properties.push_back(std::move(own.first));
  }
  std::vector<EventChanges> all;
  for (auto& [id, changes] : byType) all.push_back(std::move(changes));
  return all;
}

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
