#include "core/query/parser.h"

#include <fmt/format.h>
#include <optional>
#include <string>

#include "core/base/unicode.h"
#include "core/query/grammar/tree_builder.h"
#include "core/query/text_positions.h"

namespace roster {

namespace {

using grammar::Progress;
using grammar::SyntaxFailure;

tl::unexpected<Error> refuse(std::string message, std::optional<SourcePosition> position = std::nullopt) {
  return fail(ErrorCode::invalidArgument, std::move(message), position);
}

// The length of the longest valid start of a text that is not valid UTF-8: by halving, as validity of a start that
// ends on a character is monotonous.
std::size_t validLength(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) {
    at += characterLength(text, at);
    if (!isValidUtf8(text.substr(length, at - length))) break;
    length = at;
  }
  return length;
}

// The token at the front of a text that failed to parse there, for a message.
std::string_view tokenAt(std::string_view rest) {
  std::size_t length = grammar::identifierLength(rest);
  if (length == 0) {
    length = grammar::digitsLength(rest);
    if (length > 0) length += grammar::identifierLength(rest.substr(length));
  }
  if (length == 0 && (rest[0] == '\'' || rest[0] == '"')) {
    const std::size_t close = rest.find(rest[0], 1);
    length = close == std::string_view::npos ? 1 : close + 1;
  }
  if (length == 0) length = std::min(rest.find_first_not_of("=<>!&|"), rest.size());
  return rest.substr(0, length == 0 ? characterLength(rest, 0) : length);
}

// 'ctiy' for a word, 'Łódź' for a string that has quotes of its own, cut where it is long.
std::string quotedToken(std::string_view token) {
  constexpr std::size_t kMaxShown = 40;
  std::string shown(token);
  if (countCharacters(token) > kMaxShown) {
    std::size_t cut = 0;
    for (std::size_t i = 0; i < kMaxShown; ++i) cut += characterLength(token, cut);
    shown = std::string(token.substr(0, cut)) + "…";
  }
  return token[0] == '\'' || token[0] == '"' ? shown : "'" + shown + "'";
}

std::string listed(const std::vector<std::string_view>& expected) {
  std::string text;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (i > 0) text += i + 1 == expected.size() ? " or " : ", ";
    text += expected[i];
  }
  return text;
}

tl::unexpected<Error> unexpectedToken(std::string_view text, const Progress& progress, const TextPositions& positions) {
  const auto begin = static_cast<std::size_t>(progress.farthest() - text.data());
  const std::string_view rest = text.substr(begin);
  const std::string_view token = rest.empty() ? rest : tokenAt(rest);
  const std::string found = rest.empty() ? "the end" : quotedToken(token);
  return refuse(fmt::format("found {}, expected {}", found, listed(progress.expected())),
                positions.at(begin, begin + token.size()));
}

}  // namespace

Result<ast::Predicate> parse(std::string_view text) {
  if (text.size() > kMaxPredicateBytes) {
    return refuse(fmt::format("the predicate has {} bytes; at most {} are taken", text.size(), kMaxPredicateBytes));
  }
  if (!isValidUtf8(text)) {
    const std::size_t valid = validLength(text);
    return refuse("the predicate is not valid UTF-8 here", TextPositions(text).at(valid, valid + 1));
  }
  Progress progress;
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy> input(text.data(), text.data() + text.size(), "");
  try {
    const auto tree = tao::pegtl::parse_tree::parse<grammar::Text, grammar::Node, grammar::Selector>(input, progress);
    if (tree) return grammar::buildPredicate(*tree, text);
  } catch (const SyntaxFailure& failure) {
    return refuse(failure.message, TextPositions(text).at(static_cast<std::size_t>(failure.begin - text.data()),
                                                          static_cast<std::size_t>(failure.end - text.data())));
  }
  return unexpectedToken(text, progress, TextPositions(text));
}

}  // namespace roster
