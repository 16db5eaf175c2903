// The tokens of the language as PEGTL rules. Each takes its own text only; white space follows by Space.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <tao/pegtl.hpp>

#include "core/query/grammar/progress.h"
#include "core/query/grammar/words.h"

namespace roster::grammar {

namespace pegtl = tao::pegtl;

// The nesting that a predicate may have; deeper ones would be machine made, and recursion must end somewhere.
inline constexpr std::size_t kMaxDepth = 200;

// A text as a template argument.
template <std::size_t N>
struct FixedString {
  char text[N] = {};
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is to be written as the argument
  consteval FixedString(const char (&source)[N]) { std::copy_n(source, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

template <class Input>
std::string_view restOf(const Input& in) {
  return {in.current(), in.size()};
}

// What every rule with a match of its own has to tell PEGTL.
template <class... Rules>
struct CustomRule {
  using rule_t = CustomRule;
  using subs_t = pegtl::type_list<Rules...>;
};

// The rules in sequence, called `Label` in messages as long as none of their tokens fit.
template <FixedString Label, class... Rules>
struct Expect : CustomRule<Rules...> {
  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Control, class Input, class... States>
  static bool match(Input& in, Progress& progress, States&&... states) {
    const char* begin = in.current();
    const Progress::Mark mark = progress.mark();
    using Sequence = pegtl::seq<Rules...>;
    if (Control<Sequence>::template match<A, M, Action, Control>(in, progress, states...)) return true;
    if (progress.farthest() == nullptr || progress.farthest() <= begin) {
      progress.failedAsWhole(begin, mark, Label.view());
    }
    return false;
  }
};

// Fits, taking nothing, where what follows may begin here. It spares trying rules that cannot; what it refuses they
// would refuse at their first token.
template <auto MayBegin>
struct Ahead : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    return MayBegin(restOf(in));
  }
};

// Whether a word begins here; for Ahead.
template <FixedString Word>
bool startsWith(std::string_view text) {
  return isWord(text.substr(0, identifierLength(text)), Word.view());
}

// The rules in sequence, one level of nesting deeper.
template <class... Rules>
struct Nested : CustomRule<Rules...> {
  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Control, class Input, class... States>
  static bool match(Input& in, Progress& progress, States&&... states) {
    if (progress.depth >= kMaxDepth) {
      throw SyntaxFailure{in.current(), in.current(),
                          "the predicate is nested more than " + std::to_string(kMaxDepth) + " levels deep"};
    }
    ++progress.depth;
    using Sequence = pegtl::seq<Rules...>;
    const bool matched = Control<Sequence>::template match<A, M, Action, Control>(in, progress, states...);
    --progress.depth;
    return matched;
  }
};

struct Space : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    in.bump(spaceLength(restOf(in)));
    return true;
  }
};

// A keyword in any case, and the space after it.
template <FixedString Word>
struct Keyword : CustomRule<> {
  static constexpr auto quoted() {
    std::array<char, Word.view().size() + 2> label{};
    label.front() = label.back() = '\'';
    std::copy(Word.view().begin(), Word.view().end(), label.begin() + 1);
    return label;
  }
  static constexpr auto kLabel = quoted();

  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Control, class Input, class... States>
  static bool match(Input& in, Progress& progress, States&&...) {
    const std::string_view rest = restOf(in);
    const std::size_t length = identifierLength(rest);
    if (!isWord(rest.substr(0, length), Word.view())) {
      progress.failed(in.current(), {kLabel.data(), kLabel.size()});
      return false;
    }
    in.bump(length + spaceLength(rest.substr(length)));
    return true;
  }
};

// Punctuation, and the space after it.
template <FixedString Text>
struct Symbol : CustomRule<> {
  static constexpr auto kLabel = Keyword<Text>::quoted();

  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <typename...> class Action,
            template <typename...> class Control, class Input, class... States>
  static bool match(Input& in, Progress& progress, States&&...) {
    const std::string_view rest = restOf(in);
    if (!rest.starts_with(Text.view())) {
      progress.failed(in.current(), {kLabel.data(), kLabel.size()});
      return false;
    }
    in.bump(Text.view().size() + spaceLength(rest.substr(Text.view().size())));
    return true;
  }
};

// A bare name: an identifier that is not reserved.
struct Identifier : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    const std::size_t length = identifierLength(restOf(in));
    if (length == 0 || isReserved(restOf(in).substr(0, length))) return false;
    in.bump(length);
    return true;
  }
};

// A text between two quotes, in which a doubled quote stands for one.
template <char Quote>
struct Quoted : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    const std::string_view rest = restOf(in);
    if (!rest.starts_with(Quote)) return false;
    for (std::size_t at = 1; at < rest.size(); ++at) {
      if (rest[at] != Quote) continue;
      if (at + 1 < rest.size() && rest[at + 1] == Quote) {
        ++at;
        continue;
      }
      in.bump(at + 1);
      return true;
    }
    throw SyntaxFailure{in.current(), in.current() + 1,
                        Quote == '"' ? "this name has no closing double quote" : "this string has no closing quote"};
  }
};
struct QuotedName : Quoted<'"'> {};
struct QuotedString : Quoted<'\''> {};

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

inline std::size_t digitsLength(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isDigit) - text.begin());
}

// A number must not run on into a word or another number: `90days`, `1.2.3`.
inline bool endsNumber(std::string_view rest) { return identifierLength(rest) == 0 && !rest.starts_with('.'); }

struct Digits : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    const std::size_t length = digitsLength(restOf(in));
    if (length == 0 || !endsNumber(restOf(in).substr(length))) return false;
    in.bump(length);
    return true;
  }
};

struct Decimal : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    const std::string_view rest = restOf(in);
    std::size_t length = rest.starts_with('-') || rest.starts_with('+') ? 1 : 0;
    const std::size_t whole = digitsLength(rest.substr(length));
    if (whole == 0) return false;
    length += whole;
    if (length + 1 < rest.size() && rest[length] == '.' && isDigit(rest[length + 1])) {
      length += 1 + digitsLength(rest.substr(length + 1));
    }
    if (!endsNumber(rest.substr(length))) return false;
    in.bump(length);
    return true;
  }
};

// A word of one of the tables of words.h.
template <auto Lookup>
struct WordOf : CustomRule<> {
  template <class Input>
  static bool match(Input& in) {
    const std::size_t length = identifierLength(restOf(in));
    if (length == 0 || !Lookup(restOf(in).substr(0, length))) return false;
    in.bump(length);
    return true;
  }
};
struct TimeWord : WordOf<&timeBaseOf> {};
struct UnitWord : WordOf<&unitOf> {};
struct CalendarWord : WordOf<&calendarUnitOf> {};

}  // namespace roster::grammar
