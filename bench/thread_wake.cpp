#include "bench/thread_wake.h"

#include <array>
#include <atomic>
#include <thread>

namespace roster::bench {

namespace {

// Longer than the workers of oneTBB look for work before they sleep.
constexpr std::chrono::milliseconds kUntilAsleep{3};
// A piece is as long as this, or until the other one has begun: whoever takes the first does not take the second, too.
constexpr double kPieceMicros = 2000;

double microsUntilBothRun(const Executor& executor) {
  std::array<std::atomic<double>, 2> begun{};
  const Stopwatch watch;
  executor.forEach(2, 1, [&](std::size_t i) {
    begun[i] = watch.seconds() * 1e6;
    while (begun[1 - i] == 0 && watch.seconds() * 1e6 < kPieceMicros) continue;
  });
  return std::max(begun[0].load(), begun[1].load());
}

}  // namespace

ThreadWake measureThreadWake(const Executor& executor, double seconds) {
  ThreadWake wake;
  if (executor.threads() < 2) return wake;
  std::vector<double> awake;
  std::vector<double> asleep;
  const Stopwatch watch;
  do {
    std::this_thread::sleep_for(kUntilAsleep);
    asleep.push_back(microsUntilBothRun(executor));
    awake.push_back(microsUntilBothRun(executor));
  } while (watch.seconds() < seconds);
  wake.awake = summarize(std::move(awake));
  wake.asleep = summarize(std::move(asleep));
  return wake;
}

}  // namespace roster::bench
