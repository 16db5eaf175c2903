#include "bench/real_suite.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "bench/real_operations.h"
#include "bench/real_rival.h"
#include "bench/suite_setup.h"
#include "index/engine/audience.h"

namespace roster::bench {

namespace {

using Contacts = std::vector<ContactId>;

// Slower than so many times CRoaring and so much more is slower than is accepted.
constexpr double kBarFactor = 1.1;
constexpr double kBarMicros = 2;

Contacts contactsOf(const Audience& audience) {
  Contacts contacts;
  for (ShardIndex shard = 0; shard < audience.shardCount(); ++shard) {
    audience.shard(shard).forEach([&](LocalId local) { contacts.push_back(contactAt(shard, local)); });
  }
  return contacts;
}

Contacts contactsOf(const roaring_bitmap_t* bitmap) {
  Contacts contacts(roaring_bitmap_get_cardinality(bitmap));
  roaring_bitmap_to_uint32_array(bitmap, contacts.data());
  return contacts;
}

double perQuestion(const ReportLine& line, std::string_view timing) {
  return line.find(timing)->p50 / line.figures.front().value;
}

double realRatioOf(const ReportLine& line) { return line.find("croaring")->p50 / line.find("prepared")->p50; }

bool isBeyondBar(const ReportLine& line) {
  return perQuestion(line, "prepared") > kBarFactor * perQuestion(line, "croaring") + kBarMicros;
}

// One set with all that answers questions about it.
class RealContest {
 public:
  RealContest(const RealSet& set, SnapshotPtr snapshot, const SuiteOptions& options)
      : set_(set), snapshot_(std::move(snapshot)), rival_(set), options_(options) {}

  // The operation's questions answered right, then timed.
  Result<ReportLine> run(const RealOperation& operation) {
    ReportLine line;
    line.name = fmt::format("{}/{}", set_.name, operation.name);
    line.group = set_.name;
    line.task = nameOf(QueryTask::count);
    line.description = operation.description;
    line.predicates = predicatesOf(operation, set_.bitmaps.size());
    line.fields = {std::string(kRealField)};
    std::vector<PreparedQuery> queries;
    for (const std::string& predicate : line.predicates) {
      auto query = Query::compile(predicate, snapshot_, benchNow());
      if (!query) return propagate(query);
      auto prepared = PreparedQuery::prepare(*query, single_);
      if (!prepared) return propagate(prepared);
      queries.push_back(*std::move(prepared));
    }
    if (auto checked = check(operation, queries, line); !checked) return propagate(checked);
    if (auto timed = time(operation, queries, line); !timed) return propagate(timed);
    return line;
  }

  std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const auto& shard : snapshot_->shards) {
      for (const auto& [id, field] : shard->fields) {
        for (const DenseValue& value : field->values()->dense) bytes += value.bitmap->bytes();
      }
    }
    return bytes;
  }
  std::size_t portableBytes() const { return rival_.portableBytes(); }

 private:
  Result<void> check(const RealOperation& operation, const std::vector<PreparedQuery>& queries, ReportLine& line) {
    const std::vector<Contacts> right = rightAnswers(operation, set_);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) {
      const auto counted = queries[i].count(single_);
      if (!counted) return tl::unexpected(counted.error());
      const auto made = queries[i].evaluate(single_);
      if (!made) return tl::unexpected(made.error());
      if (*counted != right[i].size() || contactsOf(*made) != right[i]) {
        return wrong(line, i, "Roster", *counted, made->count(), right[i]);
      }
      sum += right[i].size();
    }
    line.answer = {std::to_string(sum)};
    return checkRival(operation, right, line);
  }

  Result<void> checkRival(const RealOperation& operation, const std::vector<Contacts>& right, const ReportLine& line) {
    Result<void> result;
    for (const WideUnion wide : {WideUnion::many, WideUnion::heap}) {
      std::size_t at = 0;
      const auto counted = [&](std::uint64_t count) {
        if (count != right[at].size() && result) result = wrong(line, at, "CRoaring", count, count, right[at]);
        ++at;
      };
      const auto made = [&](const RoaringPtr& bitmap) {
        const Contacts contacts = contactsOf(bitmap.get());
        if (contacts != right[at] && result) {
          result = wrong(line, at, "CRoaring", contacts.size(), contacts.size(), right[at]);
        }
        ++at;
      };
      rival_.run(operation, wide, counted, made);
    }
    return result;
  }

  static tl::unexpected<Error> wrong(const ReportLine& line, std::size_t question, std::string_view who,
                                     std::uint64_t counted, std::uint64_t made, const Contacts& right) {
    const std::string_view predicate = line.predicates[question];
    return fail(ErrorCode::internal,
                fmt::format("{}: {} counts {} and finds {} contacts or others for {}; lists of integers have {}",
                            line.name, who, counted, made, predicate.substr(0, 100), right.size()));
  }

  Result<void> time(const RealOperation& operation, const std::vector<PreparedQuery>& queries, ReportLine& line) {
    std::uint64_t sum = 0;
    const auto roster = [&]() -> Result<void> {
      for (const PreparedQuery& query : queries) {
        if (operation.isCount) {
          const auto counted = query.count(single_);
          if (!counted) return tl::unexpected(counted.error());
          sum += *counted;
        } else if (const auto made = query.evaluate(single_); !made) {
          return tl::unexpected(made.error());
        }
      }
      return {};
    };
    auto prepared = measure(options_.seconds, roster);
    if (!prepared) return propagate(prepared);
    std::optional<Timing> croaring;
    for (const WideUnion wide : {WideUnion::many, WideUnion::heap}) {
      if (wide == WideUnion::heap && !(operation.isWide && operation.algebra == RealAlgebra::unite)) continue;
      const auto timing = measure(options_.seconds, [&]() -> Result<void> {
        rival_.run(
            operation, wide, [&](std::uint64_t count) { sum += count; }, [](const RoaringPtr&) {});
        return {};
      });
      if (!timing) return tl::unexpected(timing.error());
      if (!croaring || timing->p50 < croaring->p50) croaring = *timing;
    }
    line.timings = {{"prepared", "Roster", *prepared, false}, {"croaring", "CRoaring", *croaring, false}};
    line.figures = {{"questions", "questions", static_cast<double>(queries.size()), Unit::number}};
    line.figures.push_back({"preparedEach", "Roster, each", perQuestion(line, "prepared"), Unit::microseconds});
    line.figures.push_back({"croaringEach", "CRoaring, each", perQuestion(line, "croaring"), Unit::microseconds});
    line.figures.push_back({"ratio", "ratio", realRatioOf(line), Unit::times});
    return {};
  }

  const RealSet& set_;
  SnapshotPtr snapshot_;
  RealRival rival_;
  const SuiteOptions& options_;
  Executor single_{1};
};

Result<std::vector<RealOperation>> chooseOperations(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const RealOperation& operation : realOperations()) known.emplace_back(operation.name);
  if (auto all = requireKnown(names, known); !all) return propagate(all);
  std::vector<RealOperation> chosen;
  for (const RealOperation& operation : realOperations()) {
    if (names.empty() || std::ranges::find(names, operation.name) != names.end()) chosen.push_back(operation);
  }
  return chosen;
}

// How many times as fast as CRoaring, as geometric means: of each operation, of each set and of all.
FigureGroup realMeansOf(const std::vector<ReportLine>& lines) {
  std::map<std::string, std::vector<double>> ratios;
  for (const ReportLine& line : lines) {
    const double ratio = realRatioOf(line);
    for (const std::string& name : {line.group, line.name.substr(line.group.size() + 1), std::string("all")}) {
      ratios[name].push_back(ratio);
    }
  }
  FigureGroup group{"means", "as fast as CRoaring, geometric means", {}};
  for (const auto& [name, ofName] : ratios) group.figures.push_back({name, name, geometricMean(ofName), Unit::times});
  return group;
}

}  // namespace

Result<Report> runRealSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("real", options, host);
  report.contacts = 0;
  report.threads = 1;
  report.database = options.realSets.string();
  const auto operations = chooseOperations(options.names);
  if (!operations) return tl::unexpected(operations.error());
  FigureGroup memory{"memory", "bitmaps, and the same in Roaring's portable format", {}};
  for (const std::string_view name : realSetNames()) {
    const auto set = readRealSet(options.realSets, name);
    if (!set) return tl::unexpected(set.error());
    auto snapshot = snapshotOf(*set);
    if (!snapshot) return propagate(snapshot);
    options.note(fmt::format("{}: {} bitmaps, {} contacts", name, set->bitmaps.size(), set->contacts));
    report.contacts += set->contacts;
    RealContest contest(*set, *std::move(snapshot), options);
    for (const RealOperation& operation : *operations) {
      auto line = contest.run(operation);
      if (!line) return propagate(line);
      report.lines.push_back(*std::move(line));
    }
    memory.figures.push_back({fmt::format("{}Roster", name), fmt::format("{}: Roster", name),
                              static_cast<double>(contest.bytes()), Unit::bytes});
    memory.figures.push_back({fmt::format("{}Portable", name), fmt::format("{}: Roaring", name),
                              static_cast<double>(contest.portableBytes()), Unit::bytes});
  }
  const auto beyond = std::ranges::count_if(report.lines, isBeyondBar);
  report.figures = {{"beyondBar", fmt::format("slower than {} x CRoaring + {} µs", kBarFactor, kBarMicros),
                     static_cast<double>(beyond), Unit::number}};
  report.groups = {realMeansOf(report.lines), std::move(memory)};
  return report;
}

}  // namespace roster::bench
