// roster events list|retain|drop: what a database keeps of what contacts did.
#include <fmt/format.h>

#include "index/engine/event_changes.h"
#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct EventsOptions {
  std::string directory;
  std::string event;
  std::uint64_t days = 0;
  std::string unit;
  std::string asOf;
  bool dryRun = false;
  bool json = false;
};

void printJson(Console& console, const EventSchema& schema, const std::vector<EventFigures>& events,
               const std::vector<CatalogFigures>& catalogs) {
  JsonWriter json;
  json.beginObject().key("events").beginArray();
  for (const EventFigures& own : events) {
    json.beginObject().key("event").string(own.type.name).key("count").number(own.events);
    json.key("withIds").number(own.withIds);
    for (const auto& [key, instant] : {std::pair("first", own.first), std::pair("last", own.last)}) {
      json.key(key);
      if (own.events == 0) json.null();
      else json.string(formatInstant(instant));
    }
    json.key("bytes").number(own.bytes).key("properties").beginArray();
    for (const Field& property : own.type.properties.fields()) {
      json.beginObject().key("property").string(property.name);
      json.key("kind").string(schema.kindOf(own.type, property)).endObject();
    }
    json.endArray().endObject();
  }
  json.endArray().key("catalogs").beginArray();
  for (const CatalogFigures& own : catalogs) {
    json.beginObject().key("catalog").string(own.catalog.name).key("items").number(own.items);
    json.key("bytes").number(own.bytes).key("attributes").beginArray();
    for (const Field& attribute : own.catalog.attributes.fields()) {
      json.beginObject().key("attribute").string(attribute.name);
      json.key("kind").string(format(attribute.type)).endObject();
    }
    json.endArray().endObject();
  }
  json.endArray().endObject();
  console.print(json.text());
}

std::string eventTable(const EventSchema& schema, const std::vector<EventFigures>& events) {
  TextTable table({{"event"}, {"count", Align::right}, {"first"}, {"last"}, {"bytes", Align::right}, {"properties"}});
  for (const EventFigures& own : events) {
    std::vector<std::string> properties;
    for (const Field& property : own.type.properties.fields()) {
      properties.push_back(fmt::format("{} {}", property.name, schema.kindOf(own.type, property)));
    }
    const bool any = own.events != 0;
    table.addRow({own.type.name, grouped(own.events), any ? formatInstant(own.first) : "",
                  any ? formatInstant(own.last) : "", grouped(own.bytes),
                  fmt::format("{}", fmt::join(properties, ", "))});
  }
  return table.render();
}

std::string catalogTable(const std::vector<CatalogFigures>& catalogs) {
  TextTable table({{"catalog"}, {"items", Align::right}, {"bytes", Align::right}, {"attributes"}});
  for (const CatalogFigures& own : catalogs) {
    std::vector<std::string> attributes;
    for (const Field& attribute : own.catalog.attributes.fields()) {
      attributes.push_back(fmt::format("{} {}", attribute.name, format(attribute.type)));
    }
    table.addRow(
        {own.catalog.name, grouped(own.items), grouped(own.bytes), fmt::format("{}", fmt::join(attributes, ", "))});
  }
  return table.render();
}

Outcome<> list(const EventsOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto events = eventFigures(*snapshot);
  const auto catalogs = catalogFigures(*snapshot);
  if (options.json) {
    printJson(program.console, *snapshot->events, events, catalogs);
    return ExitCode::ok;
  }
  if (!events.empty()) program.console.print(eventTable(*snapshot->events, events));
  if (!catalogs.empty()) program.console.print((events.empty() ? "" : "\n") + catalogTable(catalogs));
  std::uint64_t count = 0;
  for (const EventFigures& own : events) count += own.events;
  program.console.note(fmt::format("{} of {}, {}", counted(count, "event", "events"),
                                   counted(events.size(), "type", "types"),
                                   counted(catalogs.size(), "catalog", "catalogs")));
  return ExitCode::ok;
}

// Before anything is removed.
std::string describe(const EventsOptions& options, const RetentionPlan& plan) {
  return fmt::format("{} {} of '{}', those before {}; {} from that day on stay",
                     options.dryRun ? "would remove" : "removing", counted(plan.events, "event", "events"),
                     options.event, formatDay(plan.firstKept), grouped(plan.kept));
}

Outcome<> retain(const EventsOptions& options, Program& program) {
  if (options.unit != "days" && options.unit != "day") {
    return refuse(
        fmt::format("events are retained for whole days, such as 400 days, not '{} {}'", options.days, options.unit));
  }
  auto database = openDatabase(program, options.directory, options.dryRun ? Access::read : Access::write);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto now = evaluationInstant(options.asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto plan = planRetention(*snapshot, options.event, options.days, *now);
  if (!plan) return failedOnName(plan.error());
  program.console.note(describe(options, *plan));
  if (options.dryRun || plan->events == 0) return ExitCode::ok;
  if (const auto done = retainEvents(**database, *plan); !done) return failedOnData(done.error());
  program.console.note(
      fmt::format("removed; roster compact {} removes them from the files for good", options.directory));
  return ExitCode::ok;
}

Outcome<> drop(const EventsOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  const auto done = dropEvents(**database, options.event);
  if (!done) return failedOnName(done.error());
  program.console.note(fmt::format("dropped event {} with all its events", options.event));
  return ExitCode::ok;
}

}  // namespace

void addEvents(CLI::App& program, Chosen& chosen) {
  CLI::App& group = addGroup(program, "events", "What a database keeps of what contacts did",
                             {"roster events list shop", "roster events retain shop visit 400 days"});
  auto options = std::make_shared<EventsOptions>();

  CLI::App& listing =
      addCommand(group, "list", "The types of events: properties, counts, spans and bytes; and the catalogs",
                 {"roster events list shop"});
  addDatabaseArgument(listing, options->directory);
  addJsonFlag(listing, options->json);
  runs(listing, chosen, options, list);

  CLI::App& retaining =
      addCommand(group, "retain",
                 "Drop the events of a type that are older than so many whole days, and say first how many they are",
                 {"roster events retain shop visit 400 days --dry-run", "roster events retain shop visit 400 days"});
  addDatabaseArgument(retaining, options->directory);
  retaining.add_option("EVENT", options->event, "The type of events")->required();
  retaining.add_option("N", options->days, "How many days before today stay")->required();
  retaining.add_option("days", options->unit, "The word `days`")->required();
  addAsOf(retaining, options->asOf);
  retaining.add_flag("--dry-run", options->dryRun, "Say how many events it would be, and remove nothing");
  runs(retaining, chosen, options, retain);

  CLI::App& dropping = addCommand(group, "drop", "Drop a type with all its events, unless a saved segment uses it",
                                  {"roster events drop shop visit"});
  addDatabaseArgument(dropping, options->directory);
  dropping.add_option("EVENT", options->event, "The type of events")->required();
  runs(dropping, chosen, options, drop);
}

}  // namespace roster::tools
