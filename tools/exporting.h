// Writing send lists: what `export` and `segment export` share.
#pragma once

#include <string>
#include <vector>

#include "index/engine/database.h"
#include "tools/program.h"

namespace roster::tools {

// The options as they were written.
struct ExportFlags {
  std::string fields;
  std::string format = "csv";
  std::string output = "-";
  std::string limit;
  std::string orderBy;
  std::string sample;
  std::uint64_t seed = 0;
  std::string after;
  std::vector<std::string> suppress;
  std::string holdout;
  std::string dedupeBy;
  bool json = false;  // the summary, which goes to standard error as the list goes to standard output
};

void addExportFlags(CLI::App& command, ExportFlags& flags);

// Writes the contacts that match, and says on standard error what became of all others.
Outcome<> exportContacts(Program& program, const Database& database, const std::string& predicate,
                         const std::string& asOf, const ExportFlags& flags);

}  // namespace roster::tools
