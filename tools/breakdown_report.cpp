#include "tools/breakdown_report.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "core/base/unicode.h"
#include "tools/json_writer.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

constexpr std::size_t kValueWidth = 48;
constexpr std::size_t kBarWidth = 40;

// Eighths of a cell.
std::string bar(std::uint64_t count, std::uint64_t largest, std::size_t width) {
  static constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(8.0 * static_cast<double>(width) * static_cast<double>(count) /
                                                static_cast<double>(std::max<std::uint64_t>(largest, 1)));
  std::string cells;
  for (std::size_t i = 0; i < eighths / 8; ++i) cells += "█";
  return cells + std::string(kEighths[eighths % 8]);
}

std::size_t shownLines(const Breakdown& breakdown, std::size_t top) {
  return top == 0 ? breakdown.lines.size() : std::min(top, breakdown.lines.size());
}

// The groups along one side of a grid: all in order, or the `top` largest.
std::vector<Group> sideOf(const Breakdown& breakdown, std::size_t side, std::size_t top) {
  const auto before = [](const Group& a, const Group& b) { return isBefore(a, b); };
  std::map<Group, std::uint64_t, decltype(before)> sums(before);
  for (const BreakdownLine& line : breakdown.lines) sums[line.groups[side]] += line.count;
  std::vector<std::pair<Group, std::uint64_t>> groups(sums.begin(), sums.end());
  if (top != 0) {
    std::ranges::stable_sort(groups, [](const auto& a, const auto& b) { return a.second > b.second; });
    groups.resize(std::min(top, groups.size()));
  }
  std::vector<Group> names;
  names.reserve(groups.size());
  for (auto& [group, sum] : groups) names.push_back(group);
  return names;
}

void writeGroup(JsonWriter& json, const Group& group, const Dimension& dimension) {
  json.key(dimension.field.name);
  if (std::holds_alternative<std::monostate>(group)) {
    json.null();
  } else if (const auto* flag = std::get_if<bool>(&group)) {
    json.boolean(*flag);
  } else {
    json.string(groupText(group, dimension));
  }
}

}  // namespace

std::string breakdownTable(const Breakdown& breakdown, std::size_t top, std::size_t width) {
  const Dimension& dimension = breakdown.dimensions.front();
  std::vector<TextTable::Column> columns = {
      {dimension.field.name}, {"contacts", Align::right}, {"share", Align::right}};
  if (width > 0) columns.push_back({""});
  std::uint64_t largest = 0;
  std::size_t valueWidth = displayWidth(dimension.field.name);
  for (std::size_t i = 0; i < shownLines(breakdown, top); ++i) {
    largest = std::max(largest, breakdown.lines[i].count);
    const std::string text = shorten(groupText(breakdown.lines[i].groups.front(), dimension), kValueWidth);
    valueWidth = std::max(valueWidth, displayWidth(text));
  }
  const std::size_t numbers = 2 + std::max<std::size_t>(8, grouped(largest).size()) + 2 + 6 + 2;
  const std::size_t barWidth = width > valueWidth + numbers ? std::min(kBarWidth, width - valueWidth - numbers) : 0;
  TextTable table(columns);
  for (std::size_t i = 0; i < shownLines(breakdown, top); ++i) {
    const BreakdownLine& line = breakdown.lines[i];
    std::vector<std::string> cells = {groupText(line.groups.front(), dimension), grouped(line.count),
                                      percent(line.count, breakdown.audience)};
    if (width > 0) {
      cells.front() = shorten(cells.front(), kValueWidth);
      cells.push_back(bar(line.count, largest, barWidth));
    }
    table.addRow(std::move(cells));
  }
  return table.render();
}

std::string breakdownGrid(const Breakdown& breakdown, std::size_t top) {
  const Dimension& down = breakdown.dimensions[0];
  const Dimension& across = breakdown.dimensions[1];
  const std::vector<Group> rows = sideOf(breakdown, 0, top);
  const std::vector<Group> columns = sideOf(breakdown, 1, top);
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const BreakdownLine& line : breakdown.lines) {
    counts[{groupText(line.groups[0], down), groupText(line.groups[1], across)}] += line.count;
  }
  std::vector<TextTable::Column> titles = {{fmt::format("{} \\ {}", down.field.name, across.field.name)}};
  for (const Group& column : columns) {
    titles.push_back({shorten(groupText(column, across), kValueWidth), Align::right});
  }
  TextTable table(titles);
  for (const Group& row : rows) {
    std::vector<std::string> cells = {groupText(row, down)};
    for (const Group& column : columns) {
      const auto found = counts.find({groupText(row, down), groupText(column, across)});
      cells.push_back(found == counts.end() ? "·" : grouped(found->second));
    }
    table.addRow(std::move(cells));
  }
  return table.render();
}

std::string breakdownJson(const Breakdown& breakdown, std::size_t top) {
  JsonWriter json;
  json.beginObject().key("audience").number(breakdown.audience).key("groups").beginArray();
  for (std::size_t i = 0; i < shownLines(breakdown, top); ++i) {
    const BreakdownLine& line = breakdown.lines[i];
    json.beginObject().key("values").beginObject();
    for (std::size_t d = 0; d < line.groups.size(); ++d) writeGroup(json, line.groups[d], breakdown.dimensions[d]);
    json.endObject().key("count").number(line.count).key("share");
    json.number(static_cast<double>(line.count) / static_cast<double>(std::max<std::uint64_t>(breakdown.audience, 1)));
    json.endObject();
  }
  json.endArray().key("groupCount").number(std::uint64_t{breakdown.lines.size()}).endObject();
  return json.text();
}

std::string leftOut(const Breakdown& breakdown, std::size_t top) {
  if (top == 0) return {};
  if (breakdown.dimensions.size() == 1) {
    if (breakdown.lines.size() <= top) return {};
    return fmt::format("… and {}", counted(breakdown.lines.size() - top, "more group", "more groups"));
  }
  const std::size_t rows = sideOf(breakdown, 0, 0).size();
  const std::size_t columns = sideOf(breakdown, 1, 0).size();
  if (rows <= top && columns <= top) return {};
  return fmt::format("… and {} and {}", counted(rows - std::min(rows, top), "more row", "more rows"),
                     counted(columns - std::min(columns, top), "more column", "more columns"));
}

}  // namespace roster::tools
