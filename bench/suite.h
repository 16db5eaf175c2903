// The suites of `roster bench`: what they are told, and the one place that knows them all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generated_data.h"
#include "bench/report.h"

namespace roster::bench {

struct SuiteOptions {
  std::uint64_t contacts = 1'000'000;
  std::filesystem::path directory;  // of the generated data, and of what is written
  std::filesystem::path database;   // where not empty, this one instead, and those queries that it can answer
  std::filesystem::path realSets;   // the folder of the archives that the suite over real sets reads
  unsigned threads = 0;             // of the timing on several; 0 is one a core
  double seconds = 0.5;             // for each timing
  std::vector<std::string> names;   // only these queries; empty: all
  Note note = [](std::string_view) {};
};

struct Suite {
  std::string_view name;
  bool takesDatabase;  // runs on a database that is there as well
  bool takesNames;     // runs some of its queries alone
  bool takesRealSets;  // runs on these, and not on generated contacts
  // notFound for a name that no query has; internal, with the query's name and both answers, where an answer is wrong.
  Result<Report> (*run)(const SuiteOptions& options, Host& host);
};

const std::vector<Suite>& suites();

// Null where there is none.
const Suite* findSuite(std::string_view name);

}  // namespace roster::bench
