#include "bench/behaviour_suite.h"

#include <fmt/format.h>

#include "bench/behaviour_data.h"
#include "bench/new_events.h"
#include "bench/query_runner.h"
#include "bench/suite_setup.h"
#include "core/data/apply.h"
#include "core/eval/event_results.h"
#include "index/engine/event_changes.h"

namespace roster::bench {

namespace {

constexpr std::size_t kLateEvents = 10'000;
// Between one question and the same one again.
constexpr std::size_t kArriving = 1'000;
constexpr Instant kMeanwhile = kMillisecondsPerMinute;
constexpr std::size_t kRounds = 20;
constexpr std::size_t kResultBytes = std::size_t{1} << 30;

constexpr std::string_view kLateTypes[] = {"purchase", "basket", "visit", "open"};

// The snapshot with events of a year, each of them recorded by a batch of its own; and with all of them by one.
struct LateSnapshots {
  SnapshotPtr oneByOne;
  SnapshotPtr atOnce;
};

std::vector<NewEvent> lateEvents(std::size_t count) {
  std::vector<NewEvent> events = arriving(count, benchNow() - 365 * kMillisecondsPerDay, benchNow(), 1);
  for (std::size_t i = 0; i < count; ++i) {
    // In no order of time, as what is late has none.
    std::swap(events[i], events[(i * 7919) % count]);
    events[i].type = kLateTypes[i % std::size(kLateTypes)];
  }
  return events;
}

Result<LateSnapshots> recordLate(const SnapshotPtr& snapshot, std::size_t count) {
  const std::vector<NewEvent> events = lateEvents(count);
  LateSnapshots late{snapshot, nullptr};
  for (std::size_t i = 0; i < count; ++i) {
    auto after = apply(*late.oneByOne, batchOf({&events[i], 1}, *snapshot, i), late.oneByOne->sequence + 1);
    if (!after) return propagate(after);
    late.oneByOne = *std::move(after);
  }
  // The same contacts and values: each event is made by itself.
  ChangeBatch all;
  for (std::size_t i = 0; i < count; ++i) {
    for (EventChanges& changes : batchOf({&events[i], 1}, *snapshot, i).recorded) {
      all.recorded.push_back(std::move(changes));
    }
  }
  auto atOnce = apply(*snapshot, all, snapshot->sequence + 1);
  if (!atOnce) return propagate(atOnce);
  late.atOnce = *std::move(atOnce);
  return late;
}

// internal, with both answers, where they are not the same.
Result<void> requireEqual(const std::string& query, std::string_view how, const Result<Answer>& given,
                          std::string_view otherwise, const Result<Answer>& right) {
  for (const auto* answer : {&given, &right}) {
    if (!*answer) return tl::unexpected(answer->error());
  }
  if (*given == *right) return {};
  return fail(ErrorCode::internal, fmt::format("{}: {} it gives {}, {} {}", query, how, fmt::join(*given, "; "),
                                               otherwise, fmt::join(*right, "; ")));
}

class BehaviourSuite {
 public:
  BehaviourSuite(const SuiteOptions& options, const SnapshotPtr& snapshot)
      : options_(options),
        snapshot_(keeping(snapshot, nullptr)),
        single_(1),
        several_(options.threads),
        one_{snapshot_, single_},
        all_{snapshot_, several_} {}

  Result<void> prepare(const std::vector<BenchQuery>& queries, const std::filesystem::path& kept) {
    auto answers = rightAnswers(queries, snapshot_, several_, kept, options_.note);
    if (!answers) return propagate(answers);
    options_.note("checking every answer");
    for (std::size_t i = 0; i < queries.size(); ++i) {
      auto runner = QueryRunner::prepare(queries[i], one_);
      if (!runner) return propagate(runner);
      if (auto checked = checkEveryWay(queries[i], *runner, one_, all_, (*answers)[i]); !checked) return checked;
      contests_.push_back({queries[i], *std::move(runner), std::move((*answers)[i])});
    }
    return {};
  }

  Result<std::vector<ReportLine>> time() const {
    options_.note("timing");
    std::vector<ReportLine> lines;
    for (const Contest& contest : contests_) {
      ReportLine line = lineOf(contest.query);
      line.answer = contest.answer;
      const std::tuple<const char*, std::string, std::function<Result<RawAnswer>()>> ways[] = {
          {"prepared", "prepared", [&] { return contest.runner.run(one_); }},
          {"text", "from text", [&] { return runFromText(contest.query, one_); }},
          {"threaded", fmt::format("{} threads", several_.threads()), [&] { return contest.runner.run(all_); }},
          {"textThreaded", "the same from text", [&] { return runFromText(contest.query, all_); }}};
      for (const auto& [key, title, run] : ways) {
        auto measured = measure(options_.seconds, [&run = run] { return outcomeOf(run()); });
        if (!measured) return propagate(measured);
        line.timings.push_back({key, title, *measured, false});
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  // The same questions again and again, each time after some events have arrived and a minute has passed, by what is
  // kept of the answers before. Each answer is that of an evaluation that has nothing kept.
  Result<void> timeAgain(std::vector<ReportLine>& lines) const {
    options_.note("asking again");
    SnapshotPtr snapshot = keeping(snapshot_, std::make_shared<EventResults>(kResultBytes));
    Instant now = benchNow();
    std::vector<std::vector<double>> again(contests_.size());
    std::vector<std::vector<double>> anew(contests_.size());
    for (std::size_t round = 0; round <= kRounds; ++round) {
      for (std::size_t i = 0; i < contests_.size(); ++i) {
        const RunContext kept{snapshot, several_, {}, now};
        const RunContext cold{keeping(snapshot, nullptr), several_, {}, now};
        if (auto same = askTwice(contests_[i].query, kept, cold, round, again[i], anew[i]); !same) return same;
      }
      auto after = apply(*snapshot, batchOf(arriving(kArriving, now, now + kMeanwhile, round), *snapshot, round),
                         snapshot->sequence + 1);
      if (!after) return propagate(after);
      snapshot = *std::move(after);
      now += kMeanwhile;
    }
    for (std::size_t i = 0; i < contests_.size(); ++i) {
      lines[i].timings.push_back({"again", "asked again", summarize(std::move(again[i])), false});
      lines[i].timings.push_back({"anew", "asked anew", summarize(std::move(anew[i])), false});
      const double gain = lines[i].find("anew")->p50 / lines[i].find("again")->p50;
      lines[i].figures.push_back({"againGain", "as fast again", gain, Unit::times});
    }
    return {};
  }

  // By turns, with and without what was late.
  Result<void> timeLate(std::vector<ReportLine>& lines) const {
    options_.note(fmt::format("recording {} late events one by one", kLateEvents));
    auto late = recordLate(snapshot_, kLateEvents);
    if (!late) return propagate(late);
    const RunContext oneByOne{late->oneByOne, several_};
    for (std::size_t i = 0; i < contests_.size(); ++i) {
      const BenchQuery& query = contests_[i].query;
      const auto given = askFromText(query, oneByOne);
      const auto right = askFromText(query, {late->atOnce, several_});
      auto same =
          requireEqual(query.name, "with events recorded one by one", given, "with all recorded at once", right);
      if (!same) return same;
      auto measured = measureByTurns(
          options_.seconds, [&] { return outcomeOf(runFromText(query, all_)); },
          [&] { return outcomeOf(runFromText(query, oneByOne)); });
      if (!measured) return propagate(measured);
      lines[i].figures.push_back(
          {"lateRatio", "with late events", measured->second.p50 / measured->first.p50, Unit::times});
    }
    return {};
  }

 private:
  struct Contest {
    BenchQuery query;
    QueryRunner runner;
    Answer answer;
  };

  // Each is asked once, as somebody does who comes back after a minute, when other work has gone through the
  // processor's caches; by turns the one or the other first. The first round is not timed.
  static Result<void> askTwice(const BenchQuery& query, const RunContext& kept, const RunContext& cold,
                               std::size_t round, std::vector<double>& again, std::vector<double>& anew) {
    Result<Answer> answers[2];
    for (std::size_t turn = 0; turn < 2; ++turn) {
      const bool isKept = (turn + round) % 2 == 0;
      const Stopwatch watch;
      const auto raw = runFromText(query, isKept ? kept : cold);
      if (round != 0) (isKept ? again : anew).push_back(watch.seconds() * 1e6);
      if (!raw) return tl::unexpected(raw.error());
      answers[isKept ? 0 : 1] = answerOf(*raw, query, cold);
    }
    return requireEqual(query.name, "asked again", answers[0], "asked anew", answers[1]);
  }

  const SuiteOptions& options_;
  SnapshotPtr snapshot_;
  Executor single_;
  Executor several_;
  RunContext one_;
  RunContext all_;
  std::vector<Contest> contests_;
};

// What the events take, by type: bytes before compression.
FigureGroup sizesOf(const Snapshot& snapshot) {
  FigureGroup group{"bytesPerEvent", "bytes an event, before compression", {}};
  for (const EventFigures& figures : eventFigures(snapshot)) {
    if (figures.events == 0) continue;
    group.figures.push_back({figures.type.name, figures.type.name,
                             static_cast<double>(figures.bytes) / static_cast<double>(figures.events), Unit::number});
  }
  return group;
}

}  // namespace

Result<Report> runBehaviourSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("behaviour", options, host);
  auto queries = chooseQueries(options.names, behaviourQueries());
  if (!queries) return propagate(queries);
  const auto data = prepareBehaviour(options.contacts, options.directory, host, options.note);
  if (!data) return tl::unexpected(data.error());
  const auto database = Database::open(data->database, Access::read, host);
  if (!database) return tl::unexpected(database.error());
  report.csv = data->folder.string();
  report.database = data->database.string();
  report.figures = {
      {"events", "events", static_cast<double>(options.contacts * kEventsPerContact), Unit::number},
      {"eventSeconds", data->eventSeconds > 0 ? "events imported in" : "", data->eventSeconds, Unit::seconds}};
  const SnapshotPtr snapshot = (*database)->snapshot();
  BehaviourSuite suite(options, snapshot);
  if (auto prepared = suite.prepare(*queries, data->answers); !prepared) return propagate(prepared);
  auto lines = suite.time();
  if (!lines) return propagate(lines);
  report.lines = *std::move(lines);
  if (auto timed = suite.timeAgain(report.lines); !timed) return propagate(timed);
  if (auto timed = suite.timeLate(report.lines); !timed) return propagate(timed);
  report.groups.push_back(sizesOf(*snapshot));
  return report;
}

}  // namespace roster::bench
