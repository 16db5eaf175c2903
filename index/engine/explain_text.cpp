#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "index/engine/explain.h"

namespace roster {

namespace {

constexpr std::size_t kMaxLabel = 72;  // longer texts of nodes do not push the numbers off the screen

bool continuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t charactersOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continuesCharacter(c); }));
}

// The text, cut to some characters where it is longer.
std::string shortened(std::string_view text, std::size_t characters) {
  if (charactersOf(text) <= characters) return std::string(text);
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (!continuesCharacter(text[at]) && ++seen == characters) break;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string padded(std::string text, std::size_t characters) {
  const std::size_t used = charactersOf(text);
  if (used < characters) text.append(characters - used, ' ');
  return text;
}

// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string estimateText(const ExplainNode& node) {
  return (node.certain ? "" : "~") + grouped(static_cast<std::uint64_t>(std::llround(node.estimate)));
}

std::string timeText(std::chrono::nanoseconds time) {
  return fmt::format("{:.3f} ms", std::chrono::duration<double, std::milli>(time).count());
}

// One line of the tree: the node, or one of its notes.
struct Line {
  std::string label;
  const ExplainNode* node = nullptr;  // null for a note
};

void addLines(const ExplainNode& node, const std::string& lead, const std::string& follow, std::vector<Line>& lines) {
  lines.push_back({lead + shortened(node.text, kMaxLabel), &node});
  for (const std::string& note : node.notes) {
    lines.push_back({fmt::format("{}{} · {}", follow, node.operands.empty() ? " " : "│", note), nullptr});
  }
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const bool last = i + 1 == node.operands.size();
    addLines(node.operands[i], follow + (last ? "└─ " : "├─ "), follow + (last ? "   " : "│  "), lines);
  }
}

void appendTree(const Explanation& explanation, std::string& text) {
  std::vector<Line> lines;
  addLines(explanation.root, "", "", lines);
  std::size_t labels = 0;
  std::size_t estimates = std::string_view("estimate").size();
  std::size_t counts = std::string_view("contacts").size();
  for (const Line& line : lines) {
    if (line.node == nullptr) continue;
    labels = std::max(labels, charactersOf(line.label));
    estimates = std::max(estimates, estimateText(*line.node).size());
    counts = std::max(counts, grouped(line.node->count.value_or(0)).size());
  }
  const auto appendRow = [&](const std::string& label, std::string_view estimate, std::string_view count,
                             std::string_view time) {
    text += fmt::format("{}  {:>{}}", padded(label, labels), estimate, estimates);
    if (explanation.analyzed) text += fmt::format("  {:>{}}  {:>12}", count, counts, time);
    text += '\n';
  };
  appendRow("", "estimate", "contacts", "own work");
  for (const Line& line : lines) {
    if (line.node == nullptr) text += line.label + '\n';
    else
      appendRow(line.label, estimateText(*line.node), grouped(line.node->count.value_or(0)), timeText(line.node->time));
  }
}

void appendTimes(const Explanation& explanation, std::string& text) {
  if (!explanation.analyzed) return;
  text += fmt::format("\nthe whole query, as count answers it: {}\n", timeText(explanation.queryTime));
  text +=
      "own work: finding a node's contacts among all when those below it are known (scans run again), all threads "
      "together\n";
}

void appendFields(const Explanation& explanation, std::string& text) {
  if (explanation.fields.empty()) return;
  std::size_t names = 0;
  std::size_t numbers = 0;
  for (const FieldGap& gap : explanation.fields) {
    names = std::max(names, charactersOf(gap.field));
    numbers = std::max(numbers, grouped(gap.missing).size());
  }
  text += fmt::format("\ncontacts without a value, of {} live ones\n", grouped(explanation.live));
  for (const FieldGap& gap : explanation.fields) {
    text += fmt::format("  {}  {:>{}}\n", padded(gap.field, names), grouped(gap.missing), numbers);
  }
}

void appendWaterfall(const Explanation& explanation, std::string& text) {
  if (explanation.waterfall.empty()) return;
  std::size_t clauses = 0;
  std::size_t numbers = std::string_view("without it").size();
  for (const WaterfallLine& line : explanation.waterfall) {
    clauses = std::max(clauses, charactersOf(shortened(line.clause, kMaxLabel)));
    numbers = std::max({numbers, grouped(line.count).size(), grouped(line.without).size()});
  }
  text += fmt::format("\n{}  {:>{}}  {:>{}}  {:>{}}\n", padded("what each clause alone removes", clauses + 2),
                      "matches", numbers, "without it", numbers, "removes", numbers);
  clauses = std::max(clauses, std::string_view("what each clause alone removes").size() - 2);
  for (const WaterfallLine& line : explanation.waterfall) {
    text += fmt::format("  {}  {:>{}}  {:>{}}  {:>{}}\n", padded(shortened(line.clause, kMaxLabel), clauses),
                        grouped(line.count), numbers, grouped(line.without), numbers, grouped(line.removes), numbers);
  }
}

}  // namespace

std::string explainText(const Explanation& explanation) {
  std::string text;
  appendTree(explanation, text);
  appendTimes(explanation, text);
  appendFields(explanation, text);
  appendWaterfall(explanation, text);
  return text;
}

}  // namespace roster
