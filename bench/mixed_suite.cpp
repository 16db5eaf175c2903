#include "bench/mixed_suite.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "bench/checkpoint_tails.h"
#include "bench/query_runner.h"
#include "bench/scratch_directory.h"
#include "bench/suite_setup.h"
#include "bench/sync_latency.h"
#include "bench/tag_mover.h"
#include "index/engine/audience.h"

namespace roster::bench {

namespace {

constexpr std::size_t kLeastRounds = 3;

// Counts of one predicate that take milliseconds at most, on the snapshot as it is: no segments, no hash of every key.
bool isForRotation(const BenchQuery& query) {
  return query.kind == QueryClass::boolean && query.task == QueryTask::count && query.name != "bucket" &&
         query.predicates.front().find("segment '") == std::string::npos;
}

// A query that is asked again and again, its right answer, and how long it took.
struct RotatedQuery {
  BenchQuery query;
  std::uint64_t right = 0;
  std::vector<double> alone;
  std::vector<double> busy;
  std::vector<double> duringCheckpoint;  // those of them that a checkpoint ran beside
};

// The thread that counts: from text to count, on the newest snapshot each time.
class CountingReader {
 public:
  CountingReader(const Database& database, std::vector<RotatedQuery> queries, std::uint64_t tagged)
      : database_(database), queries_(std::move(queries)), tagged_(tagged) {}

  // Rounds over all queries for some seconds.
  Result<void> run(double seconds, std::vector<double> RotatedQuery::*into) {
    const Stopwatch watch;
    checked_ = 0;
    for (std::size_t rounds = 0; rounds < kLeastRounds || watch.seconds() < seconds; ++rounds) {
      for (RotatedQuery& each : queries_) {
        if (auto counted = countOnce(each, into); !counted) return counted;
      }
    }
    return {};
  }

  std::vector<RotatedQuery>& queries() { return queries_; }
  std::uint64_t checked() const { return checked_; }  // in the last run

 private:
  Result<void> countOnce(RotatedQuery& each, std::vector<double> RotatedQuery::*into) {
    const bool checkpointBefore = database_.isCheckpointing();
    const Stopwatch watch;
    const SnapshotPtr snapshot = database_.snapshot();
    const auto given = countOf(each.query.predicates.front(), snapshot, executor_);
    const double micros = watch.seconds() * 1e6;
    (each.*into).push_back(micros);
    const bool besideCheckpoint = checkpointBefore || database_.isCheckpointing();
    if (besideCheckpoint && into == &RotatedQuery::busy) each.duringCheckpoint.push_back(micros);
    if (!given) return tl::unexpected(given.error());
    if (*given != each.right) return torn(each.query.name, *given, each.right);
    const auto held = countOf(fmt::format("tags has '{}'", kMovedTag), snapshot, executor_);
    if (!held) return tl::unexpected(held.error());
    if (*held != tagged_) return torn("the moved tag", *held, tagged_);
    checked_ += 2;
    return {};
  }

  static tl::unexpected<Error> torn(std::string_view name, std::uint64_t given, std::uint64_t right) {
    return fail(ErrorCode::internal, fmt::format("{}: counted {} beside the writer, not {}", name, given, right));
  }

  const Database& database_;
  std::vector<RotatedQuery> queries_;
  std::uint64_t tagged_;
  std::uint64_t checked_ = 0;
  Executor executor_{1};
};

// Counts while the writer is at work.
Result<void> runBoth(CountingReader& reader, TagMover& writer, double seconds) {
  std::atomic<bool> stop = false;
  Result<void> written;
  std::thread thread([&] { written = writer.run(kAimedChangesPerSecond, stop); });
  auto counted = reader.run(seconds, &RotatedQuery::busy);
  stop = true;
  thread.join();
  return counted ? written : counted;
}

Figure tailRatioOf(const ReportLine& line) {
  return {"tailRatio", "p99 by p99", line.find("busy")->p99 / line.find("alone")->p99, Unit::times};
}

void addTimings(ReportLine& line, const std::vector<double>& alone, const std::vector<double>& busy) {
  line.timings = {{"alone", "alone", summarize(alone), true}, {"busy", "beside the writer", summarize(busy), true}};
  line.figures = {tailRatioOf(line)};
}

ReportLine allCounts(std::string name, std::string description, const std::vector<double>& alone,
                     const std::vector<double>& busy) {
  ReportLine line;
  line.name = std::move(name);
  line.group = "counts";
  line.description = std::move(description);
  addTimings(line, alone, busy);
  return line;
}

void addCounts(const std::vector<RotatedQuery>& queries, Report& report) {
  std::vector<double> alone;
  std::vector<double> busy;
  std::vector<double> during;
  for (const RotatedQuery& each : queries) {
    ReportLine line = lineOf(each.query);
    line.group = "counts";
    line.answer = {std::to_string(each.right)};
    addTimings(line, each.alone, each.busy);
    addCheckpointFigures(line, each.duringCheckpoint);
    report.lines.push_back(std::move(line));
    alone.insert(alone.end(), each.alone.begin(), each.alone.end());
    busy.insert(busy.end(), each.busy.begin(), each.busy.end());
    during.insert(during.end(), each.duringCheckpoint.begin(), each.duringCheckpoint.end());
  }
  if (FigureGroup worst = worstBesideCheckpoint(report.lines); !worst.figures.empty()) {
    report.groups.push_back(std::move(worst));
  }
  if (during.size() >= kLeastForTail) {
    report.lines.push_back(allCounts(
        "during a checkpoint", "those of all counts that a checkpoint ran beside, by all counts alone", alone, during));
  }
  report.lines.push_back(allCounts("all counts", "every count of the rotation", alone, busy));
}

void addWriter(const TagMover& writer, const Timing& sync, Report& report) {
  ReportLine commit;
  commit.name = "commit";
  commit.group = "writer";
  commit.description = fmt::format("a batch of {} changes, until it is durable and seen", writer.changesPerBatch());
  commit.timings = {{"commit", "time", summarize(writer.commitMicros()), true}};
  ReportLine append;
  append.name = "sync";
  append.group = "writer";
  append.description = "4 KiB appended to a file and synced, with nothing beside it";
  append.timings = {{"commit", "time", sync, true}};
  report.lines.push_back(std::move(commit));
  report.lines.push_back(std::move(append));
}

Result<std::vector<RotatedQuery>> rotation(const SuiteOptions& options, const Database& database,
                                           const std::filesystem::path& kept) {
  std::vector<BenchQuery> all = audienceQueries();
  std::erase_if(all, [](const BenchQuery& query) { return !isForRotation(query); });
  auto queries = chooseQueries(options.names, std::move(all));
  if (!queries) return propagate(queries);
  const auto right = rightAnswers(*queries, database.snapshot(), database.host().executor(), kept, options.note);
  if (!right) return tl::unexpected(right.error());
  std::vector<RotatedQuery> rotated;
  for (std::size_t i = 0; i < queries->size(); ++i) {
    rotated.push_back({std::move((*queries)[i]), std::stoull((*right)[i].front()), {}, {}, {}});
  }
  return rotated;
}

Result<void> checkReopened(const TagMover& writer, const std::filesystem::path& path, Host& host) {
  auto database = Database::open(path, Access::read, host);
  if (!database) return propagate(database);
  const auto isThere = writer.isWhereItShouldBe(**database);
  if (!isThere) return tl::unexpected(isThere.error());
  if (*isThere) return {};
  return fail(ErrorCode::internal, "the database opened again does not hold the changes that were acknowledged");
}

}  // namespace

Result<Report> runMixedSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("mixed", options, host);
  const auto data = prepareDatabase(options.contacts, options.directory, host, options.note);
  if (!data) return tl::unexpected(data.error());
  const ScratchDirectory copy(options.directory / fmt::format("mixed-{}.roster", options.contacts));
  std::filesystem::copy(data->database, copy.path(), std::filesystem::copy_options::recursive);
  const auto sync = measureSyncs(options.directory, options.seconds);
  if (!sync) return tl::unexpected(sync.error());

  // The writer has one core to itself, and the counts the other.
  HostLimits limits;
  limits.threads = 1;
  Host own(host.clock(), limits);
  auto database = Database::open(copy.path(), Access::write, own);
  if (!database) return propagate(database);
  auto queries = rotation(options, **database, data->answers);
  if (!queries) return propagate(queries);
  TagMover writer(**database);
  if (auto begun = writer.begin(); !begun) return propagate(begun);

  CountingReader reader(**database, *std::move(queries), writer.tagged());
  const double seconds = options.seconds * static_cast<double>(reader.queries().size());
  // What begin() changed would be taken into a checkpoint while counts are to run alone.
  if (auto stored = (*database)->checkpoint(); !stored) return propagate(stored);
  options.note("counting alone");
  if (auto warmed = reader.run(0, &RotatedQuery::alone); !warmed) return propagate(warmed);
  for (RotatedQuery& each : reader.queries()) each.alone.clear();
  if (auto counted = reader.run(seconds, &RotatedQuery::alone); !counted) return propagate(counted);
  options.note("counting beside the writer");
  if (auto counted = runBoth(reader, writer, seconds); !counted) return propagate(counted);
  database->reset();
  if (auto durable = checkReopened(writer, copy.path(), own); !durable) return propagate(durable);

  addCounts(reader.queries(), report);
  const Figure tail = report.lines.back().figures.front();
  addWriter(writer, *sync, report);
  report.threads = 1;
  report.database = data->database.string();
  report.figures = {
      {"changesPerSecond", "durable changes", writer.changesPerSecond(), Unit::perSecond},
      {"aimedChangesPerSecond", "aimed at", kAimedChangesPerSecond, Unit::perSecond},
      {"busyBatches", "batches", static_cast<double>(writer.commitMicros().size()), Unit::number},
      {"checkedCounts", "counts checked beside the writer, none torn", static_cast<double>(reader.checked()),
       Unit::number},
      {"tailRatio", "p99 of all counts beside the writer, by p99 alone", tail.value, Unit::times},
  };
  return report;
}

}  // namespace roster::bench
