// roster compact: what was erased or replaced leaves the files for good.
#include "tools/commands.h"
#include "tools/open_database.h"

namespace roster::tools {

namespace {

struct CompactOptions {
  std::string directory;
};

Outcome<> run(const CompactOptions& options, Program& program) {
  auto database = openDatabase(program, options.directory, Access::write);
  if (!database) return passOn(database);
  if (const auto done = (*database)->compact(); !done) return failedOnData(done.error());
  program.console.note("compacted: nothing that was erased or replaced is left in the files");
  return ExitCode::ok;
}

}  // namespace

void addCompact(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<CompactOptions>();
  CLI::App& command = addCommand(program, "compact", "Remove what was erased or replaced from the files, for good",
                                 {"roster compact shop"});
  addDatabaseArgument(command, options->directory);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
