// Repeating something for a while and saying how long it takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace roster::bench {

// Runs from when it is made.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// Of all runs, in microseconds.
struct Timing {
  std::uint64_t runs = 0;
  double minimum = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double p999 = 0;
  double maximum = 0;
};

// Nearest rank: the least of the numbers (ascending, not empty) that at least `percent` of them do not exceed.
double percentile(std::span<const double> ascending, double percent);

// `micros` is not empty.
Timing summarize(std::vector<double> micros);

// Runs `body` once untimed, then for about `seconds`, at least three times. The first error ends it.
Result<Timing> measure(double seconds, const std::function<Result<void>()>& body);

// The same with caches that hold nothing of what the body reads: before each run, untimed, more memory than they have
// is swept.
Result<Timing> measureCold(double seconds, const std::function<Result<void>()>& body);

// Two things run by turns, so that whatever happens to the machine meanwhile happens to both.
struct TimedByTurns {
  Timing first;
  Timing second;
  double added = 0;  // the median of how many microseconds longer the second took than the first right before it
};
Result<TimedByTurns> measureByTurns(double seconds, const std::function<Result<void>()>& first,
                                    const std::function<Result<void>()>& second);

// Runs `body` again and again on so many threads at once, each on its own, for about `seconds`; how many runs that were
// a second. The first error ends it.
Result<double> measureThroughput(double seconds, unsigned threads, const std::function<Result<void>()>& body);

// The slope of the least-squares line through the logarithms of points (x, y) above 0, of which there are two or more
// with distinct x: 1 where y grows as x does.
double logLogSlope(std::span<const std::pair<double, double>> points);

// The geometric mean of numbers above 0; 0 where there are none.
double geometricMean(std::span<const double> numbers);

}  // namespace roster::bench
