// roster contact show: everything known of one contact.
#include <fmt/format.h>

#include "core/eval/contact_record.h"
#include "core/eval/naive_evaluator.h"
#include "core/query/binder.h"
#include "core/query/printer.h"
#include "index/io/value_format.h"
#include "tools/commands.h"
#include "tools/json_writer.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct ContactOptions {
  std::string directory;
  std::string key;
  std::string asOf;
  bool json = false;
};

// The names of the saved segments a contact is in.
Outcome<std::vector<std::string>> segmentsOf(const ContactRecord& contact, const Snapshot& snapshot, Instant now) {
  std::vector<std::string> names;
  for (const auto& [name, segment] : *snapshot.segments) {
    const std::string predicate = "segment " + printString(name);
    const auto bound = bindText(predicate, {*snapshot.schema, *snapshot.segments, *snapshot.zone, now});
    if (!bound) return failedOnPredicate(bound.error(), predicate);
    if (matches(*bound, contact, *snapshot.schema, *snapshot.zone)) names.push_back(name);
  }
  return names;
}

void printJson(Console& console, const ContactRecord& contact, const Schema& schema,
               const std::vector<std::string>& segments) {
  JsonWriter json;
  json.beginObject().key("key").string(contact.key).key("id").number(std::uint64_t{contact.id});
  json.key("values").beginObject();
  for (const Field& field : schema.fields()) {
    const auto value = contact.values.find(field.id);
    if (value == contact.values.end()) continue;
    json.key(field.name).json(jsonText(value->second, field.type));
  }
  json.endObject().key("segments").beginArray();
  for (const std::string& segment : segments) json.string(segment);
  json.endArray().endObject();
  console.print(json.text());
}

void printTable(Console& console, const ContactRecord& contact, const Schema& schema,
                const std::vector<std::string>& segments) {
  TextTable table({{""}, {""}});
  table.addRow({"key", contact.key});
  for (const Field& field : schema.fields()) {
    const auto value = contact.values.find(field.id);
    if (value != contact.values.end()) table.addRow({field.name, plainText(value->second, field.type)});
  }
  table.addRow({"segments", segments.empty() ? "(none)" : fmt::format("{}", fmt::join(segments, ", "))});
  console.print(table.render());
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
  const auto segments = segmentsOf(*contact, *snapshot, *now);
  if (!segments) return passOn(segments);
  if (options.json) printJson(program.console, *contact, *snapshot->schema, *segments);
  else printTable(program.console, *contact, *snapshot->schema, *segments);
  return ExitCode::ok;
}

}  // namespace

void addContact(CLI::App& program, Chosen& chosen) {
  CLI::App& group = addGroup(program, "contact", "Look at one contact", {"roster contact show shop anna@example.com"});
  auto options = std::make_shared<ContactOptions>();
  CLI::App& command = addCommand(group, "show", "Everything known of a contact, and the segments it is in",
                                 {"roster contact show shop anna@example.com"});
  addDatabaseArgument(command, options->directory);
  command.add_option("KEY", options->key, "The contact's key")->required();
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, show);
}

}  // namespace roster::tools
