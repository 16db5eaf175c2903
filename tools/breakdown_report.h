// Breakdowns as tables, grids and JSON. `top` is how many groups are shown, 0 for all.
#pragma once

#include <cstddef>
#include <string>

#include "index/engine/breakdown.h"

namespace roster::tools {

// A line a group of one dimension: value, count, share; with a terminal's `width` a bar beside them, none for 0.
std::string breakdownTable(const Breakdown& breakdown, std::size_t top, std::size_t width);

// The groups of the first dimension down, those of the second across. With `top`, the largest of each.
std::string breakdownGrid(const Breakdown& breakdown, std::size_t top);

std::string breakdownJson(const Breakdown& breakdown, std::size_t top);

// Says what --top left out; empty where that is nothing.
std::string leftOut(const Breakdown& breakdown, std::size_t top);

}  // namespace roster::tools
