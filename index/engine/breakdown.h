// How many contacts of an audience are in each group of a field, or of a grid of two.
#pragma once

#include <cstdint>
#include <vector>

#include "index/engine/audience.h"
#include "index/engine/dimension.h"

namespace roster {

// A group of each dimension, and the contacts that are in all of them; at least one.
struct BreakdownLine {
  std::vector<Group> groups;
  std::uint64_t count = 0;

  friend bool operator==(const BreakdownLine&, const BreakdownLine&) = default;
};

struct Breakdown {
  std::vector<Dimension> dimensions;
  std::uint64_t audience = 0;        // all of it; a share is a line's count of this
  std::vector<BreakdownLine> lines;  // the largest first, among equals by group
};

// More lines than this are refused: nobody reads them, and they would fill the memory.
inline constexpr std::size_t kMaxBreakdownLines = 10'000'000;
Result<void> checkBreakdownSize(std::size_t lines);

// Exact counts by one or two dimensions of the audience's schema. A contact counts once under every element of a set,
// and contacts without a value have a line of their own. One pass over the fields' columns on all cores, or over the
// values' bitmaps where those are fewer bytes. invalidArgument without a dimension or with more than two,
// resourceExhausted above the limit of lines, dataLoss where a piece cannot be loaded.
Result<Breakdown> breakdown(const Audience& audience, const std::vector<Dimension>& dimensions,
                            const Executor& executor);

// Orders lines by their groups instead, as a table of ages or months is read.
void sortByGroup(Breakdown& breakdown);

}  // namespace roster
