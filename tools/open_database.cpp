#include "tools/open_database.h"

#include <fmt/format.h>

namespace roster::tools {

Outcome<std::unique_ptr<Database>> openDatabase(Program& program, const std::string& directory, Access access) {
  auto database = Database::open(directory, access, program.host());
  if (database) return *std::move(database);
  if (database.error().code == ErrorCode::dataLoss) {
    database.error().message += fmt::format("\nrestore a backup with: roster restore FROM {}", directory);
  }
  return failedOnData(database.error());
}

}  // namespace roster::tools
