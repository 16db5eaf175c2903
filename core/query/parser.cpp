#include "core/query/parser.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "core/base/unicode.h"
#include "core/data/schema.h"
#include "core/query/grammar/tree_builder.h"
#include "core/query/text_positions.h"

namespace roster {

namespace {

using grammar::Progress;
using grammar::SyntaxFailure;

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

bool isIdentifier(std::string_view token) { return !token.empty() && grammar::identifierLength(token) == token.size(); }

// The keywords among what was expected, and those that may begin it.
std::vector<std::string> expectedWords(const std::vector<std::string_view>& expected) {
  std::vector<std::string> words;
  for (const std::string_view what : expected) {
    if (what == grammar::kComparisonLabel) {
      for (const std::string_view word : grammar::kComparisonWords) words.emplace_back(word);
    } else if (what == grammar::kUnitLabel) {
      for (const std::string_view word : grammar::kUnitWords) words.emplace_back(word);
    } else if (what.size() > 2 && what.starts_with('\'') && what.ends_with('\'')) {
      words.emplace_back(what.substr(1, what.size() - 2));
    }
  }
  return words;
}

// The keywords that may stand before a token which no field's name can stand before.
std::vector<std::string> wordsBefore(std::string_view token) {
  if (token.starts_with('(')) {
    std::vector<std::string> words = {"size", "anniversary", "bucket"};
    words.insert(words.end(), grammar::kEventFunctions.begin(), grammar::kEventFunctions.end());
    return words;
  }
  if (token.starts_with('\'')) return {"segment"};
  if (grammar::digitsLength(token) > 0) return {"exactly"};
  if (isIdentifier(token)) return {"not"};
  return {};
}

// The last token before a place; a text that parsed that far is made of tokens.
std::string_view tokenBefore(std::string_view text, std::size_t place) {
  std::string_view last;
  for (std::size_t at = grammar::spaceLength(text); at < place; at += grammar::spaceLength(text.substr(at))) {
    last = tokenAt(text.substr(at));
    at += last.size();
  }
  return last;
}

tl::unexpected<Error> unexpectedToken(std::string_view text, const Progress& progress, const TextPositions& positions) {
  const auto begin = static_cast<std::size_t>(progress.farthest() - text.data());
  const std::string_view rest = text.substr(begin);
  const std::string_view token = rest.empty() ? rest : tokenAt(rest);
  const std::string found = rest.empty() ? "the end" : quotedToken(token);
  const std::vector<std::string_view>& expected = progress.expected();
  std::string meant;
  if (isIdentifier(token)) {
    if (const auto near = nearestWord(token, expectedWords(expected)))
      meant = fmt::format("; did you mean '{}'?", *near);
  }
  // A word that was taken for a field's name, as any word is, may have been meant for a keyword.
  const std::string_view comparison = grammar::kComparisonLabel;
  const bool afterName = std::find(expected.begin(), expected.end(), comparison) != expected.end();
  const std::string_view before = afterName && meant.empty() && !rest.empty() ? tokenBefore(text, begin) : "";
  if (isIdentifier(before)) {
    if (const auto near = nearestWord(before, wordsBefore(token))) {
      const auto at = static_cast<std::size_t>(before.data() - text.data());
      return refuse(fmt::format("found '{}', expected a predicate; did you mean '{}'?", before, *near),
                    positions.at(at, at + before.size()));
    }
  }
  return refuse(fmt::format("found {}, expected {}{}", found, listed(expected), meant),
                positions.at(begin, begin + token.size()));
}

// Parses a text by the rule of a whole one, and builds what it says from its parse tree.
template <class Rule, class Build>
auto parseAs(std::string_view what, std::string_view text, const Build& build)
    -> Result<decltype(build(std::declval<const grammar::Tree&>(), text))> {
  if (text.size() > kMaxPredicateBytes) {
    return refuse(fmt::format("the {} has {} bytes; at most {} are taken", what, text.size(), kMaxPredicateBytes));
  }
  if (!isValidUtf8(text)) {
    const std::size_t valid = validLength(text);
    return refuse(fmt::format("the {} is not valid UTF-8 here", what), TextPositions(text).at(valid, valid + 1));
  }
  Progress progress;
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy> input(text.data(), text.data() + text.size(), "");
  try {
    grammar::Tree tree;
    if (tao::pegtl::parse<Rule, tao::pegtl::nothing, grammar::TreeControl>(input, progress, tree)) {
      return build(tree, text);
    }
  } catch (const SyntaxFailure& failure) {
    return refuse(failure.message, TextPositions(text).at(static_cast<std::size_t>(failure.begin - text.data()),
                                                          static_cast<std::size_t>(failure.end - text.data())));
  }
  return unexpectedToken(text, progress, TextPositions(text));
}

}  // namespace

Result<ast::Predicate> parse(std::string_view text) {
  return parseAs<grammar::Text>("predicate", text, grammar::buildPredicate);
}

Result<ast::EventSet> parseEventSet(std::string_view text) {
  return parseAs<grammar::EventSetText>("event set", text, grammar::buildEventSet);
}

}  // namespace roster
