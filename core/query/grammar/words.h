// The words of the language and the characters they are made of; shared by the grammar and the printer.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/query/ast.h"

namespace roster::grammar {

// What messages call a field's test and a unit of time, and the words that may begin them: for the nearest one of a
// word that does not.
inline constexpr char kComparisonLabel[] = "a comparison";
inline constexpr std::array<std::string_view, 11> kComparisonWords = {
    "between", "in", "is", "like", "ilike", "has", "not", "since", "before", "today", "yesterday"};
inline constexpr char kUnitLabel[] = "a unit (minute, hour, day, week, month or year)";
inline constexpr std::array<std::string_view, 12> kUnitWords = {
    "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years"};

// The bytes at the front of valid UTF-8 that are white space of Unicode.
std::size_t spaceLength(std::string_view text);

// The bytes of the identifier at the front of valid UTF-8, 0 where there is none: letters with their combining marks,
// digits and `_`, not starting with a digit.
std::size_t identifierLength(std::string_view text);

// Whether a leaf other than a field's may begin here, a field's test, a comparison: what lets the grammar pass over
// what cannot.
bool startsConstruct(std::string_view text);
bool startsTest(std::string_view text);
bool startsComparison(std::string_view text);

// Compares a word of the text with a keyword in lower case, ignoring the case of ASCII letters.
bool isWord(std::string_view word, std::string_view keyword);

// The words that are never a bare name, in any case.
bool isReserved(std::string_view word);

// `now`, `today` and `yesterday`, which are times where a value may stand.
std::optional<ast::TimeBase> timeBaseOf(std::string_view word);
std::string_view wordOf(ast::TimeBase base);

// Units of steps and relative windows, singular or plural: minute … year, without quarter.
std::optional<ast::TimeUnit> unitOf(std::string_view word);

// Units of the calendar's own windows, singular: day, week, month, quarter, year.
std::optional<ast::TimeUnit> calendarUnitOf(std::string_view word);

// The singular word of a unit.
std::string_view wordOf(ast::TimeUnit unit);

// The functions of event sets.
inline constexpr std::array<std::string_view, 9> kEventFunctions = {"count", "days", "distinct", "sum", "avg",
                                                                    "min",   "max",  "first",    "last"};
inline std::string_view wordOf(ast::Aggregate aggregate) {
  return kEventFunctions[static_cast<std::size_t>(aggregate)];
}

// Whether a predicate about events begins here: `did` before a name, `count`, `first` and the other functions before
// `(`. Elsewhere these words are names like any other.
bool startsBehaviour(std::string_view text);

// Whether an attribute begins here, `.price`.
bool startsAttribute(std::string_view text);

}  // namespace roster::grammar
