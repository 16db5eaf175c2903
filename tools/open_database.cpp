#include "tools/open_database.h"

namespace roster::tools {

Outcome<std::unique_ptr<Database>> openDatabase(Program& program, const std::string& directory, Access access) {
  auto database = Database::open(directory, access, program.host());
  if (!database) return failedOnData(database.error());
  return *std::move(database);
}

}  // namespace roster::tools
