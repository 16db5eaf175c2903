#include "tools/open_database.h"

#include <fmt/format.h>

namespace roster::tools {

Outcome<std::unique_ptr<Database>> openDatabase(Program& program, const std::string& directory, Access access) {
  auto database = Database::open(directory, access, program.host());
  if (database) return std::move(*database);
  Error error = std::move(database.error());
  if (error.code == ErrorCode::notFound) error.message += fmt::format("; make one with: roster init {}", directory);
  return failedOnData(error);
}

}  // namespace roster::tools
