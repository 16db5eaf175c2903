#include "tools/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace roster::tools {

namespace {

// A logarithmic axis over a stretch of pixels; it ends at round numbers.
class LogAxis {
 public:
  LogAxis(double least, double most, double from, double to) : from_(from), to_(to) {
    low_ = std::log10(least);
    high_ = std::log10(most);
    hasDecades_ = high_ - low_ > 1.5;
    if (hasDecades_) {
      low_ = std::floor(low_ + 1e-9);
      high_ = std::ceil(high_ - 1e-9);
    } else {
      low_ -= 0.08;
      high_ += 0.08;
    }
  }

  double at(double value) const { return from_ + (std::log10(value) - low_) / (high_ - low_) * (to_ - from_); }

  // Powers of ten, or 1, 2 and 5 times these on a short axis.
  std::vector<double> ticks() const {
    std::vector<double> ticks;
    for (double power = std::floor(low_); power <= high_ + 1e-9; ++power) {
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double place = power + std::log10(digit);
        if (digit > 1 && hasDecades_) continue;
        if (place >= low_ - 1e-9 && place <= high_ + 1e-9) ticks.push_back(digit * std::pow(10, power));
      }
    }
    return ticks;
  }

 private:
  double from_;
  double to_;
  double low_ = 0;
  double high_ = 0;
  bool hasDecades_ = true;
};

std::string openSvg(const PlotWords& words, double width, double height, std::string_view kind) {
  return fmt::format(
      "<svg class=\"plot {4}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-labelledby=\"{2}-title {2}-desc\">\n"
      "<title id=\"{2}-title\">{3}</title>\n<desc id=\"{2}-desc\">{5}</desc>\n",
      width, height, words.id, escapeMarkup(words.title), kind, escapeMarkup(words.description));
}

std::string svgText(double x, double y, std::string_view anchor, std::string_view kind, std::string_view text) {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", kind, x, y, anchor,
                     escapeMarkup(text));
}

std::string svgLine(std::string_view kind, double x1, double y1, double x2, double y2) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", kind, x1, y1, x2,
                     y2);
}

constexpr double kPlotWidth = 960;
constexpr double kLabelWidth = 190;
constexpr double kRightEdge = kPlotWidth - 70;  // room for a note behind the longest bar
constexpr double kBarHeight = 8;
constexpr double kRowGap = 11;
constexpr double kTopEdge = 26;

double heightOf(const PlotRow& row) { return static_cast<double>(row.bars.size()) * kBarHeight + kRowGap; }

LogAxis axisOf(const BarPlot& plot) {
  double least = plot.origin.value_or(HUGE_VAL);
  double most = plot.origin.value_or(0);
  for (const PlotRow& row : plot.rows) {
    for (const auto& bar : row.bars) {
      if (!bar) continue;
      least = std::min(least, bar->value);
      most = std::max({most, bar->value, bar->tail});
    }
  }
  // The least bar is still one that can be seen.
  return {plot.origin ? least : least * 0.8, most, kLabelWidth, kRightEdge};
}

std::string renderBar(const PlotBar& bar, const LogAxis& axis, double origin, double y) {
  const double end = axis.at(bar.value);
  std::string svg = fmt::format("<g><title>{}</title>", escapeMarkup(bar.hint));
  svg += fmt::format("<rect class=\"c{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"1.5\"/>",
                     bar.color, std::min(origin, end), y, std::max(1.0, std::abs(end - origin)), kBarHeight - 1);
  if (bar.tail > bar.value) {
    const double middle = y + (kBarHeight - 1) / 2;
    svg += svgLine(fmt::format("tail c{}", bar.color), end, middle, axis.at(bar.tail), middle);
  }
  return svg + "</g>\n";
}

std::string renderRow(const PlotRow& row, const LogAxis& axis, double origin, double y) {
  const double middle = y + (heightOf(row) - kRowGap) / 2 + 4;
  std::string svg = svgText(kLabelWidth - 10, middle, "end", "label", row.label);
  double beyond = origin;
  for (std::size_t i = 0; i < row.bars.size(); ++i) {
    if (!row.bars[i]) continue;
    const PlotBar& bar = *row.bars[i];
    svg += renderBar(bar, axis, origin, y + static_cast<double>(i) * kBarHeight);
    beyond = std::max({beyond, axis.at(bar.value), bar.tail > 0 ? axis.at(bar.tail) : 0});
  }
  if (!row.note.empty()) svg += svgText(beyond + 6, middle, "start", "note", row.note);
  return svg;
}

}  // namespace

std::string escapeMarkup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string renderBars(const BarPlot& plot) {
  double bottom = kTopEdge;
  for (const PlotRow& row : plot.rows) bottom += heightOf(row);
  const LogAxis axis = axisOf(plot);
  std::string svg = openSvg(plot.words, kPlotWidth, bottom + 8, "bars");
  for (const double tick : axis.ticks()) {
    svg += svgLine("grid", axis.at(tick), kTopEdge - 6, axis.at(tick), bottom);
    svg += svgText(axis.at(tick), kTopEdge - 11, "middle", "tick", plot.tickText(tick));
  }
  const double origin = plot.origin ? axis.at(*plot.origin) : kLabelWidth;
  double y = kTopEdge;
  for (const PlotRow& row : plot.rows) {
    svg += renderRow(row, axis, origin, y + kRowGap / 2);
    y += heightOf(row);
  }
  return svg + svgLine("axis", origin, kTopEdge - 6, origin, bottom) + "</svg>\n";
}

std::string renderPower(const PowerPlot& plot) {
  constexpr double kWidth = 300;
  constexpr double kHeight = 190;
  constexpr double kLeft = 58;
  constexpr double kBottom = kHeight - 24;
  double least = HUGE_VAL;
  double most = 0;
  double logX = 0;
  double logY = 0;
  for (const auto& [x, y] : plot.points) {
    least = std::min(least, y);
    most = std::max(most, y);
    logX += std::log(x) / static_cast<double>(plot.points.size());
    logY += std::log(y) / static_cast<double>(plot.points.size());
  }
  const double first = plot.points.front().first;
  const double last = plot.points.back().first;
  // The fitted power goes through the mean of the logarithms.
  const auto fitted = [&](double x) { return std::exp(logY + plot.slope * (std::log(x) - logX)); };
  least = std::min({least, fitted(first), fitted(last)});
  most = std::max({most, fitted(first), fitted(last)});
  // A decade at least, so that noise looks like noise.
  const double widened = std::max(1.0, std::sqrt(10 * least / most));
  const LogAxis across(first, last, kLeft, kWidth - 14);
  const LogAxis up(least / widened, most * widened, kBottom, 14);
  std::string svg = openSvg(plot.words, kWidth, kHeight, "power");
  for (const double tick : across.ticks()) {
    svg += svgLine("grid", across.at(tick), 10, across.at(tick), kBottom);
    svg += svgText(across.at(tick), kBottom + 15, "middle", "tick", plot.xText(tick));
  }
  for (const double tick : up.ticks()) {
    svg += svgLine("grid", kLeft, up.at(tick), kWidth - 10, up.at(tick));
    svg += svgText(kLeft - 6, up.at(tick) + 4, "end", "tick", plot.yText(tick));
  }
  svg += svgLine("fit", across.at(first), up.at(fitted(first)), across.at(last), up.at(fitted(last)));
  std::string path;
  for (const auto& [x, y] : plot.points) path += fmt::format("{:.1f},{:.1f} ", across.at(x), up.at(y));
  svg += fmt::format("<polyline class=\"curve c{}\" points=\"{}\"/>\n", plot.color, path);
  for (const auto& [x, y] : plot.points) {
    svg += fmt::format(
        "<circle class=\"c{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"><title>{} contacts: {}</title></circle>\n",
        plot.color, across.at(x), up.at(y), escapeMarkup(plot.xText(x)), escapeMarkup(plot.yText(y)));
  }
  return svg + "</svg>\n";
}

}  // namespace roster::tools
