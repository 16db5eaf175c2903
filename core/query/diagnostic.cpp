#include "core/query/diagnostic.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/unicode.h"

namespace roster {

namespace {

// A line longer than this many characters is cut to about as many around the position.
constexpr std::size_t kMaxLine = 160;
constexpr std::size_t kContextBefore = 60;

std::string_view lineOf(std::string_view text, std::uint32_t line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// The byte at which the character number `count`, from 0, starts; the size where there are fewer.
std::size_t offsetOf(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += characterLength(text, at);
  return at;
}

// As wide as the text on a terminal: tabs stay tabs, all else becomes blanks.
std::string blanksFor(std::string_view text) {
  std::string blanks;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = characterLength(text, at);
    if (text[at] == '\t') blanks += '\t';
    else blanks.append(displayWidth(text.substr(at, length)), ' ');
    at += length;
  }
  return blanks;
}

}  // namespace

std::string renderDiagnostic(const Error& error, std::string_view text) {
  if (!error.position || error.position->line == 0 || error.position->column == 0) return error.message;
  const SourcePosition& position = *error.position;
  std::string heading = fmt::format("{}:{}: {}", position.line, position.column, error.message);
  if (!isValidUtf8(text)) return heading;

  std::string_view line = lineOf(text, position.line);
  const std::size_t characters = countCharacters(line);
  std::size_t column = std::min<std::size_t>(position.column - 1, characters);
  std::string_view before;
  std::string_view after;
  if (characters > kMaxLine) {
    const std::size_t first = column > kContextBefore ? column - kContextBefore : 0;
    before = first > 0 ? "…" : "";
    line.remove_prefix(offsetOf(line, first));
    const std::size_t end = offsetOf(line, kMaxLine);
    after = end < line.size() ? "…" : "";
    line = line.substr(0, end);
    column -= first;
  }
  const std::size_t begin = offsetOf(line, column);
  const std::string_view marked = line.substr(begin, offsetOf(line.substr(begin), position.length));
  const std::size_t width = std::max<std::size_t>(1, displayWidth(marked));
  return fmt::format("{}\n  {}{}{}\n  {}{}^{}", heading, before, line, after, before.empty() ? "" : " ",
                     blanksFor(line.substr(0, begin)), std::string(width - 1, '~'));
}

}  // namespace roster
