// Breakdowns as tables, grids and JSON. `top` is how many groups are shown, 0 for all.
#pragma once

#include <cstddef>
#include <string>

#include "index/engine/breakdown.h"
#include "index/engine/event_breakdown.h"

namespace roster::tools {

// A line a group of one dimension: value, figures, share; with a terminal's `width` a bar beside them, none for 0.
std::string breakdownTable(const Breakdown& breakdown, std::size_t top, std::size_t width);
std::string breakdownTable(const EventBreakdown& breakdown, std::size_t top, std::size_t width);

// The groups of the first dimension down, those of the second across; of events each cell is the sum where there is
// one, otherwise how many they are. With `top`, the largest of each.
std::string breakdownGrid(const Breakdown& breakdown, std::size_t top);
std::string breakdownGrid(const EventBreakdown& breakdown, std::size_t top);

std::string breakdownJson(const Breakdown& breakdown, std::size_t top);
std::string breakdownJson(const EventBreakdown& breakdown, std::size_t top);

// Says what --top left out; empty where that is nothing.
std::string leftOut(const Breakdown& breakdown, std::size_t top);
std::string leftOut(const EventBreakdown& breakdown, std::size_t top);

// "1,234 events of 567 contacts, of 1,000 in the audience; amount 98765.40".
std::string totalsOf(const EventBreakdown& breakdown);

}  // namespace roster::tools
