// roster schema show|add|rename|drop: the fields of a database.
#include <fmt/format.h>

#include "index/engine/schema_changes.h"
#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct SchemaOptions {
  std::string directory;
  std::string field;
  std::string argument;  // a kind, or a new name
  bool json = false;
};

void printJson(Console& console, const Snapshot& snapshot, const std::vector<FieldFigures>& fields) {
  JsonWriter json;
  json.beginObject();
  json.key("contacts").number(snapshot.liveCount());
  json.key("timezone").string(snapshot.zone->name());
  json.key("snapshot").number(snapshot.sequence);
  json.key("fields").beginArray();
  for (const FieldFigures& field : fields) {
    json.beginObject();
    json.key("field").string(field.field.name).key("kind").string(format(field.field.type));
    json.key("values");
    if (isCoded(field.field.type.kind)) json.number(field.values);
    else json.null();  // not counted
    json.key("contacts").number(field.contacts).key("bytes").number(field.bytes);
    json.endObject();
  }
  json.endArray().endObject();
  console.print(json.text());
}

Outcome<> show(const SchemaOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto fields = fieldFigures(*snapshot);
  if (!fields) return failedOnData(fields.error());
  if (options.json) {
    printJson(program.console, *snapshot, *fields);
    return ExitCode::ok;
  }
  TextTable table({{"field"}, {"kind"}, {"values", Align::right}, {"contacts", Align::right}, {"bytes", Align::right}});
  for (const FieldFigures& field : *fields) {
    // Distinct values are not counted where there are about as many as contacts.
    const bool distinct = isCoded(field.field.type.kind);
    table.addRow({field.field.name, format(field.field.type), distinct ? grouped(field.values) : "",
                  grouped(field.contacts), grouped(field.bytes)});
  }
  program.console.print(table.render());
  program.console.note(fmt::format("{}, {}, time zone {}", counted(fields->size(), "field", "fields"),
                                   counted(snapshot->liveCount(), "contact", "contacts"), snapshot->zone->name()));
  return ExitCode::ok;
}

Outcome<> finish(Program& program, const Result<void>& done, const std::string& what) {
  if (!done) return failedOnName(done.error());
  program.console.note(what);
  return ExitCode::ok;
}

Outcome<> add(const SchemaOptions& options, Program& program) {
  const auto type = parseFieldType(options.argument);
  if (!type) return failed(type.error());
  auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  return finish(program, addField(**database, options.field, *type),
                fmt::format("added field {}, {}", options.field, format(*type)));
}

Outcome<> rename(const SchemaOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  return finish(program, renameField(**database, options.field, options.argument),
                fmt::format("renamed field {} to {}", options.field, options.argument));
}

Outcome<> drop(const SchemaOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  return finish(program, dropField(**database, options.field), fmt::format("dropped field {}", options.field));
}

}  // namespace

void addSchema(CLI::App& program, Chosen& chosen) {
  CLI::App& group = addGroup(program, "schema", "Print or change the fields of a database",
                             {"roster schema show shop", "roster schema rename shop nmae name"});
  auto options = std::make_shared<SchemaOptions>();

  CLI::App& showing = addCommand(group, "show", "The fields: kind, distinct values, contacts that have one, bytes",
                                 {"roster schema show shop"});
  addDatabaseArgument(showing, options->directory);
  addJsonFlag(showing, options->json);
  runs(showing, chosen, options, show);

  CLI::App& adding = addCommand(group, "add", "Add a field",
                                {"roster schema add shop tags set", "roster schema add shop balance 'decimal(2)'"});
  addDatabaseArgument(adding, options->directory);
  adding.add_option("FIELD", options->field, "The new field's name")->required();
  adding
      .add_option("KIND", options->argument,
                  "bool, category, set, set(date), set(integer), integer, decimal(n), date, timestamp, text, "
                  "text(indexed)")
      ->required();
  runs(adding, chosen, options, add);

  CLI::App& renaming =
      addCommand(group, "rename", "Rename a field, in saved segments too", {"roster schema rename shop town city"});
  addDatabaseArgument(renaming, options->directory);
  renaming.add_option("FIELD", options->field, "The field")->required();
  renaming.add_option("NAME", options->argument, "Its new name")->required();
  runs(renaming, chosen, options, rename);

  CLI::App& dropping = addCommand(group, "drop", "Drop a field and all its values, unless a saved segment uses it",
                                  {"roster schema drop shop note"});
  addDatabaseArgument(dropping, options->directory);
  dropping.add_option("FIELD", options->field, "The field")->required();
  runs(dropping, chosen, options, drop);
}

}  // namespace roster::tools
