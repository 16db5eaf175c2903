#include "tests/support/event_model.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/base/civil_time.h"
#include "core/eval/event_history.h"
#include "tests/support/sample_fields.h"

namespace roster {

namespace {

// What a batch says of a value, as a history has it.
FieldValue valueOf(FieldKind kind, std::int64_t stored, const StringColumn& strings) {
  if (kind == FieldKind::boolean) return stored == 1;
  if (kind == FieldKind::category) return std::string(strings[static_cast<std::size_t>(stored)]);
  return stored;
}

Result<std::vector<KeyEntry>> entriesOf(const KeyIndex& index) {
  std::vector<KeyEntry> entries;
  for (const KeyIndex::Run& run : index.runs()) {
    for (const KeyIndexPart& part : run) {
      auto loaded = load(part.run);
      if (!loaded) return propagate(loaded);
      for (std::uint32_t i = 0; i < (*loaded)->size(); ++i) entries.push_back((**loaded)[i]);
    }
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

void EventModel::apply(const ChangeBatch& batch, const std::function<bool(ContactId)>& isLive) {
  if (batch.events) replaceSchema(*batch.events);
  for (const CatalogChanges& changes : batch.catalogs) changeItems(changes);
  for (const EventChanges& changes : batch.recorded) record(changes, isLive);
  for (const EventRetention& retention : batch.retained) {
    eraseEvents(
        [&](const EventRecord& event) { return event.event == retention.event && event.time < retention.from; });
  }
  for (const ContactId contact : batch.erased) histories_.erase(contact);
}

template <class Gone>
void EventModel::eraseEvents(const Gone& gone) {
  for (auto& [contact, history] : histories_) {
    std::erase_if(history, [&](const Recorded& recorded) { return gone(recorded.event); });
  }
  std::erase_if(histories_, [](const auto& entry) { return entry.second.empty(); });
}

void EventModel::replaceSchema(const EventSchema& schema) {
  facts_.schema = schema;
  eraseEvents([&](const EventRecord& event) { return schema.findType(EventId{event.event}) == nullptr; });
  for (const Catalog& catalog : schema.catalogs()) catalogs_[catalog.id];
}

void EventModel::nameItem(CatalogId catalog, const std::string& key) {
  Items& items = catalogs_.at(catalog);
  if (items.ids.try_emplace(key, items.next).second) ++items.next;
}

void EventModel::changeItems(const CatalogChanges& changes) {
  const ChangeBatch& batch = changes.changes;
  for (std::size_t i = 0; i < batch.newKeys.size(); ++i) nameItem(changes.catalog, std::string(batch.newKeys[i]));
  std::map<ContactId, std::string> keys;
  for (const auto& [key, id] : catalogs_.at(changes.catalog).ids) keys[id] = key;
  const Schema& attributes = facts_.schema.findCatalog(changes.catalog)->attributes;
  auto& items = facts_.items[changes.catalog];
  for (const FieldChanges& field : batch.fields) {
    const FieldKind kind = attributes.find(field.field)->type.kind;
    for (std::size_t i = 0; i < field.contacts.size(); ++i) {
      auto& values = items[keys.at(field.contacts[i])];
      const bool isCleared = !field.ops.empty() && field.ops[i] == ChangeOp::clear;
      if (isCleared) values.erase(field.field);
      else values[field.field] = valueOf(kind, field.values[i], field.strings);
    }
  }
  std::erase_if(items, [](const auto& item) { return item.second.empty(); });
}

void EventModel::record(const EventChanges& changes, const std::function<bool(ContactId)>& isLive) {
  const EventType& type = *facts_.schema.findType(changes.event);
  std::vector<Recorded> events(changes.contacts.size());
  for (std::size_t row = 0; row < events.size(); ++row) {
    events[row].event = {changes.event, changes.times[row], {}};
    if (!changes.identities.empty()) events[row].identity = changes.identities[row];
  }
  for (const PropertyValues& property : changes.properties) {
    const FieldKind kind = type.properties.find(property.property)->type.kind;
    std::set<std::int64_t> held;
    for (std::size_t i = 0; i < property.rows.size(); ++i) {
      events[property.rows[i]].event.values[property.property] = valueOf(kind, property.values[i], property.strings);
      held.insert(property.values[i]);
    }
    // Items come to be in the order of the batch's strings, even of events that are left out.
    const CatalogId catalog = type.catalogOf(property.property);
    for (const std::int64_t at : catalog == 0 ? std::set<std::int64_t>() : held) {
      nameItem(catalog, std::string(property.strings[static_cast<std::size_t>(at)]));
    }
  }
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (isLive(changes.contacts[row])) histories_[changes.contacts[row]].push_back(std::move(events[row]));
  }
}

void EventModel::forgetItems() {
  std::map<CatalogId, std::set<std::string>> named;
  for (const auto& [contact, history] : histories_) {
    for (const Recorded& recorded : history) {
      for (const auto& [property, catalog] : facts_.schema.findType(EventId{recorded.event.event})->references) {
        const auto value = recorded.event.values.find(property);
        if (value != recorded.event.values.end()) named[catalog].insert(std::get<std::string>(value->second));
      }
    }
  }
  for (auto& [catalog, items] : catalogs_) {
    const auto& attributes = facts_.items[catalog];
    std::erase_if(items.ids, [&, id = catalog](const auto& item) {
      return !attributes.contains(item.first) && !named[id].contains(item.first);
    });
  }
}

std::vector<EventRecord> EventModel::historyOf(ContactId contact) const {
  std::vector<EventRecord> events;
  const auto found = histories_.find(contact);
  if (found == histories_.end()) return events;
  for (const Recorded& recorded : found->second) events.push_back(recorded.event);
  return events;
}

std::size_t EventModel::eventCount() const {
  std::size_t count = 0;
  for (const auto& [contact, history] : histories_) count += history.size();
  return count;
}

bool EventModel::knows(EventId event, const EventIdentity& identity) const {
  return std::any_of(histories_.begin(), histories_.end(), [&](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(), [&](const Recorded& recorded) {
      return recorded.event.event == event && recorded.identity == identity;
    });
  });
}

std::string EventModel::differenceOfItems(const Catalog& catalog, const Snapshot& items) const {
  const Items& own = catalogs_.at(catalog.id);
  if (items.liveCount() != own.ids.size()) {
    return fmt::format("catalog '{}': {} items, not {}", catalog.name, items.liveCount(), own.ids.size());
  }
  const auto described = facts_.items.find(catalog.id);
  for (const auto& [key, id] : own.ids) {
    const auto found = findContact(items, key);
    if (!found || *found != id) return fmt::format("catalog '{}': '{}' is not found", catalog.name, key);
    const auto read = readContact(items, id);
    if (!read) return read.error().message;
    std::map<FieldId, FieldValue> expected;
    if (described != facts_.items.end() && described->second.contains(key)) expected = described->second.at(key);
    if (read->values != expected) return fmt::format("catalog '{}': '{}' has other attributes", catalog.name, key);
  }
  return "";
}

std::string EventModel::differenceOfIdentities(const EventType& type, const Snapshot& snapshot) const {
  std::vector<KeyEntry> expected;
  for (const auto& [contact, history] : histories_) {
    for (const Recorded& recorded : history) {
      if (recorded.event.event != type.id || !recorded.identity) continue;
      expected.push_back({recorded.identity->hash, recorded.identity->more});
    }
  }
  std::sort(expected.begin(), expected.end());
  const auto index = snapshot.identities.find(type.id);
  const auto held = index == snapshot.identities.end() ? std::vector<KeyEntry>() : entriesOf(*index->second);
  if (!held) return held.error().message;
  return *held == expected ? "" : fmt::format("event '{}': its ids differ", type.name);
}

std::string EventModel::difference(const Snapshot& snapshot) const {
  if (!(*snapshot.events == facts_.schema)) return "the types of events differ";
  std::size_t events = 0;
  for (const auto& shard : snapshot.shards) {
    for (const auto& [event, held] : shard->events) events += held->rows();
  }
  if (events != eventCount()) return fmt::format("there are {} events, not {}", events, eventCount());
  for (const auto& [contact, recorded] : histories_) {
    // In order of time; of one instant, type after type.
    std::vector<EventRecord> expected = historyOf(contact);
    std::stable_sort(expected.begin(), expected.end(), [](const EventRecord& a, const EventRecord& b) {
      return std::pair(a.time, a.event) < std::pair(b.time, b.event);
    });
    const auto history = readHistory(snapshot, contact);
    if (!history) return history.error().message;
    if (history->events != expected) return fmt::format("contact {}: its history differs", contact);
  }
  for (const EventType& type : facts_.schema.types()) {
    if (std::string found = differenceOfIdentities(type, snapshot); !found.empty()) return found;
  }
  for (const Catalog& catalog : facts_.schema.catalogs()) {
    const auto items = snapshot.catalogs.find(catalog.id);
    if (items == snapshot.catalogs.end()) return fmt::format("catalog '{}' has no items", catalog.name);
    if (std::string found = differenceOfItems(catalog, *items->second); !found.empty()) return found;
  }
  return "";
}

}  // namespace roster
