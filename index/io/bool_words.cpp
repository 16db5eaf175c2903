#include "index/io/bool_words.h"

#include <array>
#include <string>

#include "core/base/unicode.h"

namespace roster {

namespace {

struct Pair {
  std::string_view yes;
  std::string_view no;
  bool plain;
};

// `no` is also Norway, `f` a gender, `1` a number: such a word alone tells nothing.
constexpr std::array kPairs{
    Pair{"1", "0", false}, Pair{"true", "false", true}, Pair{"yes", "no", false}, Pair{"t", "f", false},
    Pair{"y", "n", false}, Pair{"tak", "nie", true},    Pair{"да", "нет", true},
};

constexpr std::size_t kLongestWord = 8;

std::optional<BoolWord> find(std::string_view folded) {
  for (std::size_t i = 0; i < kPairs.size(); ++i) {
    if (folded == kPairs[i].yes) return BoolWord{true, i, kPairs[i].plain};
    if (folded == kPairs[i].no) return BoolWord{false, i, kPairs[i].plain};
  }
  return std::nullopt;
}

}  // namespace

std::optional<BoolWord> boolWord(std::string_view text) {
  if (text.size() > kLongestWord) return std::nullopt;
  std::array<char, kLongestWord> lower{};
  bool ascii = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    ascii = ascii && static_cast<signed char>(c) >= 0;
    lower[i] = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return ascii ? find({lower.data(), text.size()}) : find(foldCase(text));
}

}  // namespace roster
