#include "tools/bench_report.h"

#include <algorithm>
#include <fmt/format.h>

#include "bench/generated_data.h"
#include "index/io/json_writer.h"
#include "tools/bench_figures.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

using bench::Change;
using bench::ComparedTiming;
using bench::Report;
using bench::ReportLine;
using bench::Timing;

std::string groupTable(const Report& report, const std::string& group) {
  const std::vector<BenchColumn> columns = benchColumns(report, group);
  std::vector<TextTable::Column> titles;
  titles.reserve(columns.size());
  for (const BenchColumn& column : columns) {
    titles.push_back({column.title, column.kind == BenchColumn::Kind::name ? Align::left : Align::right});
  }
  TextTable table(std::move(titles));
  for (const ReportLine& line : report.lines) {
    if (line.group != group) continue;
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const BenchColumn& column : columns) cells.push_back(benchCell(line, column));
    table.addRow(std::move(cells));
  }
  return table.render() + "\n";
}

// A curve a line, a size a column, and how steep it is.
std::string curveTable(const Report& report, const std::string& group) {
  std::vector<TextTable::Column> titles = {{group, Align::left}};
  for (const bench::CurvePoint& point : report.curves.front().points) {
    titles.push_back({grouped(static_cast<std::uint64_t>(point.contacts)), Align::right});
  }
  titles.push_back({"slope", Align::right});
  TextTable table(std::move(titles));
  for (const bench::Curve& curve : report.curves) {
    if (curve.group != group) continue;
    std::vector<std::string> cells = {curve.name};
    for (const bench::CurvePoint& point : curve.points) cells.push_back(figureText(point.value, curve.unit));
    cells.push_back(timesText(curve.slope));
    table.addRow(std::move(cells));
  }
  return table.render() + "\n";
}

std::string figureTable(std::string_view title, const std::vector<bench::Figure>& figures) {
  TextTable table({{std::string(title)}, {"", Align::right}});
  for (const bench::Figure& figure : figures) {
    if (!figure.title.empty()) table.addRow({figure.title, figureText(figure.value, figure.unit)});
  }
  return table.rowCount() == 0 ? "" : table.render() + "\n";
}

// The first timing of every line, and every other one that changed.
std::string comparisonTable(const bench::Comparison& comparison) {
  TextTable table({{"compared"},
                   {"timing"},
                   {"p50 before", Align::right},
                   {"p50 now", Align::right},
                   {"ratio", Align::right},
                   {"p90 before", Align::right},
                   {"p90 now", Align::right},
                   {""}});
  std::string last;
  for (const ComparedTiming& timing : comparison.timings) {
    if (timing.line == last && timing.change == Change::none) continue;
    last = timing.line;
    table.addRow({timing.line, timing.key, microsText(timing.before.p50), microsText(timing.after.p50),
                  timesText(timing.ratio), microsText(timing.before.p90), microsText(timing.after.p90),
                  std::string(nameOf(timing.change))});
  }
  std::string text = table.render();
  for (const auto& [key, mean] : comparison.means()) {
    text += fmt::format("geometric mean of {}: {} x the time\n", key, timesText(mean));
  }
  return text + fmt::format("{} of {} timings slower than in {}\n\n", comparison.slower(), comparison.timings.size(),
                            comparison.path);
}

void writeTiming(JsonWriter& json, std::string_view name, const Timing& timing) {
  json.key(name).beginObject();
  json.key("runs").number(timing.runs).key("minimum").number(timing.minimum);
  json.key("p50").number(timing.p50).key("p90").number(timing.p90).key("p99").number(timing.p99);
  json.key("p999").number(timing.p999).key("maximum").number(timing.maximum);
  json.endObject();
}

void writeFigures(JsonWriter& json, const std::vector<bench::Figure>& figures) {
  for (const bench::Figure& figure : figures) json.key(figure.key).number(figure.value);
}

void writeStrings(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).beginArray();
  for (const std::string& text : texts) json.string(text);
  json.endArray();
}

void writeLine(JsonWriter& json, const ReportLine& line) {
  json.beginObject().key("name").string(line.name).key("class").string(line.group).key("task").string(line.task);
  json.key("description").string(line.description);
  writeStrings(json, "predicates", line.predicates);
  writeStrings(json, "fields", line.fields);
  writeStrings(json, "answer", line.answer);
  writeFigures(json, line.figures);
  for (const bench::NamedTiming& timing : line.timings) writeTiming(json, timing.key, timing.timing);
  json.endObject();
}

void writeCurve(JsonWriter& json, const bench::Curve& curve) {
  json.beginObject().key("name").string(curve.name).key("class").string(curve.group).key("slope").number(curve.slope);
  json.key("points").beginArray();
  for (const bench::CurvePoint& point : curve.points) {
    json.beginObject().key("contacts").number(point.contacts).key("value").number(point.value).endObject();
  }
  json.endArray().endObject();
}

void writeComparison(JsonWriter& json, const bench::Comparison& comparison) {
  json.key("comparison").beginObject().key("with").string(comparison.path);
  json.key("machine").string(comparison.machine).key("timings").beginArray();
  for (const ComparedTiming& timing : comparison.timings) {
    json.beginObject().key("name").string(timing.line).key("timing").string(timing.key);
    json.key("ratio").number(timing.ratio).key("change").string(nameOf(timing.change));
    writeTiming(json, "before", timing.before);
    json.endObject();
  }
  json.endArray().key("means").beginObject();
  for (const auto& [key, mean] : comparison.means()) json.key(key).number(mean);
  json.endObject().endObject();
}

}  // namespace

std::string benchTables(const Report& report) {
  std::string text = fmt::format("{}: {} contacts; {}\n", report.suite, grouped(report.contacts), report.machine);
  if (!report.lines.empty()) text += "p50 in microseconds\n";
  text += "\n";
  for (const std::string& group : groupsOf(report.lines)) text += groupTable(report, group);
  for (const std::string& group : groupsOf(report.curves)) text += curveTable(report, group);
  text += figureTable("run", report.figures);
  for (const bench::FigureGroup& group : report.groups) text += figureTable(group.title, group.figures);
  if (report.comparison) text += comparisonTable(*report.comparison);
  text.pop_back();  // the empty line after the last table
  return text;
}

std::string benchJson(const Report& report) {
  JsonWriter json;
  json.beginObject().key("suite").string(report.suite).key("contacts").number(report.contacts);
  json.key("version").string(ROSTER_VERSION);
  if (report.isGenerated) json.key("seed").number(bench::kBenchSeed);
  json.key("threads").number(std::uint64_t{report.threads});
  json.key("seconds").number(report.seconds).key("machine").string(report.machine).key("date").string(report.date);
  json.key("csv").string(report.csv).key("database").string(report.database);
  writeFigures(json, report.figures);
  for (const bench::FigureGroup& group : report.groups) {
    json.key(group.key).beginObject();
    writeFigures(json, group.figures);
    json.endObject();
  }
  json.key("queries").beginArray();
  for (const ReportLine& line : report.lines) writeLine(json, line);
  json.endArray();
  if (!report.curves.empty()) {
    json.key("curves").beginArray();
    for (const bench::Curve& curve : report.curves) writeCurve(json, curve);
    json.endArray();
  }
  if (report.comparison) writeComparison(json, *report.comparison);
  json.endObject();
  return json.text();
}

}  // namespace roster::tools
