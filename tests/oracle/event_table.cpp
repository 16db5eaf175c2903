#include "tests/oracle/event_table.h"

#include <fmt/format.h>

#include "core/query/event_fields.h"
#include "tests/oracle/sql_functions.h"
#include "tests/oracle/sql_translator.h"

namespace roster::oracle {

namespace {

std::int64_t floorMod(std::int64_t number, std::int64_t by) { return (number % by + by) % by; }

}  // namespace

EventTable::EventTable(const EventFacts& facts, const WallClock& clock) : facts_(facts), clock_(clock) {
  database_.execute("CREATE TABLE contacts(id INTEGER PRIMARY KEY, key TEXT NOT NULL)");
  for (const EventType& type : facts.schema.types()) {
    std::string columns;
    const Schema schema = endSchemaOf(type, facts.schema);
    for (const Field& field : schema.fields()) columns += ", " + columnOf(field);
    database_.execute(
        fmt::format("CREATE TABLE events{}(contact INTEGER, ordinal INTEGER, time INTEGER, local_day INTEGER{})",
                    type.id, columns));
    database_.execute(fmt::format("CREATE INDEX by_contact{0} ON events{0}(contact, time)", type.id));
  }
  defineFunctions(database_, clock);
}

void EventTable::add(const ContactRecord& contact) {
  database_.prepare("INSERT INTO contacts VALUES(?1, ?2)").run({std::int64_t{contact.id}, contact.key});
  for (std::size_t i = 0; i < contact.events.size(); ++i) {
    addEvent(contact, static_cast<std::int64_t>(i), contact.events[i]);
  }
}

void EventTable::addEvent(const ContactRecord& contact, std::int64_t ordinal, const EventRecord& event) {
  const EventType& type = *facts_.schema.findType(EventId{event.event});
  std::vector<SqlValue> row = {std::int64_t{contact.id}, ordinal, event.time, clock_.localDayOf(event.time)};
  std::string places = "?1, ?2, ?3, ?4";
  const Schema schema = endSchemaOf(type, facts_.schema);
  for (const Field& field : schema.fields()) {
    row.push_back(valueOf(event, field.id));
    places += ", ?";
  }
  database_.prepare(fmt::format("INSERT INTO events{} VALUES({})", type.id, places)).run(row);
}

SqlValue EventTable::valueOf(const EventRecord& event, FieldId column) const {
  constexpr const char* kWeekdays[] = {"thu", "fri", "sat", "sun", "mon", "tue", "wed"};  // day 0 was a Thursday
  const EventField field = eventFieldOf(column);
  const std::int64_t day = clock_.localDayOf(event.time);
  switch (field.source) {
    case EventField::Source::time: return event.time;
    case EventField::Source::hour: return floorMod(clock_.localOf(event.time), kDay) / kHour;
    case EventField::Source::weekday: return std::string(kWeekdays[floorMod(day, 7)]);
    case EventField::Source::dayOfMonth: return std::int64_t{civilOf(day).day};
    case EventField::Source::month: return std::int64_t{civilOf(day).month};
    default: break;
  }
  const auto own = event.values.find(field.property);
  if (own == event.values.end()) return std::nullopt;
  if (field.source == EventField::Source::property) return sqlValue(own->second);
  const auto catalog = facts_.schema.findType(EventId{event.event})->catalogOf(field.property);
  const auto& items = facts_.items.at(catalog);
  const auto item = items.find(std::get<std::string>(own->second));
  if (item == items.end()) return std::nullopt;
  const auto attribute = item->second.find(field.attribute);
  return attribute == item->second.end() ? SqlValue() : sqlValue(attribute->second);
}

std::vector<ContactId> EventTable::matching(const std::string& condition) const {
  std::vector<ContactId> ids;
  database_.prepare("SELECT id FROM contacts WHERE " + condition + " ORDER BY id").forEachNumber([&](std::int64_t id) {
    ids.push_back(static_cast<ContactId>(id));
  });
  return ids;
}

}  // namespace roster::oracle
