// roster init: a new, empty database.
#include <fmt/format.h>

#include "index/engine/database.h"
#include "index/io/time_zone_loader.h"
#include "tools/commands.h"

namespace roster::tools {

namespace {

struct InitOptions {
  std::string directory;
  std::string zone = "UTC";
};

Outcome<> init(const InitOptions& options, Program& program) {
  auto zone = loadTimeZone(options.zone);
  if (!zone) return failed(zone.error());
  auto database = Database::create(options.directory, *zone, program.host());
  if (!database) return failedOnName(database.error());
  program.console.note(
      fmt::format("made an empty database in {} with the time zone {}; next: roster import contacts {} "
                  "FILE --key COLUMN",
                  options.directory, zone->name(), options.directory));
  return ExitCode::ok;
}

}  // namespace

void addInit(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<InitOptions>();
  CLI::App& command =
      addCommand(program, "init", "Make a new, empty database", {"roster init shop --timezone Europe/Warsaw"});
  addDatabaseArgument(command, options->directory);
  command.add_option("--timezone", options->zone, "The time zone of days and of times without an offset (default UTC)");
  runs(command, chosen, options, init);
}

}  // namespace roster::tools
