// roster segment save|list|show|count|export|rename|delete|freeze: saved predicates and frozen lists.
#include <fmt/format.h>

#include "index/engine/segments.h"
#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/counting.h"
#include "tools/exporting.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct SegmentOptions {
  std::string directory;
  std::vector<std::string> names;
  std::string name;
  std::string argument;  // a predicate, or a new name
  std::string asOf;
  bool overwrite = false;
  bool json = false;
  ExportFlags exportFlags;
};

std::string_view kindOf(const Segment& segment) { return segment.list != 0 ? "list" : "predicate"; }

// What a segment selects by, or what a list was made of.
const std::string& definitionOf(const Segment& segment) {
  return segment.list != 0 ? segment.frozenFrom : segment.predicate;
}

void writeSegment(JsonWriter& json, const std::string& name, const Segment& segment, const SegmentCatalog& segments) {
  json.beginObject().key("name").string(name).key("kind").string(kindOf(segment));
  json.key(segment.list != 0 ? "frozenFrom" : "predicate").string(definitionOf(segment));
  json.key("savedAt").string(formatInstant(segment.savedAt)).key("usedBy").beginArray();
  for (const std::string& user : segmentsReferringTo(segments, name)) json.string(user);
  json.endArray().endObject();
}

Outcome<> list(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  if (options.json) {
    JsonWriter json;
    json.beginArray();
    for (const auto& [name, segment] : *snapshot->segments) writeSegment(json, name, segment, *snapshot->segments);
    json.endArray();
    program.console.print(json.text());
    return ExitCode::ok;
  }
  TextTable table({{"segment"}, {"kind"}, {"saved"}, {"predicate"}});
  for (const auto& [name, segment] : *snapshot->segments) {
    table.addRow(
        {name, std::string(kindOf(segment)), formatDay(snapshot->zone->dayOf(segment.savedAt)), definitionOf(segment)});
  }
  program.console.print(table.render());
  return ExitCode::ok;
}

Outcome<> show(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto found = snapshot->segments->find(options.name);
  if (found == snapshot->segments->end()) return unknownSegment(*snapshot->segments, options.name);
  if (options.json) {
    JsonWriter json;
    writeSegment(json, found->first, found->second, *snapshot->segments);
    program.console.print(json.text());
    return ExitCode::ok;
  }
  const auto users = segmentsReferringTo(*snapshot->segments, options.name);
  TextTable table({{""}, {""}});
  table.addRow({"segment", found->first});
  table.addRow({"kind", std::string(kindOf(found->second))});
  table.addRow({found->second.list != 0 ? "frozen from" : "predicate", definitionOf(found->second)});
  table.addRow({"saved", formatInstant(found->second.savedAt)});
  if (!users.empty()) table.addRow({"used by", fmt::format("{}", fmt::join(users, ", "))});
  program.console.print(table.render());
  return ExitCode::ok;
}

Outcome<> save(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  const auto done = saveSegment(**database, options.name, options.argument, options.overwrite);
  if (!done) return failedOnPredicate(done.error(), options.argument);
  program.console.note(fmt::format("saved segment '{}'", options.name));
  return ExitCode::ok;
}

Outcome<> freeze(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  const auto now = evaluationInstant(options.asOf, *(*database)->snapshot()->zone, program.clock);
  if (!now) return passOn(now);
  const auto count = freezeSegment(**database, options.name, options.argument, *now, options.overwrite);
  if (!count) return failedOnPredicate(count.error(), options.argument);
  program.console.note(fmt::format("froze {} as segment '{}'", counted(*count, "contact", "contacts"), options.name));
  return ExitCode::ok;
}

Outcome<> rename(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  const auto done = renameSegment(**database, options.name, options.argument);
  if (!done) return failedOnName(done.error());
  program.console.note(fmt::format("renamed segment '{}' to '{}'", options.name, options.argument));
  return ExitCode::ok;
}

Outcome<> remove(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  const auto done = deleteSegment(**database, options.name);
  if (!done) return failedOnName(done.error());
  program.console.note(fmt::format("deleted segment '{}'", options.name));
  return ExitCode::ok;
}

Outcome<> count(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  std::vector<std::string> predicates;
  for (const std::string& name : options.names) {
    const auto predicate = segmentPredicate(*(*database)->snapshot()->segments, name);
    if (!predicate) return passOn(predicate);
    predicates.push_back(*predicate);
  }
  return printCounts(program, **database, predicates, options.asOf, options.json);
}

Outcome<> exportSegment(const SegmentOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const auto predicate = segmentPredicate(*(*database)->snapshot()->segments, options.name);
  if (!predicate) return passOn(predicate);
  return exportContacts(program, **database, *predicate, options.asOf, options.exportFlags);
}

using Options = std::shared_ptr<SegmentOptions>;

CLI::App& addNamed(CLI::App& group, const Options& options, const std::string& name, const std::string& description,
                   const std::vector<std::string>& examples) {
  CLI::App& command = addCommand(group, name, description, examples);
  addDatabaseArgument(command, options->directory);
  command.add_option("NAME", options->name, "The segment's name")->required();
  return command;
}

void addSaving(CLI::App& group, Chosen& chosen, const Options& options) {
  CLI::App& saving = addNamed(group, options, "save", "Save a predicate under a name",
                              {"roster segment save shop vips \"ltv > 1000 and tags has 'vip'\""});
  saving.add_option("PREDICATE", options->argument, "May refer to other segments: segment 'vips'")->required();
  saving.add_flag("--overwrite", options->overwrite, "Replace a segment of this name");
  runs(saving, chosen, options, save);

  CLI::App& freezing = addNamed(group, options, "freeze", "Save the contacts that match now, as a list that stays so",
                                {"roster segment freeze shop spring-mailing \"segment 'vips'\""});
  freezing.add_option("PREDICATE", options->argument, "Which contacts")->required();
  freezing.add_flag("--overwrite", options->overwrite, "Replace a segment of this name");
  addAsOf(freezing, options->asOf);
  runs(freezing, chosen, options, freeze);

  CLI::App& renaming = addNamed(group, options, "rename", "Rename a segment, in those that refer to it too",
                                {"roster segment rename shop vips best"});
  renaming.add_option("NEW", options->argument, "Its new name")->required();
  runs(renaming, chosen, options, rename);

  CLI::App& deleting = addNamed(group, options, "delete", "Delete a segment, unless another refers to it",
                                {"roster segment delete shop vips"});
  runs(deleting, chosen, options, remove);
}

void addReading(CLI::App& group, Chosen& chosen, const Options& options) {
  CLI::App& listing = addCommand(group, "list", "The saved segments", {"roster segment list shop"});
  addDatabaseArgument(listing, options->directory);
  addJsonFlag(listing, options->json);
  runs(listing, chosen, options, list);

  CLI::App& showing = addNamed(group, options, "show", "One segment: its predicate and what refers to it",
                               {"roster segment show shop vips"});
  addJsonFlag(showing, options->json);
  runs(showing, chosen, options, show);

  CLI::App& counting =
      addCommand(group, "count", "How many contacts are in each segment", {"roster segment count shop vips lapsed"});
  addDatabaseArgument(counting, options->directory);
  counting.add_option("NAME", options->names, "The segments")->required();
  addAsOf(counting, options->asOf);
  addJsonFlag(counting, options->json);
  runs(counting, chosen, options, count);

  CLI::App& exporting = addNamed(group, options, "export", "Write the contacts of a segment",
                                 {"roster segment export shop vips --fields key,email --output vips.csv"});
  addExportFlags(exporting, options->exportFlags);
  addAsOf(exporting, options->asOf);
  runs(exporting, chosen, options, exportSegment);
}

}  // namespace

void addSegment(CLI::App& program, Chosen& chosen) {
  CLI::App& group = addGroup(program, "segment", "Saved predicates and frozen lists",
                             {"roster segment save shop vip \"ltv > 500\"", "roster segment list shop"});
  const auto options = std::make_shared<SegmentOptions>();
  addSaving(group, chosen, options);
  addReading(group, chosen, options);
}

}  // namespace roster::tools
