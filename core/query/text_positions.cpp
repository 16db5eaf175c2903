#include "core/query/text_positions.h"

#include <algorithm>

#include "core/base/unicode.h"

namespace roster {

namespace {

constexpr std::size_t kStride = 128;

void advance(SourcePosition& position, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++position.column;
    }
  }
}

}  // namespace

TextPositions::TextPositions(std::string_view text) : text_(text) {
  SourcePosition position;
  for (std::size_t at = 0; at <= text.size(); at += kStride) {
    checkpoints_.push_back(position);
    advance(position, text.substr(at, kStride));
  }
}

SourcePosition TextPositions::at(std::size_t begin, std::size_t end) const {
  const std::size_t checkpoint = begin / kStride;
  SourcePosition position = checkpoints_[checkpoint];
  advance(position, text_.substr(checkpoint * kStride, begin % kStride));
  const std::string_view covered = text_.substr(begin, end - begin);
  const std::size_t length = countCharacters(covered.substr(0, covered.find('\n')));
  position.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, length));
  return position;
}

}  // namespace roster
