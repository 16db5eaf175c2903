// roster backup: a copy of a database as it is at one moment.
#include "index/engine/backup.h"

#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/open_database.h"

namespace roster::tools {

namespace {

struct BackupOptions {
  std::string directory;
  std::string to;
};

Outcome<> run(const BackupOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  if (const auto done = backupDatabase(**database, options.to); !done) return failedOnName(done.error());
  program.console.note(fmt::format("{} is backed up in {}", options.directory, options.to));
  return ExitCode::ok;
}

}  // namespace

void addBackup(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App& command = addCommand(program, "backup", "Copy a database as it is now, also while it is being written to",
                                 {"roster backup shop backups/shop-2026-01-31"});
  addDatabaseArgument(command, options->directory);
  command.add_option("TO", options->to, "The directory of the copy, which must not exist")->required();
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
