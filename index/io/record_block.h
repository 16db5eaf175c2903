// A piece of input that holds whole records: what one thread parses at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roster {

// Bytes past the end of a block's text that may be read, and are zero.
inline constexpr std::size_t kBlockPadding = 64;

// Movable; views into its text stay valid when it is moved.
struct RecordBlock {
  std::vector<char> bytes;      // the text and then kBlockPadding zeros
  std::uint64_t index = 0;      // 0, 1, 2 … through the input
  std::uint64_t firstLine = 1;  // the line number, from 1, at which the text starts
  std::uint64_t lines = 0;      // the line feeds in it: no more records than that, and one
  std::uint64_t consumed = 0;   // bytes of the source, as it lies on disk, read when this block was cut
  std::string refusal;          // not empty: the text is one record (or its start) that is refused for this reason

  std::string_view text() const { return {bytes.data(), bytes.size() - kBlockPadding}; }
};

}  // namespace roster
