#include "bench/import_suite.h"

#include <algorithm>
#include <fmt/format.h>

#include "bench/generated_facts.h"
#include "bench/machine.h"
#include "bench/query_runner.h"
#include "bench/scratch_directory.h"
#include "bench/suite_setup.h"

namespace roster::bench {

namespace {

Result<void> checkFacts(const std::vector<GeneratedFact>& facts, const Database& database) {
  for (const GeneratedFact& fact : facts) {
    const auto counted = countOf(fact.predicate, database.snapshot(), database.host().executor());
    if (!counted) return tl::unexpected(counted.error());
    if (*counted == fact.contacts) continue;
    return fail(ErrorCode::internal, fmt::format("{}: the imported database counts {}, the file has {}", fact.predicate,
                                                 *counted, fact.contacts));
  }
  return {};
}

// What the imports of one run took.
struct ImportRuns {
  std::vector<double> micros;
  std::vector<double> openMicros;
  std::uint64_t peakBytes = 0;
  std::uint64_t diskBytes = 0;
};

Result<void> importOnce(const std::filesystem::path& csv, const std::filesystem::path& directory,
                        const std::vector<GeneratedFact>& facts, Host& host, ImportRuns& runs) {
  const ScratchDirectory scratch(directory);
  {
    auto database = Database::create(scratch.path(), TimeZone(), host);
    if (!database) return propagate(database);
    forgetPeak();
    const Stopwatch watch;
    if (auto imported = importGenerated(**database, csv); !imported) return imported;
    runs.micros.push_back(watch.seconds() * 1e6);
    runs.peakBytes = std::max(runs.peakBytes, peakResidentBytes());
    if (auto right = checkFacts(facts, **database); !right) return right;
  }
  runs.diskBytes = bytesBelow(scratch.path());
  const Stopwatch watch;
  auto reopened = Database::open(scratch.path(), Access::read, host);
  if (!reopened) return propagate(reopened);
  runs.openMicros.push_back(watch.seconds() * 1e6);
  return checkFacts(facts, **reopened);
}

ReportLine lineOf(const ImportRuns& runs, const std::vector<GeneratedFact>& facts, std::uint64_t bytes) {
  ReportLine line;
  line.name = "import-csv";
  line.group = "import";
  line.task = "import";
  line.description = "the generated CSV into an empty database, until it is durable and can be asked";
  for (const GeneratedFact& fact : facts) {
    line.predicates.push_back(fact.predicate);
    line.answer.push_back(answerLine(fact.predicate, std::to_string(fact.contacts)));
  }
  line.timings = {{"import", "import", summarize(runs.micros), false},
                  {"open", "opening it again", summarize(runs.openMicros), false}};
  const double seconds = line.timings.front().timing.p50 / 1e6;
  line.figures = {
      {"seconds", "median", seconds, Unit::seconds},
      {"rowsPerSecond", "rows", static_cast<double>(facts.front().contacts) / seconds, Unit::perSecond},
      {"bytesPerSecond", "throughput", static_cast<double>(bytes) / seconds, Unit::bytesPerSecond},
      {"csvBytes", "CSV", static_cast<double>(bytes), Unit::bytes},
      {"peakBytes", "peak memory", static_cast<double>(runs.peakBytes), Unit::bytes},
      {"diskBytes", "on disk", static_cast<double>(runs.diskBytes), Unit::bytes},
  };
  return line;
}

}  // namespace

Result<Report> runImportSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("import", options, host);
  const auto csv = prepareFile(options.contacts, options.directory, options.note);
  if (!csv) return tl::unexpected(csv.error());
  report.csv = csv->string();
  options.note("scanning the file for what it holds");
  const auto facts = factsOf(*csv);
  if (!facts) return tl::unexpected(facts.error());
  options.note("importing");
  ImportRuns runs;
  const Stopwatch watch;
  do {
    const auto path = options.directory / fmt::format("import-{}.roster", options.contacts);
    if (auto done = importOnce(*csv, path, *facts, host, runs); !done) return propagate(done);
  } while (watch.seconds() < options.seconds);
  report.lines.push_back(lineOf(runs, *facts, std::filesystem::file_size(*csv)));
  return report;
}

}  // namespace roster::bench
