#include "core/query/text_positions.h"

#include <algorithm>

#include "core/base/unicode.h"

namespace roster {

namespace {

constexpr std::size_t kStride = 128;

void advance(SourcePosition& position, std::string_view text) {
  if (const auto lines = std::count(text.begin(), text.end(), '\n'); lines != 0) {
    position.line += static_cast<std::uint32_t>(lines);
    position.column = 1;
    text.remove_prefix(text.rfind('\n') + 1);
  }
  position.column += static_cast<std::uint32_t>(countCharacters(text));
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
