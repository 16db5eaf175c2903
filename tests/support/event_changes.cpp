#include "tests/support/event_changes.h"

#include <map>

#include "tests/support/sample_fields.h"

namespace roster {

namespace {

// The values of one property, collected as those of a field are.
struct PropertyBuilder {
  explicit PropertyBuilder(const Field& property) : changes(property) {}

  std::vector<std::uint32_t> rows;
  ChangesBuilder changes;
};

}  // namespace

std::vector<EventChanges> eventChangesOf(const EventSchema& events,
                                         const std::vector<std::pair<ContactId, const EventRecord*>>& recorded) {
  std::map<EventId, EventChanges> byType;
  std::map<std::pair<EventId, FieldId>, PropertyBuilder> builders;
  for (const auto& [contact, event] : recorded) {
    const EventType& type = *events.findType(EventId{event->event});
    EventChanges& changes = byType[type.id];
    changes.event = type.id;
    for (const auto& [property, value] : event->values) {
      auto& own = builders.try_emplace({type.id, property}, *type.properties.find(property)).first->second;
      own.rows.push_back(static_cast<std::uint32_t>(changes.contacts.size()));
      own.changes.add(contact, ChangeOp::set, value);
    }
    changes.contacts.push_back(contact);
    changes.times.push_back(event->time);
  }
  for (auto& [id, own] : builders) {
    FieldChanges values = own.changes.take();
    byType[id.first].properties.push_back(
        {id.second, std::move(own.rows), std::move(values.values), std::move(values.strings)});
  }
  std::vector<EventChanges> all;
  for (auto& [id, changes] : byType) all.push_back(std::move(changes));
  return all;
}

}  // namespace roster
