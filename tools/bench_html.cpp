#include "tools/bench_html.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "bench/generated_data.h"
#include "tools/bench_figures.h"
#include "tools/bench_style.h"
#include "tools/svg_plot.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

using bench::Change;
using bench::NamedTiming;
using bench::Report;
using bench::ReportLine;

constexpr std::size_t kSeriesColors = 5;
constexpr std::size_t kNeutralColor = 5;
constexpr std::size_t kSlowerColor = 6;
constexpr std::size_t kFasterColor = 7;

std::string markup(std::string_view tag, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", tag, escapeMarkup(text));
}

std::string headCell(std::string_view scope, std::string_view text) {
  return fmt::format("<th scope=\"{}\">{}</th>", scope, escapeMarkup(text));
}

// What a table's columns after the first hold.
enum class HtmlCells : std::uint8_t {
  numbers,
  wordThenNumbers,
  words,
};

// A real table, in a card that scrolls where it is too wide.
class HtmlTable {
 public:
  HtmlTable(std::string_view caption, HtmlCells cells, const std::vector<std::string>& titles) {
    constexpr std::string_view kClasses[] = {"numbers", "second", "words"};
    text_ = fmt::format(
        "<div class=\"card scroll\" tabindex=\"0\">\n<table class=\"{}\">\n<caption>{}</caption>\n<thead><tr>",
        kClasses[static_cast<std::size_t>(cells)], escapeMarkup(caption));
    for (const std::string& title : titles) text_ += headCell("col", title);
    text_ += "</tr></thead>\n<tbody>\n";
  }

  // The first cell is the row's header. `kind` is the class of the last cell.
  void addRow(const std::vector<std::string>& cells, std::string_view kind = {}) {
    text_ += "<tr>" + headCell("row", cells.front());
    for (std::size_t i = 1; i < cells.size(); ++i) {
      const bool isMarked = i + 1 == cells.size() && !kind.empty();
      text_ +=
          isMarked ? fmt::format("<td class=\"{}\">{}</td>", kind, escapeMarkup(cells[i])) : markup("td", cells[i]);
    }
    text_ += "</tr>\n";
  }

  std::string render() const { return text_ + "</tbody>\n</table>\n</div>\n"; }

 private:
  std::string text_;
};

// A kind of timing: of one colour on the whole page.
struct Series {
  std::string key;
  std::string title;
  std::size_t color = 0;
  bool isInGroup = false;
};

// The timings that have a title and are in a group.
std::vector<Series> seriesOf(const Report& report, std::string_view group) {
  std::vector<Series> series;
  for (const ReportLine& line : report.lines) {
    for (const NamedTiming& timing : line.timings) {
      if (timing.title.empty()) continue;
      auto known = std::ranges::find(series, timing.key, &Series::key);
      if (known == series.end()) {
        known = series.insert(known, {timing.key, timing.title, series.size() % kSeriesColors, false});
      }
      known->isInGroup |= line.group == group;
    }
  }
  std::erase_if(series, [](const Series& each) { return !each.isInGroup; });
  return series;
}

std::string legendOf(const std::vector<Series>& series) {
  std::string text = "<ul class=\"legend\">";
  for (const Series& each : series) {
    text += fmt::format(
        "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"c{}\" width=\"12\" height=\"12\" "
        "rx=\"2\"/></svg>{}</li>",
        each.color, escapeMarkup(each.title));
  }
  return text + fmt::format("<li class=\"soft\">bars: p50, lines: on to p99, numbers: p50 {}</li></ul>\n",
                            escapeMarkup(series.front().title));
}

PlotRow barsOf(const ReportLine& line, const std::vector<Series>& series) {
  PlotRow row;
  row.label = line.name;
  for (const Series& each : series) {
    const bench::Timing* timing = line.find(each.key);
    if (timing == nullptr || timing->p50 <= 0) {
      row.bars.emplace_back();
      continue;
    }
    row.bars.emplace_back(
        PlotBar{timing->p50, timing->p99, each.color,
                fmt::format("{}, {}: p50 {}, p90 {}, p99 {}", line.name, each.title, durationText(timing->p50),
                            durationText(timing->p90), durationText(timing->p99))});
  }
  if (row.bars.front()) row.note = durationText(row.bars.front()->value);
  return row;
}

std::string latencyPlot(const Report& report, const std::string& group) {
  const std::vector<Series> series = seriesOf(report, group);
  if (series.empty()) return "";
  BarPlot plot;
  plot.words = {"latency-" + group, "Latencies: " + group,
                "Bars of p50 on a logarithmic axis, with a line on to p99. The tables below hold the same numbers."};
  for (const ReportLine& line : report.lines) {
    if (line.group == group) plot.rows.push_back(barsOf(line, series));
  }
  plot.tickText = durationText;
  return "<div class=\"card\">\n" + legendOf(series) + renderBars(plot) + "</div>\n";
}

std::string lineTable(const Report& report, const std::string& group) {
  const std::vector<BenchColumn> columns = benchColumns(report, group);
  std::vector<std::string> titles;
  titles.reserve(columns.size());
  for (const BenchColumn& column : columns) titles.push_back(column.title);
  HtmlTable table("p50 in microseconds, where nothing else is said", HtmlCells::numbers, titles);
  for (const ReportLine& line : report.lines) {
    if (line.group != group) continue;
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const BenchColumn& column : columns) cells.push_back(benchCell(line, column));
    table.addRow(cells);
  }
  return table.render();
}

std::string percentileTable(const Report& report, const std::string& group) {
  HtmlTable table("in microseconds", HtmlCells::wordThenNumbers,
                  {"name", "timing", "runs", "least", "p50", "p90", "p99", "p99.9", "most"});
  for (const ReportLine& line : report.lines) {
    if (line.group != group) continue;
    for (const auto& [key, title, timing, withTail] : line.timings) {
      table.addRow({line.name, title.empty() ? key : title, grouped(timing.runs), microsText(timing.minimum),
                    microsText(timing.p50), microsText(timing.p90), microsText(timing.p99), microsText(timing.p999),
                    microsText(timing.maximum)});
    }
  }
  return "<details><summary>All percentiles</summary>\n" + table.render() + "</details>\n";
}

std::string questionTable(const Report& report, const std::string& group) {
  HtmlTable table("what each asks", HtmlCells::words, {"name", "description", "predicates", "fields"});
  for (const ReportLine& line : report.lines) {
    if (line.group != group) continue;
    const std::string predicates = line.predicates.size() > 8 ? fmt::format("{} of them", line.predicates.size())
                                                              : fmt::format("{}", fmt::join(line.predicates, "; "));
    table.addRow({line.name, line.description, predicates, fmt::format("{}", fmt::join(line.fields, ", "))});
  }
  return "<details><summary>The questions</summary>\n" + table.render() + "</details>\n";
}

std::string groupSections(const Report& report) {
  std::string html;
  for (const std::string& group : groupsOf(report.lines)) {
    html += "<section>\n" + markup("h2", group) + "\n" + latencyPlot(report, group) + lineTable(report, group);
    html += percentileTable(report, group) + questionTable(report, group) + "</section>\n";
  }
  return html;
}

std::string contactsTick(double contacts) {
  if (contacts >= 1e6) return fmt::format("{:g}M", contacts / 1e6);
  return contacts >= 1e3 ? fmt::format("{:g}k", contacts / 1e3) : fmt::format("{:g}", contacts);
}

std::string curveFigure(const bench::Curve& curve, std::size_t number) {
  PowerPlot plot;
  plot.words = {
      fmt::format("curve-{}", number), fmt::format("{}: {}", curve.group, curve.name),
      fmt::format("Growth with the contacts on logarithmic axes; the fitted slope is {}.", timesText(curve.slope))};
  for (const bench::CurvePoint& point : curve.points) plot.points.emplace_back(point.contacts, point.value);
  plot.slope = curve.slope;
  plot.color = curve.slope > bench::kSlopeBar ? kSlowerColor : 0;
  plot.xText = contactsTick;
  const bench::Unit unit = curve.unit;
  plot.yText = [unit](double value) {
    return unit == bench::Unit::microseconds ? durationText(value) : figureText(value, unit);
  };
  return fmt::format("<figure><figcaption><span>{}</span><span{}>slope {}</span></figcaption>\n{}</figure>\n",
                     escapeMarkup(curve.name), curve.slope > bench::kSlopeBar ? " class=\"slower\"" : "",
                     timesText(curve.slope), renderPower(plot));
}

std::string curveSections(const Report& report) {
  std::string html;
  std::size_t number = 0;
  for (const std::string& group : groupsOf(report.curves)) {
    html += "<section>\n" + markup("h2", group) + "\n<div class=\"many\">\n";
    HtmlTable table("the same numbers", HtmlCells::numbers, {"name", "at the most contacts", "slope"});
    for (const bench::Curve& curve : report.curves) {
      if (curve.group != group) continue;
      html += curveFigure(curve, ++number);
      table.addRow({curve.name, figureText(curve.points.back().value, curve.unit), timesText(curve.slope)},
                   curve.slope > bench::kSlopeBar ? "slower" : "");
    }
    html += "</div>\n" + table.render() + "</section>\n";
  }
  return html;
}

std::string ratioPlot(const bench::Comparison& comparison) {
  BarPlot plot;
  plot.words = {"ratios", "Times now by times before",
                "Bars from 1 on a logarithmic axis; to the right is slower. The table below holds the same numbers."};
  plot.origin = 1;
  plot.tickText = [](double ratio) { return fmt::format("{:g} x", ratio); };
  for (const bench::ComparedTiming& timing : comparison.timings) {
    if (timing.title.empty()) continue;
    const std::size_t color = timing.change == Change::slower   ? kSlowerColor
                              : timing.change == Change::faster ? kFasterColor
                                                                : kNeutralColor;
    PlotBar bar{timing.ratio, 0, color,
                fmt::format("{}, {}: {} before, {} now", timing.line, timing.title, durationText(timing.before.p50),
                            durationText(timing.after.p50))};
    if (plot.rows.empty() || plot.rows.back().label != timing.line) plot.rows.push_back({timing.line, {}, ""});
    plot.rows.back().bars.emplace_back(std::move(bar));
  }
  return plot.rows.empty() ? "" : "<div class=\"card\">\n" + renderBars(plot) + "</div>\n";
}

std::string comparisonSection(const Report& report) {
  if (!report.comparison) return "";
  const bench::Comparison& comparison = *report.comparison;
  HtmlTable table("p50 and p90 in microseconds; a row for each timing", HtmlCells::wordThenNumbers,
                  {"name", "timing", "p50 before", "p50 now", "ratio", "p90 before", "p90 now", "change"});
  for (const bench::ComparedTiming& timing : comparison.timings) {
    table.addRow({timing.line, timing.title.empty() ? timing.key : timing.title, microsText(timing.before.p50),
                  microsText(timing.after.p50), timesText(timing.ratio), microsText(timing.before.p90),
                  microsText(timing.after.p90), std::string(nameOf(timing.change))},
                 nameOf(timing.change));
  }
  std::string means;
  for (const auto& [key, mean] : comparison.means()) {
    means += fmt::format("{}{} {} x", means.empty() ? "" : ", ", key, timesText(mean));
  }
  std::string html = "<section>\n<h2>Compared with an earlier run</h2>\n";
  html += markup(
      "p", fmt::format("{}, on {}. {} of {} timings are slower beyond noise. Geometric means of the ratios: {}.",
                       comparison.path, comparison.machine, comparison.slower(), comparison.timings.size(), means));
  return html + ratioPlot(comparison) + "<details><summary>All ratios</summary>\n" + table.render() +
         "</details>\n</section>\n";
}

std::string tilesOf(std::string_view title, const std::vector<bench::Figure>& figures) {
  std::string html;
  for (const bench::Figure& figure : figures) {
    if (figure.title.empty()) continue;
    html += "<div>" + markup("dt", figure.title) + markup("dd", figureText(figure.value, figure.unit)) + "</div>\n";
  }
  return html.empty() ? "" : markup("h3", title) + "\n<dl class=\"tiles\">\n" + html + "</dl>\n";
}

std::string figureSection(const Report& report) {
  std::string html = "<section>\n" + tilesOf("run", report.figures);
  for (const bench::FigureGroup& group : report.groups) html += tilesOf(group.title, group.figures);
  return html + "</section>\n";
}

std::string settingsSection(const Report& report) {
  std::string html =
      "<section>\n<h2>Machine and settings</h2>\n<div class=\"card\"><table class=\"settings\">\n<tbody>\n";
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) html += "<tr>" + headCell("row", name) + markup("td", value) + "</tr>\n";
  };
  add("machine", report.machine);
  add("date", report.date);
  add("suite", report.suite);
  const std::string seed = report.isGenerated ? fmt::format(", seed {}", bench::kBenchSeed) : "";
  add("contacts", grouped(report.contacts) + seed);
  add("threads", std::to_string(report.threads));
  add("each timing", fmt::format("{} s", report.seconds));
  add("data", report.csv);
  add("database", report.database);
  return html + "</tbody>\n</table></div>\n</section>\n";
}

}  // namespace

std::string benchHtml(const Report& report) {
  const std::string title = fmt::format("Roster: {} suite, {} contacts", report.suite, grouped(report.contacts));
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" + markup("title", title);
  html += fmt::format("\n<style>{}</style>\n</head>\n<body>\n<main>\n<header>\n", kBenchStyle);
  html += markup("h1", title) + fmt::format("\n<p class=\"soft\">{}, {}</p>\n</header>\n", escapeMarkup(report.date),
                                            escapeMarkup(report.machine));
  html += figureSection(report) + comparisonSection(report) + curveSections(report) + groupSections(report);
  return html + settingsSection(report) + "</main>\n</body>\n</html>\n";
}

}  // namespace roster::tools
