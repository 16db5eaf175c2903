#include "bench/text_suite.h"

#include <algorithm>

#include "bench/query_runner.h"
#include "bench/suite_setup.h"
#include "index/engine/audience_runs.h"

namespace roster::bench {

namespace {

constexpr std::size_t kLeastRounds = 3;

double microseconds(const Stopwatch& watch) { return watch.seconds() * 1e6; }

// What a count from text on is made of, in microseconds.
struct Steps {
  double read = 0;
  double operands = 0;
  double evaluate = 0;
  double release = 0;
  std::uint64_t count = 0;

  double sum() const { return read + operands + evaluate + release; }
};

// Of one query, a number a round.
struct Rounds {
  std::vector<double> prepared;
  std::vector<double> read;
  std::vector<double> operands;
  std::vector<double> evaluate;
  std::vector<double> release;
  std::vector<double> readAgain;
  std::vector<double> operandsAgain;
  std::vector<double> added;
};

class TextSuite {
 public:
  TextSuite(const SuiteOptions& options, SnapshotPtr snapshot)
      : options_(options), snapshot_(std::move(snapshot)), single_(1), context_{snapshot_, single_, {}} {}

  Result<ReportLine> run(const BenchQuery& query, const Answer& right) const {
    ReportLine line = lineOf(query);
    auto runner = QueryRunner::prepare(query, context_);
    if (!runner) return propagate(runner);
    auto steps = stepsOf(query);
    if (!steps) return propagate(steps);
    line.answer = {std::to_string(steps->count)};
    if (line.answer != right) return wrongAnswer(line.name, "counted in steps", line.answer, right);
    Rounds rounds;
    const Stopwatch watch;
    while (rounds.added.size() < kLeastRounds || watch.seconds() < options_.seconds) {
      if (auto done = addRound(query, *runner, rounds); !done) return propagate(done);
    }
    line.figures = {{"textAdds", "text adds", summarize(std::move(rounds.added)).p50, Unit::microseconds}};
    const auto add = [&](const char* key, const char* title, std::vector<double>& micros) {
      line.timings.push_back({key, title, summarize(std::move(micros)), false});
    };
    add("prepared", "prepared", rounds.prepared);
    add("read", "read", rounds.read);
    add("operands", "operands", rounds.operands);
    add("evaluate", "evaluate", rounds.evaluate);
    add("release", "release", rounds.release);
    add("readAgain", "read again", rounds.readAgain);
    add("operandsAgain", "operands again", rounds.operandsAgain);
    return line;
  }

  const SnapshotPtr& snapshot() const { return snapshot_; }
  const Executor& executor() const { return single_; }

 private:
  Result<Query> read(const BenchQuery& query) const {
    return Query::compile(query.predicates.front(), snapshot_, benchNow());
  }

  // As count() goes on: one shard after the other.
  Result<Steps> stepsOf(const BenchQuery& query) const {
    Steps steps;
    const Stopwatch reading;
    const auto compiled = read(query);
    steps.read = microseconds(reading);
    if (!compiled) return tl::unexpected(compiled.error());
    for (ShardIndex shard = 0; shard < snapshot_->shards.size(); ++shard) {
      const Stopwatch finding;
      auto program = ShardProgram::prepare(compiled->plan(), *snapshot_, shard);
      steps.operands += microseconds(finding);
      if (!program) return propagate(program);
      const Stopwatch evaluating;
      const auto counted = countShard(*program);
      steps.evaluate += microseconds(evaluating);
      if (!counted) return tl::unexpected(counted.error());
      steps.count += *counted;
      const Stopwatch releasing;
      program = ShardProgram();
      steps.release += microseconds(releasing);
    }
    return steps;
  }

  Result<void> findAll(const Query& query) const {
    for (ShardIndex shard = 0; shard < snapshot_->shards.size(); ++shard) {
      if (auto program = ShardProgram::prepare(query.plan(), *snapshot_, shard); !program) return propagate(program);
    }
    return {};
  }

  Result<void> addRound(const BenchQuery& query, const QueryRunner& runner, Rounds& rounds) const {
    const Stopwatch counting;
    if (auto done = outcomeOf(runner.run(context_)); !done) return done;
    rounds.prepared.push_back(microseconds(counting));
    const auto steps = stepsOf(query);
    if (!steps) return tl::unexpected(steps.error());
    rounds.read.push_back(steps->read);
    rounds.operands.push_back(steps->operands);
    rounds.evaluate.push_back(steps->evaluate);
    rounds.release.push_back(steps->release);
    rounds.added.push_back(steps->sum() - rounds.prepared.back());
    return addAgain(query, rounds);
  }

  // The steps before evaluation twice in a row, of which the second finds all of it near.
  Result<void> addAgain(const BenchQuery& query, Rounds& rounds) const {
    for (const bool again : {false, true}) {
      const Stopwatch reading;
      const auto compiled = read(query);
      if (again) rounds.readAgain.push_back(microseconds(reading));
      if (!compiled) return tl::unexpected(compiled.error());
      const Stopwatch finding;
      if (auto found = findAll(*compiled); !found) return found;
      if (again) rounds.operandsAgain.push_back(microseconds(finding));
    }
    return {};
  }

  const SuiteOptions& options_;
  SnapshotPtr snapshot_;
  Executor single_;
  RunContext context_;
};

std::vector<BenchQuery> countingQueries() {
  std::vector<BenchQuery> queries = audienceQueries();
  std::erase_if(queries, [](const BenchQuery& query) {
    return query.kind != QueryClass::boolean || query.task != QueryTask::count;
  });
  return queries;
}

}  // namespace

Result<Report> runTextSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("text", options, host);
  const auto data = openSuiteData(options, host, report);
  if (!data) return tl::unexpected(data.error());
  const TextSuite suite(options, withBenchSegments(data->database->snapshot()));
  auto queries = chooseQueries(options.names, answerable(countingQueries(), *suite.snapshot()->schema));
  if (!queries) return propagate(queries);
  const auto right = rightAnswers(*queries, suite.snapshot(), suite.executor(), data->answers, options.note);
  if (!right) return tl::unexpected(right.error());
  options.note("checking and timing");
  for (std::size_t i = 0; i < queries->size(); ++i) {
    auto line = suite.run((*queries)[i], (*right)[i]);
    if (!line) return propagate(line);
    report.lines.push_back(*std::move(line));
  }
  return report;
}

}  // namespace roster::bench
