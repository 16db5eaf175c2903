// roster export: who matches, as a send list.
#include "tools/commands.h"
#include "tools/exporting.h"
#include "tools/open_database.h"
#include "tools/predicates.h"

namespace roster::tools {

namespace {

struct ExportCommandOptions {
  std::string directory;
  std::string predicate;
  std::string asOf;
  ExportFlags flags;
};

Outcome<> run(const ExportCommandOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  return exportContacts(program, **database, options.predicate, options.asOf, options.flags);
}

}  // namespace

void addExport(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<ExportCommandOptions>();
  CLI::App& command = addCommand(
      program, "export", "Write the contacts that match, as a send list",
      {"roster export shop newsletter --fields key,email,city --output list.csv.gz",
       "roster export shop newsletter --suppress \"tags has 'blacklist'\" --holdout spring:5% --dedupe-by email",
       "roster export shop newsletter --order-by ltv desc --limit 100 --format ndjson"});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicate, "Which contacts")->required();
  addExportFlags(command, options->flags);
  addAsOf(command, options->asOf);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
