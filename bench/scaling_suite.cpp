#include "bench/scaling_suite.h"

#include <algorithm>
#include <fmt/format.h>

#include "bench/consistency.h"
#include "bench/machine.h"
#include "bench/query_runner.h"
#include "bench/stream_rates.h"
#include "bench/suite_setup.h"

namespace roster::bench {

namespace {

// Logarithms need something above nothing.
constexpr double kLeastMicros = 0.01;
constexpr double kLeastBytes = 4096;

// What one size gave.
struct SizeReport {
  std::uint64_t contacts = 0;
  double openMicros = 0;
  double atOpen = 0;    // bytes in RAM, once the database is open
  double operands = 0;  // that the boolean queries' operands added
  double peak = 0;      // the most, answering everything
  double onDisk = 0;
  std::vector<ReportLine> lines;
};

// All queries on one database: checked, then timed.
class ScalingRun {
 public:
  ScalingRun(const SuiteOptions& options, const Database& database, std::filesystem::path kept)
      : options_(options),
        kept_(std::move(kept)),
        snapshot_(withBenchSegments(database.snapshot())),
        several_(options.threads),
        one_{snapshot_, single_, options.directory / "list-scaling.csv"},
        all_{snapshot_, several_, one_.listFile} {}
  ScalingRun(const ScalingRun&) = delete;
  ScalingRun& operator=(const ScalingRun&) = delete;
  ~ScalingRun() {
    std::error_code ignored;
    std::filesystem::remove(one_.listFile, ignored);
  }

  Result<void> run(const std::vector<BenchQuery>& queries, SizeReport& report) {
    if (auto prepared = prepare(queries, report); !prepared) return prepared;
    std::vector<Answer> right;
    if (snapshot_->liveCount() <= kNaiveContacts) {
      auto found = rightAnswers(queries, snapshot_, several_, kept_, options_.note);
      if (!found) return propagate(found);
      right = *std::move(found);
    }
    for (std::size_t i = 0; i < queries.size(); ++i) {
      auto answer = check(queries[i], runners_[i], right.empty() ? nullptr : &right[i]);
      if (!answer) return propagate(answer);
      auto line = time(queries[i], runners_[i]);
      if (!line) return propagate(line);
      line->answer = *std::move(answer);
      report.lines.push_back(*std::move(line));
    }
    return {};
  }

 private:
  Result<void> prepare(const std::vector<BenchQuery>& queries, SizeReport& report) {
    for (const BenchQuery& query : queries) {
      auto runner = QueryRunner::prepare(query, one_);
      if (!runner) return propagate(runner);
      runners_.push_back(*std::move(runner));
      if (query.kind == QueryClass::boolean) report.operands = static_cast<double>(residentBytes()) - report.atOpen;
    }
    return {};
  }

  // However it is come by, the answer is the same, and the right one where that is known.
  Result<Answer> check(const BenchQuery& query, const QueryRunner& runner, const Answer* right) const {
    auto first = answered(query, runner.run(one_));
    if (!first) return first;
    const std::pair<std::string_view, Result<Answer>> others[] = {
        {"the query on all threads", answered(query, runner.run(all_))},
        {"the query from its text", answered(query, runFromText(query, all_))}};
    if (right != nullptr && *first != *right) return wrongAnswer(query.name, "the prepared query", *first, *right);
    for (const auto& [who, other] : others) {
      if (!other) return tl::unexpected(other.error());
      if (*other == *first) continue;
      return fail(ErrorCode::internal, fmt::format("{}: {} gives another answer than one thread", query.name, who));
    }
    if (auto holds = checkConsistency(query, *first, snapshot_, several_); !holds) return propagate(holds);
    return first;
  }

  // A list's file is read before the next one is written.
  Result<Answer> answered(const BenchQuery& query, const Result<RawAnswer>& raw) const {
    if (!raw) return tl::unexpected(raw.error());
    return answerOf(*raw, query, one_);
  }

  Result<ReportLine> time(const BenchQuery& query, const QueryRunner& runner) const {
    ReportLine line = lineOf(query);
    const auto add = [&](const char* key, std::string title, auto measured, const auto& answer) -> Result<void> {
      auto timing = measured(options_.seconds, [&] { return outcomeOf(answer()); });
      if (!timing) return propagate(timing);
      line.timings.push_back({key, std::move(title), *timing, false});
      return {};
    };
    const auto prepared = [&] { return runner.run(one_); };
    const auto fromText = [&] { return runFromText(query, all_); };
    if (auto done = add("prepared", "prepared", measure, prepared); !done) return propagate(done);
    const std::string threads = fmt::format("from text, {} threads", several_.threads());
    if (auto done = add("textThreaded", threads, measure, fromText); !done) return propagate(done);
    // A list that is written to a file waits for that, not for memory.
    if (query.task != QueryTask::list || query.limit != 0) {
      if (auto done = add("cold", "prepared, caches cold", measureCold, prepared); !done) return propagate(done);
    }
    line.timings.front().withTail = true;
    const auto touched = runner.touchedBytes(all_);
    if (!touched) return tl::unexpected(touched.error());
    line.figures = {{"bytesTouched", "touches", static_cast<double>(*touched), Unit::bytes}};
    return line;
  }

  const SuiteOptions& options_;
  std::filesystem::path kept_;
  SnapshotPtr snapshot_;
  Executor single_{1};
  Executor several_;
  RunContext one_;
  RunContext all_;
  std::vector<QueryRunner> runners_;
};

// Each size has caches of its own, and what the one before has left is given back first.
Result<SizeReport> runSize(std::uint64_t contacts, const SuiteOptions& options, Host& host) {
  SizeReport report;
  report.contacts = contacts;
  options.note(fmt::format("{} contacts", contacts));
  GeneratedData data;
  {
    Host importing(host.clock());
    auto prepared = prepareDatabase(contacts, options.directory, importing, options.note);
    if (!prepared) return propagate(prepared);
    data = *std::move(prepared);
  }
  giveBackFreed();
  forgetPeak();
  report.onDisk = static_cast<double>(bytesBelow(data.database));
  Host own(host.clock());
  const Stopwatch watch;
  auto database = Database::open(data.database, Access::read, own);
  if (!database) return propagate(database);
  report.openMicros = watch.seconds() * 1e6;
  report.atOpen = static_cast<double>(residentBytes());
  auto queries = chooseQueries(options.names, audienceQueries());
  if (!queries) return propagate(queries);
  ScalingRun run(options, **database, data.answers);
  if (auto done = run.run(*queries, report); !done) return propagate(done);
  report.peak = static_cast<double>(peakResidentBytes());
  return report;
}

void addCurve(std::string name, std::string group, Unit unit, const std::vector<SizeReport>& sizes, double least,
              const std::function<double(const SizeReport&)>& valueOf, Report& report) {
  Curve curve{std::move(name), std::move(group), unit, {}, 0};
  std::vector<std::pair<double, double>> points;
  for (const SizeReport& size : sizes) {
    points.emplace_back(static_cast<double>(size.contacts), std::max(least, valueOf(size)));
    curve.points.push_back({points.back().first, points.back().second});
  }
  curve.slope = logLogSlope(points);
  report.curves.push_back(std::move(curve));
}

void addCurves(const std::vector<SizeReport>& sizes, Report& report) {
  const std::vector<ReportLine>& lines = sizes.back().lines;
  for (const NamedTiming& way : lines.front().timings) {
    const std::string group = way.key == "prepared" ? "prepared, one thread" : way.title;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find(way.key) == nullptr) continue;
      addCurve(
          lines[i].name, group, Unit::microseconds, sizes, kLeastMicros,
          [&](const SizeReport& size) { return size.lines[i].find(way.key)->p50; }, report);
    }
  }
  addCurve(
      "opening", "opening", Unit::microseconds, sizes, kLeastMicros,
      [](const SizeReport& size) { return size.openMicros; }, report);
  const std::pair<const char*, double SizeReport::*> memory[] = {{"when opened", &SizeReport::atOpen},
                                                                 {"boolean operands", &SizeReport::operands},
                                                                 {"peak", &SizeReport::peak},
                                                                 {"on disk", &SizeReport::onDisk}};
  for (const auto& [name, member] : memory) {
    const auto value = member;
    addCurve(
        name, "memory", Unit::bytes, sizes, kLeastBytes, [value](const SizeReport& size) { return size.*value; },
        report);
  }
}

}  // namespace

std::vector<std::uint64_t> scalingSizes(std::uint64_t most) {
  constexpr std::uint64_t kFirst = 1'000'000;
  const std::uint64_t least = most >= 3 * kFirst ? kFirst : std::max<std::uint64_t>(1, most / 100);
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t power = 1; power <= most; power *= 10) {
    for (const std::uint64_t size : {power, 3 * power}) {
      if (size >= least && size <= most) sizes.push_back(size);
    }
  }
  return sizes;
}

Result<Report> runScalingSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("scaling", options, host);
  std::vector<SizeReport> sizes;
  const std::vector<std::uint64_t> contacts = scalingSizes(options.contacts);
  if (contacts.size() < 2) return fail(ErrorCode::invalidArgument, "the scaling suite takes 3 contacts or more");
  for (const std::uint64_t size : contacts) {
    auto done = runSize(size, options, host);
    if (!done) return propagate(done);
    sizes.push_back(*std::move(done));
  }
  addCurves(sizes, report);
  const SizeReport& largest = sizes.back();
  report.lines = largest.lines;
  if (options.names.empty()) {
    options.note("stream rate");
    giveBackFreed();
    const Executor single(1);
    const Executor several(options.threads);
    auto rates = measureStreamRates(largest.contacts, options.seconds, {&single, &several});
    if (!rates) return propagate(rates);
    report.lines.insert(report.lines.end(), rates->begin(), rates->end());
  }
  report.database = options.directory.string();
  const auto steep = std::ranges::count_if(report.curves, [](const Curve& curve) { return curve.slope > kSlopeBar; });
  report.figures = {
      {"largest", "contacts of the largest", static_cast<double>(largest.contacts), Unit::number},
      {"openMilliseconds", "opening it", largest.openMicros / 1e3, Unit::milliseconds},
      {"peakBytes", "peak memory answering all", largest.peak, Unit::bytes},
      {"steepCurves", fmt::format("curves steeper than {}", kSlopeBar), static_cast<double>(steep), Unit::number},
  };
  return report;
}

}  // namespace roster::bench
