#include "core/query/grammar/words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace roster::grammar {

namespace {

constexpr std::array<std::string_view, 16> kReserved = {"and",   "or",      "not",  "in",    "is",   "like",
                                                        "ilike", "between", "true", "false", "null", "where",
                                                        "then",  "within",  "has",  "key"};

struct UnitSpelling {
  ast::TimeUnit unit;
  std::string_view singular;
  std::string_view plural;
};

constexpr std::array<UnitSpelling, 7> kUnits = {{{ast::TimeUnit::minute, "minute", "minutes"},
                                                 {ast::TimeUnit::hour, "hour", "hours"},
                                                 {ast::TimeUnit::day, "day", "days"},
                                                 {ast::TimeUnit::week, "week", "weeks"},
                                                 {ast::TimeUnit::month, "month", "months"},
                                                 {ast::TimeUnit::quarter, "quarter", "quarters"},
                                                 {ast::TimeUnit::year, "year", "years"}}};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

UChar32 characterAt(std::string_view text, std::size_t& at) {
  UChar32 character = 0;
  U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), character);
  return character;
}

// The words, besides the reserved ones, that may follow a field's name.
constexpr std::array<std::string_view, 4> kTestWords = {"since", "before", "today", "yesterday"};

// The words that start a leaf other than a field's, in their construct.
constexpr std::array<std::string_view, 10> kConstructWords = {"true", "false",       "segment", "at",  "exactly",
                                                              "size", "anniversary", "bucket",  "key", "did"};

constexpr bool isAsciiWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

template <std::size_t N>
bool isOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view known) { return isWord(word, known); });
}

// The combining marks that normalisation leaves, and those it is about to compose, belong to their letter.
bool isMark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }
bool isLetter(UChar32 c) { return c == '_' || (U_GET_GC_MASK(c) & U_GC_L_MASK) != 0; }

}  // namespace

std::size_t spaceLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] == ' ') ++length;
  while (length < text.size()) {
    std::size_t next = length;
    if (!u_isUWhiteSpace(characterAt(text, next))) break;
    length = next;
  }
  return length;
}

std::size_t identifierLength(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return 0;
  // Nearly all words are of ASCII; a combining mark may follow any of their letters.
  std::size_t length = 0;
  while (length < text.size() && isAsciiWord(text[length])) ++length;
  if (length == text.size() || static_cast<signed char>(text[length]) >= 0) return length;
  while (length < text.size()) {
    std::size_t next = length;
    const UChar32 character = characterAt(text, next);
    const bool belongs = isLetter(character) || (length > 0 && (isMark(character) || u_isdigit(character)));
    if (!belongs) break;
    length = next;
  }
  return length;
}

bool startsConstruct(std::string_view text) {
  const std::string_view word = text.substr(0, identifierLength(text));
  return !word.empty() && (isOneOf(word, kConstructWords) || isOneOf(word, kEventFunctions));
}

bool startsComparison(std::string_view text) {
  return !text.empty() && (text[0] == '=' || text[0] == '!' || text[0] == '<' || text[0] == '>');
}

bool startsTest(std::string_view text) {
  if (startsComparison(text)) return true;
  const std::string_view word = text.substr(0, identifierLength(text));
  return !word.empty() && (isReserved(word) || isOneOf(word, kTestWords));
}

bool isWord(std::string_view word, std::string_view keyword) {
  return word.size() == keyword.size() &&
         std::equal(word.begin(), word.end(), keyword.begin(), [](char a, char b) { return lower(a) == b; });
}

bool isReserved(std::string_view word) { return isOneOf(word, kReserved); }

std::optional<ast::TimeBase> timeBaseOf(std::string_view word) {
  for (const ast::TimeBase base : {ast::TimeBase::now, ast::TimeBase::today, ast::TimeBase::yesterday}) {
    if (isWord(word, wordOf(base))) return base;
  }
  return std::nullopt;
}

std::string_view wordOf(ast::TimeBase base) {
  switch (base) {
    case ast::TimeBase::now: return "now";
    case ast::TimeBase::today: return "today";
    case ast::TimeBase::yesterday: return "yesterday";
  }
  return "";
}

std::optional<ast::TimeUnit> unitOf(std::string_view word) {
  for (const UnitSpelling& known : kUnits) {
    if (known.unit == ast::TimeUnit::quarter) continue;
    if (isWord(word, known.singular) || isWord(word, known.plural)) return known.unit;
  }
  return std::nullopt;
}

std::optional<ast::TimeUnit> calendarUnitOf(std::string_view word) {
  for (const UnitSpelling& known : kUnits) {
    if (known.unit == ast::TimeUnit::minute || known.unit == ast::TimeUnit::hour) continue;
    if (isWord(word, known.singular)) return known.unit;
  }
  return std::nullopt;
}

std::string_view wordOf(ast::TimeUnit unit) {
  for (const UnitSpelling& known : kUnits) {
    if (known.unit == unit) return known.singular;
  }
  return "";
}

bool startsBehaviour(std::string_view text) {
  const std::size_t length = identifierLength(text);
  const std::string_view word = text.substr(0, length);
  const std::string_view after = text.substr(length);
  const std::string_view rest = after.substr(spaceLength(after));
  if (isOneOf(word, kEventFunctions)) return rest.starts_with('(');
  if (!isWord(word, "did")) return false;
  const std::string_view next = rest.substr(0, identifierLength(rest));
  return rest.starts_with('"') || (!next.empty() && !isReserved(next) && !isOneOf(next, kTestWords));
}

bool startsAttribute(std::string_view text) { return text.starts_with('.'); }

}  // namespace roster::grammar
