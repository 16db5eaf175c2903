#include "bench/comparison.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <simdjson.h>
#include <system_error>

#include "bench/report.h"

namespace roster::bench {

namespace {

using simdjson::dom::element;

tl::unexpected<Error> notAReport(const std::filesystem::path& path, std::string_view why) {
  return fail(ErrorCode::invalidArgument,
              fmt::format("'{}' is no report of roster bench --json: {}", path.string(), why));
}

std::string textIn(const element& object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

double numberIn(const element& object, const char* key) {
  double number = 0;
  return object[key].get(number) == simdjson::SUCCESS ? number : 0;
}

// Members of a line are timings where they are objects with percentiles.
std::optional<Timing> timingIn(const element& member) {
  double p50 = 0;
  if (!member.is_object() || member["p50"].get(p50) != simdjson::SUCCESS) return std::nullopt;
  return Timing{static_cast<std::uint64_t>(numberIn(member, "runs")),
                numberIn(member, "minimum"),
                p50,
                numberIn(member, "p90"),
                numberIn(member, "p99"),
                numberIn(member, "p999"),
                numberIn(member, "maximum")};
}

}  // namespace

std::string_view nameOf(Change change) {
  switch (change) {
    case Change::faster: return "faster";
    case Change::slower: return "slower";
    case Change::none: break;
  }
  return "";
}

Change changeBetween(const Timing& before, const Timing& after) {
  const auto isBeyond = [](const Timing& less, const Timing& more) {
    return more.p50 > kChangeFactor * less.p50 && more.p90 > kChangeFactor * less.p90 && more.p50 > less.p90 &&
           more.p50 - less.p50 > kLeastChangeMicros;
  };
  if (isBeyond(before, after)) return Change::slower;
  return isBeyond(after, before) ? Change::faster : Change::none;
}

std::size_t Comparison::slower() const {
  return static_cast<std::size_t>(std::ranges::count(timings, Change::slower, &ComparedTiming::change));
}

std::vector<std::pair<std::string, double>> Comparison::means() const {
  std::map<std::string, std::vector<double>> ratios;
  for (const ComparedTiming& timing : timings) ratios[timing.key].push_back(timing.ratio);
  std::vector<std::pair<std::string, double>> means;
  means.reserve(ratios.size());
  for (const auto& [key, each] : ratios) means.emplace_back(key, geometricMean(each));
  return means;
}

Result<OldReport> OldReport::read(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::notFound, fmt::format("there is no file '{}'", path.string()));
  }
  simdjson::dom::parser parser;
  element document;
  if (const auto error = parser.load(path.string()).get(document); error != simdjson::SUCCESS) {
    return notAReport(path, simdjson::error_message(error));
  }
  OldReport report;
  report.path_ = path.string();
  report.suite_ = textIn(document, "suite");
  report.machine_ = textIn(document, "machine");
  simdjson::dom::array queries;
  if (report.suite_.empty() || document["contacts"].get(report.contacts_) != simdjson::SUCCESS ||
      document["queries"].get(queries) != simdjson::SUCCESS) {
    return notAReport(path, "it has no suite, contacts and queries");
  }
  for (const element query : queries) {
    simdjson::dom::object members;
    if (query.get(members) != simdjson::SUCCESS) return notAReport(path, "a query is no object");
    const std::string name = textIn(query, "name");
    for (const auto member : members) {
      if (const auto timing = timingIn(member.value)) report.timings_[{name, std::string(member.key)}] = *timing;
    }
  }
  return report;
}

Result<void> OldReport::requireSuite(std::string_view suite) const {
  if (suite == suite_) return {};
  return fail(ErrorCode::invalidArgument, fmt::format("'{}' is of the suite {}, not {}", path_, suite_, suite));
}

Result<void> OldReport::requireSame(std::string_view suite, std::uint64_t contacts) const {
  if (auto same = requireSuite(suite); !same) return same;
  if (contacts != contacts_) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' is of {} contacts, not {}", path_, contacts_, contacts));
  }
  return {};
}

Result<Comparison> OldReport::compare(const Report& report) const {
  if (auto same = requireSame(report.suite, report.contacts); !same) return propagate(same);
  Comparison comparison;
  comparison.path = path_;
  comparison.machine = machine_;
  for (const ReportLine& line : report.lines) {
    for (const NamedTiming& now : line.timings) {
      const auto found = timings_.find({line.name, now.key});
      if (found == timings_.end() || found->second.p50 <= 0) continue;
      const Timing& before = found->second;
      comparison.timings.push_back({line.name, now.key, now.title, before, now.timing, now.timing.p50 / before.p50,
                                    changeBetween(before, now.timing)});
    }
  }
  return comparison;
}

}  // namespace roster::bench
