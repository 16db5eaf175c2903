#include "bench/checkpoint_tails.h"

#include <algorithm>
#include <fmt/format.h>

namespace roster::bench {

namespace {

constexpr std::size_t kWorstShown = 5;

const Figure* figureOf(const ReportLine& line, std::string_view key) {
  const auto found = std::ranges::find(line.figures, key, &Figure::key);
  return found == line.figures.end() ? nullptr : &*found;
}

}  // namespace

void addCheckpointFigures(ReportLine& line, const std::vector<double>& micros) {
  if (micros.empty()) return;
  const Timing timing = summarize(micros);
  const bool hasTail = timing.runs >= kLeastForTail;
  const double tail = hasTail ? timing.p99 : timing.maximum;
  line.figures.push_back({"checkpointCounts", "beside a checkpoint", static_cast<double>(timing.runs), Unit::number});
  if (hasTail) line.figures.push_back({"checkpointP99", "their p99", tail, Unit::microseconds});
  else line.figures.push_back({"checkpointMost", "the most", tail, Unit::microseconds});
  line.figures.push_back({"checkpointRatio", "by p99 alone", tail / line.find("alone")->p99, Unit::times});
}

FigureGroup worstBesideCheckpoint(const std::vector<ReportLine>& lines) {
  FigureGroup group{"worstBesideCheckpoint", "slowest beside a checkpoint, by p99 alone", {}};
  for (const ReportLine& line : lines) {
    const Figure* ratio = figureOf(line, "checkpointRatio");
    if (ratio == nullptr) continue;
    const char* what = figureOf(line, "checkpointP99") != nullptr ? "p99" : "the most";
    group.figures.push_back(
        {line.name, fmt::format("{}: {} of {} counts", line.name, what, figureOf(line, "checkpointCounts")->value),
         ratio->value, Unit::times});
  }
  std::ranges::sort(group.figures, std::greater<>(), &Figure::value);
  if (group.figures.size() > kWorstShown) group.figures.resize(kWorstShown);
  return group;
}

}  // namespace roster::bench
