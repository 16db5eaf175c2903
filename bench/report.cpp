#include "bench/report.h"

#include <algorithm>

namespace roster::bench {

namespace {

template <class T>
std::vector<std::string> distinctGroups(const std::vector<T>& members) {
  std::vector<std::string> groups;
  for (const T& member : members) {
    if (std::ranges::find(groups, member.group) == groups.end()) groups.push_back(member.group);
  }
  return groups;
}

}  // namespace

const Timing* ReportLine::find(std::string_view timing) const {
  const auto found = std::ranges::find(timings, timing, &NamedTiming::key);
  return found == timings.end() ? nullptr : &found->timing;
}

const ReportLine* Report::find(std::string_view line) const {
  const auto found = std::ranges::find(lines, line, &ReportLine::name);
  return found == lines.end() ? nullptr : &*found;
}

ReportLine lineOf(const BenchQuery& query) {
  ReportLine line;
  line.name = query.name;
  line.group = nameOf(query.kind);
  line.task = nameOf(query.task);
  line.description = query.description;
  line.predicates = query.predicates;
  line.fields = query.fields;
  return line;
}

std::vector<std::string> groupsOf(const std::vector<ReportLine>& lines) { return distinctGroups(lines); }
std::vector<std::string> groupsOf(const std::vector<Curve>& curves) { return distinctGroups(curves); }

std::optional<std::uint64_t> contactsOf(const ReportLine& line) {
  constexpr std::string_view kRows = "rows\t";
  if (line.answer.empty()) return std::nullopt;
  if (line.task == nameOf(QueryTask::count)) return std::stoull(line.answer[0]);
  if (line.answer[0].starts_with(kRows)) return std::stoull(line.answer[0].substr(kRows.size()));
  return std::nullopt;
}

}  // namespace roster::bench
