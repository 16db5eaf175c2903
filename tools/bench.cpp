// roster bench: named queries over generated contacts, checked and timed.
#include <cstdlib>
#include <fmt/format.h>

#include "bench/suite.h"
#include "index/io/output_file.h"
#include "tools/bench_html.h"
#include "tools/bench_report.h"
#include "tools/commands.h"

namespace roster::tools {

namespace {

struct BenchOptions {
  std::string contacts;
  std::string suite = "audience";
  std::string directory;
  std::string database;
  std::string data;
  unsigned threads = 0;
  double seconds = 0.5;
  std::vector<std::string> queries;
  std::string json;
  std::string html;
  std::string compare;
};

std::string suiteNames(std::string_view separator) {
  std::vector<std::string_view> names;
  for (const bench::Suite& suite : bench::suites()) names.push_back(suite.name);
  return fmt::format("{}", fmt::join(names, separator));
}

Outcome<const bench::Suite*> suiteOf(const BenchOptions& command) {
  const bench::Suite* suite = bench::findSuite(command.suite);
  if (suite == nullptr) return refuse(fmt::format("--suite is {}, not '{}'", suiteNames(", "), command.suite));
  if (!suite->takesDatabase && !command.database.empty()) {
    return refuse(fmt::format("--suite {} makes its own database, and takes no --db", suite->name));
  }
  if (!suite->takesNames && !command.queries.empty()) {
    return refuse(fmt::format("--suite {} takes no --query", suite->name));
  }
  if (suite->takesRealSets && !(command.contacts.empty() && command.directory.empty())) {
    return refuse(
        fmt::format("--suite {} runs on sets of its own, and takes no --contacts and no --directory", suite->name));
  }
  if (!suite->takesRealSets && !command.data.empty()) {
    return refuse(fmt::format("--suite {} takes no --data", suite->name));
  }
  return suite;
}

// The folder of the real sets: what --data names, or the one in the folder that the environment does.
Outcome<std::filesystem::path> realSetsOf(const BenchOptions& command) {
  if (!command.data.empty()) return command.data;
  const char* folder = std::getenv("ROSTER_DATA");
  if (folder != nullptr && *folder != '\0') return std::filesystem::path(folder) / "roaring";
  return refuse(
      fmt::format("--suite {} needs --data, the folder of the real sets, or ROSTER_DATA with a folder "
                  "'roaring' in it",
                  command.suite));
}

Outcome<bench::SuiteOptions> settle(const BenchOptions& command, const bench::Suite& suite, Console& console) {
  if (command.seconds < 0) return refuse("--seconds takes a number of 0 or more");
  const auto contacts = parseCount(command.contacts.empty() ? "1M" : command.contacts);
  if (!contacts) return passOn(contacts);
  if (*contacts == 0) return refuse("--contacts takes a number above 0");
  bench::SuiteOptions options;
  options.contacts = *contacts;
  options.directory = command.directory.empty() ? std::filesystem::temp_directory_path() / "roster-bench"
                                                : std::filesystem::path(command.directory);
  options.database = command.database;
  if (suite.takesRealSets) {
    auto folder = realSetsOf(command);
    if (!folder) return passOn(folder);
    options.realSets = *std::move(folder);
  }
  options.threads = command.threads;
  options.seconds = command.seconds;
  options.names = command.queries;
  options.note = [&console](std::string_view line) { console.note(line); };
  return options;
}

// Nothing where none is named. A report of something else is refused before anything is run.
Outcome<std::optional<bench::OldReport>> readOld(const BenchOptions& command, const bench::Suite& suite,
                                                 const bench::SuiteOptions& options) {
  if (command.compare.empty()) return std::nullopt;
  auto old = bench::OldReport::read(command.compare);
  if (!old) return failed(old.error());
  const bool isGenerated = command.database.empty() && !suite.takesRealSets;
  const auto same = isGenerated ? old->requireSame(command.suite, options.contacts) : old->requireSuite(command.suite);
  if (!same) return failed(same.error());
  return *std::move(old);
}

Result<void> writeFile(const std::string& path, const std::string& text) {
  auto file = OutputFile::open(path);
  if (!file) return propagate(file);
  if (auto written = file->write(text); !written) return written;
  return file->commit();
}

Outcome<> writeReport(const BenchOptions& command, const bench::Report& report, Console& console) {
  console.print(benchTables(report));
  const std::pair<const std::string&, std::string (*)(const bench::Report&)> files[] = {{command.json, benchJson},
                                                                                        {command.html, benchHtml}};
  for (const auto& [path, text] : files) {
    if (path.empty()) continue;
    if (const auto written = writeFile(path, text(report)); !written) return failed(written.error());
  }
  return ExitCode::ok;
}

Outcome<> run(const BenchOptions& command, Program& program) {
  const auto suite = suiteOf(command);
  if (!suite) return passOn(suite);
  const auto options = settle(command, **suite, program.console);
  if (!options) return passOn(options);
  const auto old = readOld(command, **suite, *options);
  if (!old) return passOn(old);
  const bool isGenerated = command.database.empty() && !(*suite)->takesRealSets;
  if (isGenerated) program.console.note(fmt::format("data in {}", options->directory.string()));
  auto report = (*suite)->run(*options, program.host());
  if (!report) {
    const bool isName = report.error().code == ErrorCode::notFound && !command.queries.empty();
    return isName ? failedOnName(report.error()) : failedOnData(report.error());
  }
  if (*old) {
    auto comparison = (*old)->compare(*report);
    if (!comparison) return failed(comparison.error());
    report->comparison = *std::move(comparison);
  }
  return writeReport(command, *report, program.console);
}

}  // namespace

void addBench(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App& command = addCommand(program, "bench", "Check and time named queries over generated contacts",
                                 {"roster bench --contacts 10M --json audience.json",
                                  "roster bench --contacts 1M --query two-dense --query five-way-and --seconds 2",
                                  "roster bench --suite real --data realdata"});
  command.add_option("--contacts", options->contacts, "How many: 100k, 1M, 10M (default 1M)")->type_name("N");
  command.add_option("--suite", options->suite, "What is run (default audience)")->type_name(suiteNames("|"));
  command.add_option("--directory", options->directory,
                     "Where the generated file and its database are kept for the "
                     "next time (default: below the temporary directory)");
  command.add_option("--db", options->database,
                     "An existing database instead; queries without their fields are left "
                     "out");
  command.add_option("--data", options->data,
                     "The folder of the real sets that --suite real runs on (default: roaring in ROSTER_DATA)");
  command.add_option("--threads", options->threads, "Threads of the timing on several (default: one a core)");
  command.add_option("--seconds", options->seconds, "How long each timing of each query takes (default 0.5)");
  addRepeated(command, "--query", options->queries, "Only this query; repeat it for several")->type_name("NAME");
  command.add_option("--json", options->json, "Write everything to this file, answers among it")->type_name("FILE");
  command.add_option("--html", options->html, "Write a page with tables and plots to this file")->type_name("FILE");
  command
      .add_option("--compare", options->compare,
                  "Hold the times against this earlier --json of the same suite and number of contacts")
      ->type_name("OLD.json");
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
