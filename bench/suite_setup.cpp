#include "bench/suite_setup.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

#include "bench/machine.h"
#include "bench/naive_answers.h"
#include "bench/naive_store.h"

namespace roster::bench {

namespace {

constexpr std::size_t kLinesShown = 5;

}  // namespace

Report beginReport(std::string_view suite, const SuiteOptions& options, const Host& host) {
  Report report;
  report.suite = suite;
  report.contacts = options.contacts;
  report.threads = options.threads == 0 ? host.executor().threads() : options.threads;
  report.seconds = options.seconds;
  report.machine = machineDescription();
  report.date = formatDay(dayOfLocal(host.clock().now()));
  report.database = options.database.string();
  report.isGenerated = options.database.empty() && options.realSets.empty();
  return report;
}

Result<SuiteData> openSuiteData(const SuiteOptions& options, Host& host, Report& report) {
  SuiteData opened;
  double importSeconds = 0;
  if (options.database.empty()) {
    auto data = prepareData(options.contacts, options.directory, host, options.note);
    if (!data) return propagate(data);
    report.csv = data->csv.string();
    report.database = data->database.string();
    importSeconds = data->importSeconds;
    opened.answers = data->answers;
    opened.isImported = importSeconds > 0;
  }
  const Stopwatch watch;
  auto database = Database::open(report.database, Access::read, host);
  if (!database) return propagate(database);
  report.figures = {{"openMilliseconds", "opened in", watch.seconds() * 1e3, Unit::milliseconds},
                    {"importSeconds", opened.isImported ? "imported in" : "", importSeconds, Unit::seconds}};
  opened.database = *std::move(database);
  report.contacts = opened.database->snapshot()->liveCount();
  std::error_code ignored;
  std::filesystem::create_directories(options.directory, ignored);  // what fails here fails where something is written
  return opened;
}

Result<void> requireKnown(const std::vector<std::string>& names, const std::vector<std::string>& known) {
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto nearest = nearestWord(name, known);
    return fail(ErrorCode::notFound, nearest ? fmt::format("there is no query {}; did you mean {}?", name, *nearest)
                                             : fmt::format("there is no query {} for this database", name));
  }
  return {};
}

Result<std::vector<BenchQuery>> chooseQueries(const std::vector<std::string>& names, std::vector<BenchQuery> queries) {
  if (names.empty()) return queries;
  std::vector<std::string> known;
  known.reserve(queries.size());
  for (const BenchQuery& query : queries) known.push_back(query.name);
  if (auto all = requireKnown(names, known); !all) return propagate(all);
  std::erase_if(queries, [&](const BenchQuery& query) { return std::ranges::find(names, query.name) == names.end(); });
  return queries;
}

SnapshotPtr withBenchSegments(const SnapshotPtr& snapshot) {
  auto own = std::make_shared<Snapshot>(*snapshot);
  SegmentCatalog segments = *snapshot->segments;
  segments.merge(benchSegments());
  own->segments = std::make_shared<const SegmentCatalog>(std::move(segments));
  return own;
}

Result<std::vector<Answer>> rightAnswers(const std::vector<BenchQuery>& queries, const SnapshotPtr& snapshot,
                                         const Executor& executor, const std::filesystem::path& kept,
                                         const Note& note) {
  NaiveStore known = kept.empty() ? NaiveStore() : NaiveStore::read(kept);
  std::vector<BenchQuery> unknown;
  for (const BenchQuery& query : queries) {
    if (known.find(query) == nullptr) unknown.push_back(query);
  }
  if (!unknown.empty()) {
    note(fmt::format("asking the naive evaluator {} queries", unknown.size()));
    auto answers = naiveAnswers(unknown, snapshot, executor);
    if (!answers) return propagate(answers);
    for (std::size_t i = 0; i < unknown.size(); ++i) known.keep(unknown[i], std::move((*answers)[i]));
    if (auto written = kept.empty() ? Result<void>() : known.write(kept); !written) return propagate(written);
  }
  std::vector<Answer> answers;
  answers.reserve(queries.size());
  for (const BenchQuery& query : queries) answers.push_back(*known.find(query));
  return answers;
}

tl::unexpected<Error> wrongAnswer(const std::string& query, std::string_view who, const Answer& given,
                                  const Answer& right) {
  const auto differ = std::ranges::mismatch(given, right);
  const auto shown = [](auto from, const Answer& of) {
    const auto count = std::min<std::ptrdiff_t>(of.end() - from, kLinesShown);
    return fmt::format("{}", fmt::join(std::vector<std::string>(from, from + count), "; "));
  };
  return fail(ErrorCode::internal, fmt::format("{}: {} gives {}, the naive evaluator {}", query, who,
                                               shown(differ.in1, given), shown(differ.in2, right)));
}

Result<void> checkEveryWay(const BenchQuery& query, const QueryRunner& prepared, const RunContext& one,
                           const RunContext& all, const Answer& right) {
  const std::pair<std::string_view, Result<RawAnswer>> given[] = {{"the prepared query", prepared.run(one)},
                                                                  {"the query on all threads", prepared.run(all)},
                                                                  {"the query from its text", runFromText(query, one)}};
  for (const auto& [who, raw] : given) {
    if (!raw) return tl::unexpected(raw.error());
    const auto answer = answerOf(*raw, query, one);
    if (!answer) return tl::unexpected(answer.error());
    if (*answer != right) return wrongAnswer(query.name, who, *answer, right);
  }
  return {};
}

}  // namespace roster::bench
