// What a suite of `roster bench` gave as one HTML page: tables and plots, in light and dark, without script or network.
#pragma once

#include <string>

#include "bench/report.h"

namespace roster::tools {

std::string benchHtml(const bench::Report& report);

}  // namespace roster::tools
