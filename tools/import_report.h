// What an import says about itself: the fields it takes, the first rows, and how it went.
#pragma once

#include <string>

#include "index/io/importer.h"

namespace roster::tools {

// Column, field, kind, whether the field is new, and an example.
std::string fieldTable(const ImportPlan& plan);

// The first rows of a file as they would be stored, and what would be rejected among those looked at. `width` is the
// terminal's.
std::string firstRows(const ImportPlan& plan, std::size_t file, char setSeparator, std::size_t width);

std::string planJson(const ImportPlan& plan, char setSeparator);

// Some lines for a person, without a line feed at the end.
std::string summaryText(const ImportSummary& summary, const ImportOptions& options, double seconds);
std::string summaryJson(const ImportSummary& summary, const ImportOptions& options, double seconds);

}  // namespace roster::tools
