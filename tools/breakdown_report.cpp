#include "tools/breakdown_report.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "core/base/unicode.h"
#include "index/io/json_writer.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

constexpr std::size_t kValueWidth = 48;
constexpr std::size_t kBarWidth = 40;

// What both kinds of breakdown have: how large a line is, what it is a share of, and how a size is written.
WideInteger sizeOf(const Breakdown&, const BreakdownLine& line) { return WideInteger{line.count}; }
WideInteger sizeOf(const EventBreakdown& breakdown, const EventBreakdownLine& line) {
  return breakdown.sizeOf(line.tally);
}
WideInteger wholeOf(const Breakdown& breakdown) { return WideInteger{breakdown.audience}; }
WideInteger wholeOf(const EventBreakdown& breakdown) { return breakdown.sizeOf(breakdown.total); }
std::string sizeText(const Breakdown&, WideInteger size) { return grouped(static_cast<std::uint64_t>(size)); }
std::string sizeText(const EventBreakdown& breakdown, WideInteger size) {
  if (breakdown.summed) return formatWide(size, breakdown.summed->type.digits);
  return grouped(static_cast<std::uint64_t>(size));
}

// A share of nothing is none; of a sum, of which some lines may be below zero, it may be as well.
double shareOf(WideInteger part, WideInteger whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Eighths of a cell; a size below zero has none.
std::string bar(WideInteger size, WideInteger largest, std::size_t width) {
  static constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = std::max(0.0, shareOf(size, std::max<WideInteger>(largest, 1)));
  const auto eighths = static_cast<std::size_t>(8.0 * static_cast<double>(width) * share);
  std::string cells;
  for (std::size_t i = 0; i < eighths / 8; ++i) cells += "█";
  return cells + std::string(kEighths[eighths % 8]);
}

template <class AnyBreakdown>
std::size_t shownLines(const AnyBreakdown& breakdown, std::size_t top) {
  return top == 0 ? breakdown.lines.size() : std::min(top, breakdown.lines.size());
}

// The groups along one side of a grid: all in order, or the `top` largest.
template <class AnyBreakdown>
std::vector<Group> sideOf(const AnyBreakdown& breakdown, std::size_t side, std::size_t top) {
  const auto before = [](const Group& a, const Group& b) { return isBefore(a, b); };
  std::map<Group, WideInteger, decltype(before)> sums(before);
  for (const auto& line : breakdown.lines) sums[line.groups[side]] += sizeOf(breakdown, line);
  std::vector<std::pair<Group, WideInteger>> groups(sums.begin(), sums.end());
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

void writeGroups(JsonWriter& json, const std::vector<Group>& groups, const std::vector<Dimension>& dimensions) {
  json.key("values").beginObject();
  for (std::size_t d = 0; d < groups.size(); ++d) writeGroup(json, groups[d], dimensions[d]);
  json.endObject();
}

void writeTally(JsonWriter& json, const EventTally& tally, const std::optional<Field>& summed) {
  json.key("events").number(tally.events).key("contacts").number(tally.contacts);
  if (summed) json.key("sum").json(formatWide(tally.sum, summed->type.digits));
}

// The columns between the value and the share, and what they say of a line.
std::vector<std::string> figureTitles(const Breakdown&) { return {"contacts"}; }
std::vector<std::string> figureTitles(const EventBreakdown& breakdown) {
  std::vector<std::string> titles = {"events", "contacts"};
  if (breakdown.summed) titles.push_back(breakdown.summed->name);
  return titles;
}
std::vector<std::string> figuresOf(const Breakdown&, const BreakdownLine& line) { return {grouped(line.count)}; }
std::vector<std::string> figuresOf(const EventBreakdown& breakdown, const EventBreakdownLine& line) {
  std::vector<std::string> figures = {grouped(line.tally.events), grouped(line.tally.contacts)};
  if (breakdown.summed) figures.push_back(sizeText(breakdown, line.tally.sum));
  return figures;
}

template <class AnyBreakdown>
std::string tableOf(const AnyBreakdown& breakdown, std::size_t top, std::size_t width) {
  const Dimension& dimension = breakdown.dimensions.front();
  const std::vector<std::string> titles = figureTitles(breakdown);
  std::vector<TextTable::Column> columns = {{dimension.field.name}};
  std::vector<std::size_t> widths = {displayWidth(dimension.field.name)};
  for (const std::string& title : titles) {
    columns.push_back({title, Align::right});
    widths.push_back(displayWidth(title));
  }
  columns.push_back({"share", Align::right});
  if (width > 0) columns.push_back({""});

  WideInteger largest = 0;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < shownLines(breakdown, top); ++i) {
    const auto& line = breakdown.lines[i];
    largest = std::max(largest, sizeOf(breakdown, line));
    std::vector<std::string> cells = {groupText(line.groups.front(), dimension)};
    if (width > 0) cells.front() = shorten(cells.front(), kValueWidth);
    for (std::string& figure : figuresOf(breakdown, line)) cells.push_back(std::move(figure));
    for (std::size_t c = 0; c < cells.size(); ++c) widths[c] = std::max(widths[c], displayWidth(cells[c]));
    cells.push_back(fmt::format("{:.1f}%", 100.0 * shareOf(sizeOf(breakdown, line), wholeOf(breakdown))));
    rows.push_back(std::move(cells));
  }
  std::size_t taken = 6 + 2;  // a share, and the space before the bar
  for (const std::size_t own : widths) taken += own + 2;
  const std::size_t barWidth = width > taken ? std::min(kBarWidth, width - taken) : 0;
  TextTable table(columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (width > 0) rows[i].push_back(bar(sizeOf(breakdown, breakdown.lines[i]), largest, barWidth));
    table.addRow(std::move(rows[i]));
  }
  return table.render();
}

template <class AnyBreakdown>
std::string gridOf(const AnyBreakdown& breakdown, std::size_t top) {
  const Dimension& down = breakdown.dimensions[0];
  const Dimension& across = breakdown.dimensions[1];
  const std::vector<Group> rows = sideOf(breakdown, 0, top);
  const std::vector<Group> columns = sideOf(breakdown, 1, top);
  std::map<std::pair<std::string, std::string>, WideInteger> sizes;
  for (const auto& line : breakdown.lines) {
    sizes[{groupText(line.groups[0], down), groupText(line.groups[1], across)}] += sizeOf(breakdown, line);
  }
  std::vector<TextTable::Column> titles = {{fmt::format("{} \\ {}", down.field.name, across.field.name)}};
  for (const Group& column : columns) {
    titles.push_back({shorten(groupText(column, across), kValueWidth), Align::right});
  }
  TextTable table(titles);
  for (const Group& row : rows) {
    std::vector<std::string> cells = {groupText(row, down)};
    for (const Group& column : columns) {
      const auto found = sizes.find({groupText(row, down), groupText(column, across)});
      cells.push_back(found == sizes.end() ? "·" : sizeText(breakdown, found->second));
    }
    table.addRow(std::move(cells));
  }
  return table.render();
}

template <class AnyBreakdown>
std::string leftOutOf(const AnyBreakdown& breakdown, std::size_t top) {
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

}  // namespace

std::string breakdownTable(const Breakdown& breakdown, std::size_t top, std::size_t width) {
  return tableOf(breakdown, top, width);
}
std::string breakdownTable(const EventBreakdown& breakdown, std::size_t top, std::size_t width) {
  return tableOf(breakdown, top, width);
}

std::string breakdownGrid(const Breakdown& breakdown, std::size_t top) { return gridOf(breakdown, top); }
std::string breakdownGrid(const EventBreakdown& breakdown, std::size_t top) { return gridOf(breakdown, top); }

std::string breakdownJson(const Breakdown& breakdown, std::size_t top) {
  JsonWriter json;
  json.beginObject().key("audience").number(breakdown.audience).key("groups").beginArray();
  for (std::size_t i = 0; i < shownLines(breakdown, top); ++i) {
    const BreakdownLine& line = breakdown.lines[i];
    json.beginObject();
    writeGroups(json, line.groups, breakdown.dimensions);
    json.key("count").number(line.count);
    json.key("share").number(shareOf(sizeOf(breakdown, line), wholeOf(breakdown))).endObject();
  }
  json.endArray().key("groupCount").number(std::uint64_t{breakdown.lines.size()}).endObject();
  return json.text();
}

std::string breakdownJson(const EventBreakdown& breakdown, std::size_t top) {
  JsonWriter json;
  json.beginObject().key("audience").number(breakdown.audience);
  writeTally(json, breakdown.total, breakdown.summed);
  json.key("groups").beginArray();
  for (std::size_t i = 0; i < shownLines(breakdown, top); ++i) {
    const EventBreakdownLine& line = breakdown.lines[i];
    json.beginObject();
    writeGroups(json, line.groups, breakdown.dimensions);
    writeTally(json, line.tally, breakdown.summed);
    json.key("share").number(shareOf(sizeOf(breakdown, line), wholeOf(breakdown))).endObject();
  }
  json.endArray().key("groupCount").number(std::uint64_t{breakdown.lines.size()}).endObject();
  return json.text();
}

std::string leftOut(const Breakdown& breakdown, std::size_t top) { return leftOutOf(breakdown, top); }
std::string leftOut(const EventBreakdown& breakdown, std::size_t top) { return leftOutOf(breakdown, top); }

std::string totalsOf(const EventBreakdown& breakdown) {
  const EventTally& total = breakdown.total;
  std::string text = fmt::format("{} of {}, of {} in the audience", counted(total.events, "event", "events"),
                                 counted(total.contacts, "contact", "contacts"), grouped(breakdown.audience));
  if (breakdown.summed) text += fmt::format("; {} {}", breakdown.summed->name, sizeText(breakdown, total.sum));
  return text;
}

}  // namespace roster::tools
