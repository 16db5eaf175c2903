// What a suite of `roster bench` gave, for people and as JSON.
#pragma once

#include <string>

#include "bench/report.h"

namespace roster::tools {

// A table for each group of lines with p50 in microseconds, curves, figures, and what a comparison found.
std::string benchTables(const bench::Report& report);

// Everything, answers among it: what bench/peers/compare.py and --compare read.
std::string benchJson(const bench::Report& report);

}  // namespace roster::tools
