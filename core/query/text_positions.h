// Turns byte offsets of a text into lines and columns, which count characters.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace roster {

// Refers to the text, which must outlive it. Construction is linear, a look-up takes constant time.
class TextPositions {
 public:
  explicit TextPositions(std::string_view text);

  // The place of text[begin, end), as far as it lies on the line it begins on, and at least one character.
  SourcePosition at(std::size_t begin, std::size_t end) const;

 private:
  std::string_view text_;
  std::vector<SourcePosition> checkpoints_;  // of every kStride-th byte
};

}  // namespace roster
