// The import suite: a generated CSV into an empty database, from file to durable and queryable.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

// Imports for `seconds`, at least once, each time into a database of its own. After each, counts are held against what
// a plain scan of the file counts. Figures of the line: rowsPerSecond, bytesPerSecond (of CSV), peakBytes (of this
// process), diskBytes.
Result<Report> runImportSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
