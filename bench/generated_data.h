// The data that suites run on: `roster generate`'s contacts as a file and as a database, made once and reused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "index/engine/database.h"
#include "index/io/import_options.h"

namespace roster::bench {

inline constexpr std::uint64_t kBenchSeed = 1;

// Takes a line about what is going on.
using Note = std::function<void(std::string_view)>;

struct GeneratedData {
  std::filesystem::path csv;       // contacts-N.csv; empty where it was not asked for
  std::filesystem::path database;  // contacts-N.roster
  std::filesystem::path answers;   // contacts-N.answers: where the naive evaluator's answers are kept
  double importSeconds = 0;        // 0 where the database was there already
};

// The import of a generated file, with the kind of every column declared, so that it does not depend on a sample.
ImportOptions importOfGenerated(const std::filesystem::path& csv);

// Opens a database for writing, or makes an empty one.
Result<std::unique_ptr<Database>> openOrCreate(const std::filesystem::path& path, Host& host);

// Whether there is such a file, and it begins so.
bool beginsWith(const std::filesystem::path& path, std::string_view text);

// invalidArgument where it cannot be made.
Result<void> makeDirectory(const std::filesystem::path& directory);

// Imports files that hold what generators make. internal where a row is rejected.
Result<void> importFiles(Database& database, const ImportOptions& options);

// Imports a generated file into a database, or as many contacts straight from the generator. internal where a row is
// rejected.
Result<void> importGenerated(Database& database, const std::filesystem::path& csv);
Result<void> importGenerated(Database& database, std::uint64_t contacts);

// Makes the file where it is missing. conflict where what is there holds other contacts than this version generates.
Result<std::filesystem::path> prepareFile(std::uint64_t contacts, const std::filesystem::path& directory,
                                          const Note& note);

// Makes what is missing in a directory. A file or an import that was cut short is made whole; conflict where what is
// there holds other contacts than this version generates.
Result<GeneratedData> prepareData(std::uint64_t contacts, const std::filesystem::path& directory, Host& host,
                                  const Note& note);

// The same without the file: the contacts go from the generator into the database.
Result<GeneratedData> prepareDatabase(std::uint64_t contacts, const std::filesystem::path& directory, Host& host,
                                      const Note& note);

}  // namespace roster::bench
