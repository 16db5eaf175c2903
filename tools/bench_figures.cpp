#include "tools/bench_figures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/text_table.h"

namespace roster::tools {

namespace {

using bench::ReportLine;
using bench::Unit;

using ColumnKind = BenchColumn::Kind;

void addColumn(std::vector<BenchColumn>& columns, BenchColumn column) {
  const auto isSame = [&](const BenchColumn& known) { return known.kind == column.kind && known.key == column.key; };
  if (!column.title.empty() && std::ranges::none_of(columns, isSame)) columns.push_back(std::move(column));
}

std::uint64_t rounded(double value) { return static_cast<std::uint64_t>(std::llround(std::max(0.0, value))); }

}  // namespace

std::string microsText(double micros) {
  return micros < 100 ? fmt::format("{:.1f}", micros) : fmt::format("{:.0f}", micros);
}

std::string durationText(double micros) {
  const auto digits = [](double value) { return fmt::format("{:.{}g}", value, value < 100 ? 3 : 4); };
  if (micros < 0) return "-" + durationText(-micros);
  if (micros < 1) return digits(micros * 1e3) + " ns";
  if (micros < 1e3) return digits(micros) + " µs";
  return micros < 1e6 ? digits(micros / 1e3) + " ms" : digits(micros / 1e6) + " s";
}

std::string timesText(double factor) {
  constexpr double kNothing = 0.005;  // would be written with a sign
  return fmt::format("{:.2f}", std::abs(factor) < kNothing ? 0 : factor);
}

std::string figureText(double value, Unit unit) {
  switch (unit) {
    case Unit::bytes: return byteSize(rounded(value));
    case Unit::microseconds: return durationText(value);
    case Unit::milliseconds: return fmt::format("{:.1f} ms", value);
    case Unit::seconds: return fmt::format("{:.2f} s", value);
    case Unit::perSecond: return grouped(rounded(value)) + "/s";
    case Unit::bytesPerSecond: return byteSize(rounded(value)) + "/s";
    case Unit::times: return timesText(value) + " x";
    case Unit::number: break;
  }
  return grouped(rounded(value));
}

std::string contactsText(const ReportLine& line) {
  if (const auto contacts = bench::contactsOf(line)) return grouped(*contacts);
  return line.answer.empty() ? "" : fmt::format("{} lines", line.answer.size());
}

std::vector<BenchColumn> benchColumns(const bench::Report& report, std::string_view group) {
  std::vector<BenchColumn> columns = {{ColumnKind::name, "", std::string(group)},
                                      {ColumnKind::contacts, "", "contacts"}};
  std::vector<BenchColumn> figures;
  for (const ReportLine& line : report.lines) {
    if (line.group != group) continue;
    for (const bench::NamedTiming& timing : line.timings) {
      addColumn(columns, {ColumnKind::median, timing.key, timing.title});
      if (timing.withTail) addColumn(columns, {ColumnKind::tail, timing.key, "p99"});
    }
    for (const bench::Figure& figure : line.figures) addColumn(figures, {ColumnKind::figure, figure.key, figure.title});
  }
  std::ranges::move(figures, std::back_inserter(columns));
  return columns;
}

std::string benchCell(const ReportLine& line, const BenchColumn& column) {
  switch (column.kind) {
    case ColumnKind::name: return line.name;
    case ColumnKind::contacts: return contactsText(line);
    case ColumnKind::figure: {
      const auto figure = std::ranges::find(line.figures, column.key, &bench::Figure::key);
      return figure == line.figures.end() ? "" : figureText(figure->value, figure->unit);
    }
    default: break;
  }
  const bench::Timing* timing = line.find(column.key);
  if (timing == nullptr) return "";
  return microsText(column.kind == ColumnKind::tail ? timing->p99 : timing->p50);
}

}  // namespace roster::tools
