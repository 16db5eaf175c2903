#include "bench/audience_suite.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

#include "bench/croaring_by_hand.h"
#include "bench/machine.h"
#include "bench/query_runner.h"
#include "bench/suite_setup.h"
#include "bench/thread_wake.h"
#include "index/engine/database.h"
#include "index/engine/slot_walk.h"

namespace roster::bench {

namespace {

// Bytes. What the bitmaps and slices take is a difference of resident size.
struct OperandMemory {
  std::uint64_t atOpen = 0;    // of the process, once the database is open
  std::uint64_t operands = 0;  // that the boolean queries' operands added, prepared for all of them
  std::uint64_t portable = 0;  // the same bitmaps and slices in Roaring's portable format
  std::uint64_t forward = 0;   // the forward columns of all fields, were they all loaded
};

// Of the forward columns of all fields, and of keys.
std::uint64_t forwardBytes(const Snapshot& snapshot) {
  std::uint64_t bytes = 0;
  walkSlots(snapshot, [&](const auto& slot, const PieceKey& key) {
    switch (key.kind) {
      case PieceKind::keys:
      case PieceKind::codeColumn:
      case PieceKind::setColumn:
      case PieceKind::setPatch:
      case PieceKind::numberColumn:
      case PieceKind::textColumn: bytes += slot->bytes(); break;
      default: break;
    }
  });
  return bytes;
}

// One query and all that runs it.
struct Contest {
  BenchQuery query;
  QueryRunner roster;
  std::optional<HandQuery> hand;
  std::vector<std::uint64_t> handCounts;
  Answer answer;
};

double ratioOf(const ReportLine& line, std::string_view slower, std::string_view faster) {
  return line.find(slower)->p50 / line.find(faster)->p50;
}

class AudienceSuite {
 public:
  AudienceSuite(const SuiteOptions& options, SnapshotPtr snapshot, const std::filesystem::path& listFile)
      : options_(options),
        snapshot_(std::move(snapshot)),
        single_(1),
        several_(options.threads),
        one_{snapshot_, single_, listFile},
        all_{snapshot_, several_, listFile},
        index_(snapshot_) {}

  unsigned threads() const { return several_.threads(); }

  // What spreading a query over threads costs.
  FigureGroup threadGroup() const {
    const ThreadWake wake = measureThreadWake(several_, options_.seconds);
    return {"threadWake",
            "a second thread begins after",
            {{"awake", "where it was at work just before", wake.awake.p50, Unit::microseconds},
             {"asleep", "where it sleeps", wake.asleep.p50, Unit::microseconds},
             {"asleep99", "the same, p99", wake.asleep.p99, Unit::microseconds}}};
  }

  Result<void> prepare(std::vector<BenchQuery> queries) {
    memory_.atOpen = residentBytes();
    for (BenchQuery& query : queries) {
      auto runner = QueryRunner::prepare(query, one_);
      if (!runner) return propagate(runner);
      if (query.kind == QueryClass::boolean) memory_.operands = residentBytes() - memory_.atOpen;
      contests_.push_back({std::move(query), *std::move(runner), {}, {}, {}});
    }
    return {};
  }

  // Every answer, however it was come by, is that of the naive evaluator.
  Result<void> check(const std::filesystem::path& kept) {
    std::vector<BenchQuery> queries;
    for (const Contest& contest : contests_) queries.push_back(contest.query);
    auto answers = rightAnswers(queries, snapshot_, several_, kept, options_.note);
    if (!answers) return propagate(answers);
    for (std::size_t i = 0; i < contests_.size(); ++i) contests_[i].answer = std::move((*answers)[i]);
    for (Contest& contest : contests_) {
      if (auto checked = checkEveryWay(contest.query, contest.roster, one_, all_, contest.answer); !checked) {
        return checked;
      }
      if (auto checked = checkHand(contest); !checked) return checked;
    }
    memory_.portable = index_.portableBytes();
    memory_.forward = forwardBytes(*snapshot_);
    return {};
  }

  Result<ReportLine> time(std::size_t place) {
    Contest& contest = contests_[place];
    ReportLine line = lineOf(contest.query);
    line.answer = contest.answer;
    const auto touched = contest.roster.touchedBytes(all_);
    if (!touched) return tl::unexpected(touched.error());
    line.figures = {{"leaves", "", static_cast<double>(contest.roster.leaves()), Unit::number},
                    {"bytesTouched", "touches", static_cast<double>(*touched), Unit::bytes}};
    const auto timed = [&](std::string key, std::string title, const std::function<Result<RawAnswer>()>& body) {
      return addTiming(line, {std::move(key), std::move(title), {}, false}, [&] { return outcomeOf(body()); });
    };
    if (auto done = timed("prepared", "prepared", [&] { return contest.roster.run(one_); }); !done) {
      return propagate(done);
    }
    line.timings.back().withTail = true;
    const auto byHand = [&]() -> Result<void> {
      (*contest.hand)(contest.handCounts);
      return {};
    };
    if (contest.hand) {
      if (auto done = addTiming(line, {"croaring", "CRoaring", {}, false}, byHand); !done) return propagate(done);
    }
    if (auto done = addText(line, contest); !done) return propagate(done);
    if (auto done = timed("threaded", fmt::format("{} threads", threads()), [&] { return contest.roster.run(all_); });
        !done) {
      return propagate(done);
    }
    if (auto done = addThroughput(line, contest); !done) return propagate(done);
    if (auto done = timed("textThreaded", "", [&] { return runFromText(contest.query, all_); }); !done) {
      return propagate(done);
    }
    if (auto done = addFirstTime(line, contest); !done) return propagate(done);
    if (contest.hand) line.figures.push_back({"ratio", "ratio", ratioOf(line, "croaring", "prepared"), Unit::times});
    return line;
  }

  std::size_t size() const { return contests_.size(); }
  const OperandMemory& memory() const { return memory_; }

 private:
  Result<void> addTiming(ReportLine& line, NamedTiming named, const std::function<Result<void>()>& body) const {
    auto measured = measure(options_.seconds, body);
    if (!measured) return propagate(measured);
    named.timing = *measured;
    line.timings.push_back(std::move(named));
    return {};
  }

  // The first time that a name of `bucket` is asked for, which hashes the keys: each time another name.
  Result<void> addFirstTime(ReportLine& line, const Contest& contest) const {
    constexpr std::string_view kName = "spring-test";
    const auto at = contest.query.predicates.front().find(kName);
    if (contest.query.name != "bucket" || at == std::string::npos) return {};
    int number = 0;
    auto measured = measure(options_.seconds, [&] {
      BenchQuery fresh = contest.query;
      fresh.predicates.front().replace(at, kName.size(), fmt::format("{} {}", kName, ++number));
      return outcomeOf(runFromText(fresh, all_));
    });
    if (!measured) return propagate(measured);
    line.figures.push_back({"firstTime", "first time", measured->p50, Unit::microseconds});
    return {};
  }

  // Of the prepared query, each thread asking for itself. Lists go to one file, so that they are left out.
  Result<void> addThroughput(ReportLine& line, const Contest& contest) const {
    if (contest.query.task == QueryTask::list) return {};
    auto perSecond =
        measureThroughput(options_.seconds, threads(), [&] { return outcomeOf(contest.roster.run(one_)); });
    if (!perSecond) return propagate(perSecond);
    line.figures.push_back({"perSecond", "throughput", *perSecond, Unit::perSecond});
    return {};
  }

  // By turns with the prepared query: what the text adds is far less than two runs of a long query differ by.
  Result<void> addText(ReportLine& line, const Contest& contest) const {
    auto measured = measureByTurns(
        2 * options_.seconds, [&] { return outcomeOf(contest.roster.run(one_)); },
        [&] { return outcomeOf(runFromText(contest.query, one_)); });
    if (!measured) return propagate(measured);
    line.timings.push_back({"text", "from text", measured->second, false});
    line.figures.push_back({"textAdds", "text adds", measured->added, Unit::microseconds});
    // Again and again with no query in between: what the text takes where nothing has driven it out of the caches.
    auto warm = measure(options_.seconds / 4, [&]() -> Result<void> {
      auto prepared = QueryRunner::prepare(contest.query, one_);
      if (!prepared) return propagate(prepared);
      return {};
    });
    if (!warm) return propagate(warm);
    line.figures.push_back({"textAlone", "text alone", warm->p50, Unit::microseconds});
    return {};
  }

  Result<void> checkHand(Contest& contest) {
    auto hand = croaringByHand(contest.query, index_);
    if (!hand) return propagate(hand);
    if (!*hand) return {};
    contest.hand = *std::move(hand);
    contest.handCounts.resize(contest.query.predicates.size());
    (*contest.hand)(contest.handCounts);
    const auto answer = answerOf(contest.handCounts, contest.query, one_);
    if (!answer) return tl::unexpected(answer.error());
    if (*answer == contest.answer) return {};
    return wrongAnswer(contest.query.name, "CRoaring by hand", *answer, contest.answer);
  }

  const SuiteOptions& options_;
  SnapshotPtr snapshot_;
  Executor single_;
  Executor several_;
  RunContext one_;
  RunContext all_;
  HandIndex index_;
  std::vector<Contest> contests_;
  OperandMemory memory_;
};

FigureGroup memoryGroup(const OperandMemory& memory) {
  const auto bytes = [](std::string key, std::string title, std::uint64_t value) {
    return Figure{std::move(key), std::move(title), static_cast<double>(value), Unit::bytes};
  };
  return {"memory",
          "memory",
          {bytes("atOpen", "when opened", memory.atOpen),
           bytes("operands", "added by the boolean queries' operands", memory.operands),
           bytes("portable", "the same in Roaring's portable format", memory.portable),
           bytes("forward", "not among them: forward columns of all fields and keys, once loaded", memory.forward)}};
}

// Geometric means by class, of how many times as fast.
FigureGroup meansOf(const Report& report) {
  FigureGroup group{"means", "geometric means", {}};
  const auto add = [&](std::string key, std::string title, const std::vector<double>& ratios) {
    if (ratios.empty()) return;
    group.figures.push_back({std::move(key), std::move(title), geometricMean(ratios), Unit::times});
  };
  for (const std::string& kind : groupsOf(report.lines)) {
    std::vector<double> croaring;
    std::vector<double> croaringThree;
    std::vector<double> threads;
    for (const ReportLine& line : report.lines) {
      if (line.group != kind) continue;
      threads.push_back(ratioOf(line, "prepared", "threaded"));
      if (line.find("croaring") == nullptr) continue;
      croaring.push_back(ratioOf(line, "croaring", "prepared"));
      if (line.figures.front().value >= 3) croaringThree.push_back(croaring.back());
    }
    add(kind + "Croaring", kind + ": as fast as CRoaring by hand", croaring);
    add(kind + "CroaringThree", kind + ": as fast as CRoaring by hand, three leaves or more", croaringThree);
    add(kind + "Threads", fmt::format("{}: as fast on {} threads as on one", kind, report.threads), threads);
  }
  return group;
}

Result<void> runOn(const SuiteData& data, const SuiteOptions& options, Report& report) {
  const SnapshotPtr snapshot = withBenchSegments(data.database->snapshot());
  auto queries = chooseQueries(options.names, answerable(audienceQueries(), *snapshot->schema));
  if (!queries) return propagate(queries);
  if (queries->empty()) return fail(ErrorCode::invalidArgument, "this database has the fields of none of the queries");

  const std::filesystem::path listFile = options.directory / fmt::format("list-{}.csv", report.contacts);
  AudienceSuite suite(options, snapshot, listFile);
  if (auto prepared = suite.prepare(*std::move(queries)); !prepared) return prepared;
  options.note("checking every answer");
  if (auto checked = suite.check(data.answers); !checked) return checked;
  options.note("timing");
  for (std::size_t i = 0; i < suite.size(); ++i) {
    auto timed = suite.time(i);
    if (!timed) return propagate(timed);
    report.lines.push_back(*std::move(timed));
  }
  report.groups.push_back(meansOf(report));
  if (suite.threads() > 1) report.groups.push_back(suite.threadGroup());
  if (!data.isImported) report.groups.push_back(memoryGroup(suite.memory()));
  std::error_code ignored;
  std::filesystem::remove(listFile, ignored);
  return {};
}

}  // namespace

Result<Report> runAudienceSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("audience", options, host);
  const auto data = openSuiteData(options, host, report);
  if (!data) return tl::unexpected(data.error());
  if (auto done = runOn(*data, options, report); !done) return propagate(done);
  return report;
}

}  // namespace roster::bench
