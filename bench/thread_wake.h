// How long a second thread takes to begin: what spreading a query over threads costs before it gains anything.
#pragma once

#include "bench/measure.h"
#include "index/engine/executor.h"

namespace roster::bench {

struct ThreadWake {
  Timing awake;   // it has just done something else
  Timing asleep;  // nothing was asked of it for some milliseconds
};

// From the call of Executor::forEach until the second of two threads begins, again and again for about `seconds`. A
// round in which one thread does both pieces is counted as its whole time. All 0 for an executor of one thread.
ThreadWake measureThreadWake(const Executor& executor, double seconds);

}  // namespace roster::bench
