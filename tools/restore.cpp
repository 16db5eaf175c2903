// roster restore: a backup becomes a database again.
#include <filesystem>
#include <fmt/format.h>

#include "index/engine/backup.h"
#include "index/store/database_directory.h"
#include "tools/commands.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct RestoreOptions {
  std::string from;
  std::string directory;
};

Outcome<> run(const RestoreOptions& options, Program& program) {
  const auto folder = DatabaseDirectory::at(options.directory).root().parent_path();
  if (!std::filesystem::is_directory(folder)) {
    return refuse(fmt::format("{} cannot be made: {} is not a directory", options.directory, folder.string()));
  }
  const auto done = restoreDatabase(options.from, options.directory, program.host());
  if (!done) return failedOnData(done.error());
  std::string text =
      fmt::format("restored {} to {}", counted(done->contacts, "contact", "contacts"), options.directory);
  if (done->erasedAgain > 0) {
    text += fmt::format("; erased {} again that had been erased since the backup", grouped(done->erasedAgain));
  }
  program.console.note(text);
  if (!done->damagedKept.empty()) {
    program.console.complain(
        "warning", fmt::format("{0} was damaged, and its list of erasures could not be read: contacts that were erased "
                               "after the backup was made are back, and must be erased again with: roster contacts "
                               "erase {0} --keys FILE\nthe damaged database, which holds personal data too, is kept in "
                               "{1}; delete it when it is no longer needed",
                               options.directory, done->damagedKept.string()));
  }
  return ExitCode::ok;
}

}  // namespace

void addRestore(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App& command =
      addCommand(program, "restore", "Make a backup a database again", {"roster restore backups/shop-2026-01-31 shop"});
  command.add_option("FROM", options->from, "The backup")->required();
  command
      .add_option("DB", options->directory,
                  "The database's directory: one that does not exist or is empty, or the database that the backup was "
                  "made of, whose list of erasures is kept and applied; where damage hides that list, the damaged "
                  "database is kept beside as DB.damaged")
      ->required();
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
