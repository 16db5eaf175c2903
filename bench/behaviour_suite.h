// The behaviour suite: what contacts did, ten events for each. Every query is checked against the naive evaluator, and
// timed with nothing kept between questions: prepared and from its text, on one thread and on all. Then again over the
// same events with thousands that arrived late one by one.
#pragma once

#include "bench/suite.h"

namespace roster::bench {

Result<Report> runBehaviourSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
