// roster count: how many contacts match.
#include <chrono>

#include "index/engine/audience.h"
#include "tools/commands.h"
#include "tools/counting.h"
#include "tools/open_database.h"

namespace roster::tools {

namespace {

struct CountOptions {
  std::string directory;
  std::vector<std::string> predicates;
  std::string asOf;
  bool json = false;
};

Outcome<> run(const CountOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  return printCounts(program, **database, options.predicates, options.asOf, options.json);
}

}  // namespace

void addCount(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<CountOptions>();
  CLI::App& command = addCommand(
      program, "count", "How many contacts match each predicate",
      {"roster count shop \"city = 'Łódź' and age >= 18\"", "roster count shop newsletter \"tags has 'vip'\" --json"});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicates, "What to count; several share their work")->required();
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
