// How counts fared that a checkpoint ran beside, query by query.
#pragma once

#include <vector>

#include "bench/report.h"

namespace roster::bench {

// Of fewer counts a 99th percentile is the longest of them, and is called so.
inline constexpr std::size_t kLeastForTail = 100;

// Adds to a query's line, which has its timing `alone`: checkpointCounts, how many counts these are; checkpointP99, or
// checkpointMost where they are too few; and checkpointRatio, of that by the p99 alone. Nothing where there are none.
void addCheckpointFigures(ReportLine& line, const std::vector<double>& micros);

// The queries whose counts beside a checkpoint were slowest by their p99 alone, the worst first; without figures where
// no line has any.
FigureGroup worstBesideCheckpoint(const std::vector<ReportLine>& lines);

}  // namespace roster::bench
