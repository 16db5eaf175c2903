// roster contacts set|tag|untag|erase: changing contacts that are there.
#include <fmt/format.h>
#include <fstream>
#include <iostream>

#include "index/engine/contact_changes.h"
#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct ContactsOptions {
  AssignmentKind kind = AssignmentKind::set;
  bool erase = false;
  std::string directory;
  std::vector<std::string> assignments;
  std::string predicate;
  std::string keysFile;
  std::string asOf;
  bool dryRun = false;
  bool json = false;
};

// A key a line; `-` is standard input.
Outcome<std::vector<std::string>> readKeys(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return failedOnData({ErrorCode::notFound, fmt::format("there is no file of keys {}", path), {}});
  }
  std::istream& input = path == "-" ? std::cin : file;
  std::vector<std::string> keys;
  for (std::string line; std::getline(input, line);) {
    if (keys.empty() && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) keys.push_back(std::move(line));
  }
  if (input.bad()) return failedOnData({ErrorCode::unavailable, fmt::format("{} could not be read", path), {}});
  return keys;
}

Outcome<ContactSelection> selectionOf(const ContactsOptions& options, const TimeZone& zone, const Clock& clock) {
  if (options.predicate.empty() == options.keysFile.empty()) {
    return refuse("say which contacts: either --where PREDICATE or --keys FILE");
  }
  if (!options.keysFile.empty()) {
    auto keys = readKeys(options.keysFile);
    if (!keys) return passOn(keys);
    return ContactSelection(WhereKeys{*std::move(keys)});
  }
  const auto now = evaluationInstant(options.asOf, zone, clock);
  if (!now) return passOn(now);
  return ContactSelection(WherePredicate{options.predicate, *now});
}

std::string describe(const ContactsOptions& options, const ChangeOutcome& outcome) {
  const std::string contacts = counted(outcome.contacts, "contact", "contacts");
  const std::string done = options.erase ? "erased" : "changed";
  std::string text =
      options.dryRun ? fmt::format("{} would be {}", contacts, done) : fmt::format("{} {}", contacts, done);
  if (outcome.unchanged > 0) {
    text += fmt::format(", {} {} so already", grouped(outcome.unchanged), outcome.unchanged == 1 ? "is" : "are");
  }
  if (outcome.unknownKeys > 0) text += fmt::format(", {} not found", counted(outcome.unknownKeys, "key", "keys"));
  if (options.erase && !options.dryRun && outcome.contacts > 0) {
    text += fmt::format("; roster compact {} removes them from the files for good", options.directory);
  }
  return text;
}

void print(const ContactsOptions& options, const ChangeOutcome& outcome, Console& console) {
  if (options.json) {
    JsonWriter json;
    json.beginObject().key("contacts").number(outcome.contacts).key("unchanged").number(outcome.unchanged);
    json.key("unknownKeys").number(outcome.unknownKeys).key("dryRun").boolean(options.dryRun).endObject();
    console.print(json.text());
  } else if (options.dryRun) {
    console.print(describe(options, outcome) + "\n");
  } else {
    console.note(describe(options, outcome));
  }
}

Outcome<> run(const ContactsOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, options.dryRun ? Access::read : Access::write);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto selection = selectionOf(options, *snapshot->zone, program.clock);
  if (!selection) return passOn(selection);
  std::vector<Assignment> assignments;
  for (const std::string& text : options.assignments) assignments.push_back({options.kind, text});
  const auto outcome = options.erase ? eraseContacts(**database, *selection, options.dryRun)
                                     : changeContacts(**database, *selection, assignments, options.dryRun);
  if (!outcome) {
    return outcome.error().position ? failedOnPredicate(outcome.error(), options.predicate)
                                    : failedOnName(outcome.error());
  }
  print(options, *outcome, program.console);
  return ExitCode::ok;
}

void addChange(CLI::App& group, Chosen& chosen, const std::string& name, AssignmentKind kind, bool erase,
               const std::string& description, const std::vector<std::string>& examples) {
  auto options = std::make_shared<ContactsOptions>();
  options->kind = kind;
  options->erase = erase;
  CLI::App& command = addCommand(group, name, description, examples);
  addDatabaseArgument(command, options->directory);
  if (!erase) {
    command
        .add_option("FIELD=VALUE", options->assignments,
                    kind == AssignmentKind::set ? "The new values; an empty one clears the field, those of a set are "
                                                  "parted by |"
                                                : "The sets and the values, which are parted by |")
        ->required();
  }
  command.add_option("--where", options->predicate, "The contacts that match")->type_name("PREDICATE");
  command
      .add_option("--keys", options->keysFile, "The contacts whose keys are in a file, one a line; - is standard input")
      ->type_name("FILE");
  addAsOf(command, options->asOf);
  command.add_flag("--dry-run", options->dryRun, "Say how many contacts it would be, and change nothing");
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace

void addContacts(CLI::App& program, Chosen& chosen) {
  CLI::App& group = addGroup(program, "contacts", "Change or erase contacts",
                             {"roster contacts tag shop tags=vip --where \"orders >= 10\" --dry-run"});
  addChange(group, chosen, "set", AssignmentKind::set, false, "Set or clear fields",
            {"roster contacts set shop plan=premium --where \"ltv > 1000\"",
             "roster contacts set shop note= --keys leavers.txt"});
  addChange(group, chosen, "tag", AssignmentKind::tag, false, "Add values to sets",
            {"roster contacts tag shop tags=vip --where \"orders >= 10\" --dry-run"});
  addChange(group, chosen, "untag", AssignmentKind::untag, false, "Remove values from sets",
            {"roster contacts untag shop tags=vip --where \"last_order before today - 1 year\""});
  addChange(group, chosen, "erase", AssignmentKind::set, true,
            "Erase contacts; with the next compact they leave the files for good",
            {"roster contacts erase shop --keys erasure-requests.txt"});
}

}  // namespace roster::tools
