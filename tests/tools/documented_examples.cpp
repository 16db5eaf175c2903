#include "tests/tools/documented_examples.h"

#include <sstream>
#include <string_view>

namespace roster::testing {

namespace {

constexpr std::string_view kAny = "…";

// Backtracks to the last `…` only, which is enough.
bool matchesLine(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t from = 0;
  std::size_t retryPattern = std::string_view::npos;
  std::size_t retryText = 0;
  while (from < text.size() || at < pattern.size()) {
    if (pattern.substr(at).starts_with(kAny)) {
      at += kAny.size();
      retryPattern = at;
      retryText = from;
    } else if (at < pattern.size() && from < text.size() && pattern[at] == text[from]) {
      ++at;
      ++from;
    } else if (retryPattern != std::string_view::npos && retryText < text.size()) {
      at = retryPattern;
      from = ++retryText;
    } else {
      return false;
    }
  }
  return true;
}

bool matchesFrom(const std::vector<std::string>& shown, std::size_t at, const std::vector<std::string>& printed,
                 std::size_t from) {
  if (at == shown.size()) return from == printed.size();
  if (shown[at] == kAny) {
    for (std::size_t next = from; next <= printed.size(); ++next) {
      if (matchesFrom(shown, at + 1, printed, next)) return true;
    }
    return false;
  }
  return from < printed.size() && matchesLine(shown[at], printed[from]) &&
         matchesFrom(shown, at + 1, printed, from + 1);
}

void trimEnd(std::string& line) { line.erase(line.find_last_not_of(" \r") + 1); }

void takeSessionLine(const std::string& line, std::size_t number, bool& typing, DocumentedExamples& examples) {
  if (line.starts_with("$ ")) {
    examples.commands.push_back({number, line.substr(2), {}});
  } else if (typing) {
    examples.commands.back().text += line;
  } else if (!examples.commands.empty()) {
    examples.commands.back().shown.push_back(line);
    return;
  }
  std::string& text = examples.commands.back().text;
  typing = text.ends_with('\\');
  if (typing) text.pop_back();
}

void takePredicateLine(const std::string& line, std::size_t number, DocumentedExamples& examples) {
  if (line.starts_with(' ') && !examples.predicates.empty()) {
    examples.predicates.back().text += '\n' + line;
  } else if (!line.empty()) {
    examples.predicates.push_back({number, line});
  }
}

}  // namespace

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream input(text);
  for (std::string line; std::getline(input, line);) {
    trimEnd(line);
    lines.push_back(std::move(line));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

DocumentedExamples readExamples(const std::string& markdown) {
  DocumentedExamples examples;
  std::string tag;
  bool inBlock = false;
  bool typing = false;
  std::size_t number = 0;
  std::istringstream input(markdown);
  for (std::string line; std::getline(input, line);) {
    ++number;
    trimEnd(line);
    if (line.starts_with("```")) {
      inBlock = !inBlock;
      tag = inBlock ? line.substr(3) : std::string();
      typing = false;
    } else if (tag == "console") {
      takeSessionLine(line, number, typing, examples);
    } else if (tag == "roster") {
      takePredicateLine(line, number, examples);
    }
  }
  for (DocumentedCommand& command : examples.commands) {
    while (!command.shown.empty() && command.shown.back().empty()) command.shown.pop_back();
  }
  return examples;
}

bool matchesShown(const std::vector<std::string>& shown, const std::vector<std::string>& printed) {
  return matchesFrom(shown, 0, printed, 0);
}

}  // namespace roster::testing
