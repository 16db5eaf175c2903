// The export suite: lists of several sizes in every format, from the predicate's text to a durable file.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

// Each list is read back and held against the naive evaluator's before it is timed, on one thread and on all. Figures
// of a line: rowsPerSecond and textPerSecond (on all threads, uncompressed), fileBytes.
Result<Report> runExportSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
