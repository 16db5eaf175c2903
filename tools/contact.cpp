// roster contact show: everything known of one contact.
#include <fmt/format.h>

#include "core/eval/contact_match.h"
#include "core/eval/contact_record.h"
#include "core/eval/event_history.h"
#include "core/query/printer.h"
#include "index/io/json_writer.h"
#include "index/io/value_format.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct ContactOptions {
  std::string directory;
  std::string key;
  std::string asOf;
  std::size_t events = 20;
  bool json = false;
};

// The names of the saved segments a contact is in.
Outcome<std::vector<std::string>> segmentsOf(ContactId contact, const SnapshotPtr& snapshot, Instant now) {
  std::vector<std::string> names;
  for (const auto& [name, segment] : *snapshot->segments) {
    const std::string predicate = "segment " + printString(name);
    const auto query = Query::compile(predicate, snapshot, now);
    if (!query) return failedOnPredicate(query.error(), predicate);
    const auto holds = holdsFor(*query, contact);
    if (!holds) return failedOnData(holds.error());
    if (*holds) names.push_back(name);
  }
  return names;
}

const Field* propertyOf(const EventSchema& events, const EventRecord& event, FieldId property) {
  return events.findType(EventId{event.event})->properties.find(property);
}

void writeHistory(JsonWriter& json, const EventHistory& history, const EventSchema& events) {
  json.key("eventCount").number(history.count).key("events").beginArray();
  for (auto event = history.events.rbegin(); event != history.events.rend(); ++event) {
    json.beginObject().key("time").string(formatInstant(event->time));
    json.key("event").string(events.findType(EventId{event->event})->name).key("properties").beginObject();
    for (const auto& [id, value] : event->values) {
      const Field* property = propertyOf(events, *event, id);
      json.key(property->name).json(jsonText(value, property->type));
    }
    json.endObject().endObject();
  }
  json.endArray();
}

// The latest first.
std::string historyTable(const EventHistory& history, const EventSchema& events) {
  TextTable table({{"time"}, {"event"}, {"properties"}});
  for (auto event = history.events.rbegin(); event != history.events.rend(); ++event) {
    std::vector<std::string> values;
    for (const auto& [id, value] : event->values) {
      const Field* property = propertyOf(events, *event, id);
      values.push_back(fmt::format("{}={}", property->name, plainText(value, property->type)));
    }
    table.addRow({formatInstant(event->time), events.findType(EventId{event->event})->name,
                  fmt::format("{}", fmt::join(values, "  "))});
  }
  return table.render();
}

void printJson(Console& console, const ContactRecord& contact, const Snapshot& snapshot,
               const std::vector<std::string>& segments, const EventHistory& history) {
  JsonWriter json;
  json.beginObject().key("key").string(contact.key).key("id").number(std::uint64_t{contact.id});
  json.key("values").beginObject();
  for (const Field& field : snapshot.schema->fields()) {
    const auto value = contact.values.find(field.id);
    if (value == contact.values.end()) continue;
    json.key(field.name).json(jsonText(value->second, field.type));
  }
  json.endObject().key("segments").beginArray();
  for (const std::string& segment : segments) json.string(segment);
  json.endArray();
  if (!snapshot.events->types().empty()) writeHistory(json, history, *snapshot.events);
  json.endObject();
  console.print(json.text());
}

void printTable(Console& console, const ContactRecord& contact, const Snapshot& snapshot,
                const std::vector<std::string>& segments, const EventHistory& history) {
  TextTable table({{""}, {""}});
  table.addRow({"key", contact.key});
  for (const Field& field : snapshot.schema->fields()) {
    const auto value = contact.values.find(field.id);
    if (value != contact.values.end()) table.addRow({field.name, plainText(value->second, field.type)});
  }
  table.addRow({"segments", segments.empty() ? "(none)" : fmt::format("{}", fmt::join(segments, ", "))});
  console.print(table.render());
  if (history.events.empty()) return;
  console.print("\n" + historyTable(history, *snapshot.events));
  if (history.events.size() < history.count) {
    console.note(fmt::format("the latest {} of {}; --events N shows more", grouped(history.events.size()),
                             counted(history.count, "event", "events")));
  }
}

Outcome<> show(const ContactOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto now = evaluationInstant(options.asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto id = findContact(*snapshot, options.key);
  if (!id) return failedOnData(id.error());
  if (*id == kNoContact) {
    return failedOnData({ErrorCode::notFound,
                         fmt::format("no contact has the key '{}'; keys are compared byte for byte", options.key),
                         {}});
  }
  const auto contact = readContact(*snapshot, *id);
  if (!contact) return failedOnData(contact.error());
  const auto segments = segmentsOf(*id, snapshot, *now);
  if (!segments) return passOn(segments);
  const auto history = readHistory(*snapshot, *id, options.events);
  if (!history) return failedOnData(history.error());
  if (options.json) printJson(program.console, *contact, *snapshot, *segments, *history);
  else printTable(program.console, *contact, *snapshot, *segments, *history);
  return ExitCode::ok;
}

}  // namespace

void addContact(CLI::App& program, Chosen& chosen) {
  CLI::App& group = addGroup(program, "contact", "Look at one contact", {"roster contact show shop anna@example.com"});
  auto options = std::make_shared<ContactOptions>();
  CLI::App& command =
      addCommand(group, "show", "Everything known of a contact, the segments it is in, and what it did last",
                 {"roster contact show shop anna@example.com"});
  addDatabaseArgument(command, options->directory);
  command.add_option("KEY", options->key, "The contact's key")->required();
  command.add_option("--events", options->events, "So many of its latest events (default 20)")->type_name("N");
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, show);
}

}  // namespace roster::tools
