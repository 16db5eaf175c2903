// Plots as SVG to stand in an HTML page: no script, colours from the page's style sheet, words for who cannot see them.
//
// The style sheet gives the classes `c0` to `c7` their `fill` and `stroke`, and `axis`, `grid`, `tail` and `fit`
// theirs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roster::tools {

// With the characters that HTML and XML give a meaning to replaced.
std::string escapeMarkup(std::string_view text);

// What every plot has: an id of its own on the page, and what a screen reader says.
struct PlotWords {
  std::string id;
  std::string title;
  std::string description;
};

struct PlotBar {
  double value = 0;  // above 0
  double tail = 0;   // a thin line goes on to here, where that is more
  std::size_t color = 0;
  std::string hint;  // shown when pointed at
};

struct PlotRow {
  std::string label;
  std::vector<std::optional<PlotBar>> bars;
  std::string note;  // behind the first bar
};

// Horizontal bars on a logarithmic axis.
struct BarPlot {
  PlotWords words;
  std::vector<PlotRow> rows;
  std::optional<double> origin;  // where bars begin; without one the left edge
  std::function<std::string(double)> tickText;
};
std::string renderBars(const BarPlot& plot);

// Points on two logarithmic axes, joined by a line, beside the power that fits them: a small picture.
struct PowerPlot {
  PlotWords words;
  std::vector<std::pair<double, double>> points;  // above 0, ascending
  double slope = 0;
  std::size_t color = 0;
  std::function<std::string(double)> xText;
  std::function<std::string(double)> yText;
};
std::string renderPower(const PowerPlot& plot);

}  // namespace roster::tools
