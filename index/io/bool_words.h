// The words that mean true and false in a file of contacts, in pairs: English, Polish, Russian, and 1 and 0.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace roster {

struct BoolWord {
  bool value = false;
  std::size_t pair = 0;  // which pair of words it is of
  bool plain = false;    // the pair means nothing else, so that one word alone tells a column of booleans
};

// In any case; none for other words.
std::optional<BoolWord> boolWord(std::string_view text);

}  // namespace roster
