// Opening the database that a command names.
#pragma once

#include <memory>
#include <string>

#include "index/engine/database.h"
#include "tools/program.h"

namespace roster::tools {

// Where there is none, says how to make one; where another process writes to it, who that is.
Outcome<std::unique_ptr<Database>> openDatabase(Program& program, const std::string& directory, Access access);

}  // namespace roster::tools
