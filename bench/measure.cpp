#include "bench/measure.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

namespace roster::bench {

double percentile(std::span<const double> ascending, double percent) {
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(ascending.size())));
  return ascending[std::clamp<std::size_t>(rank, 1, ascending.size()) - 1];
}

Timing summarize(std::vector<double> micros) {
  std::sort(micros.begin(), micros.end());
  return {micros.size(),          micros.front(),           percentile(micros, 50), percentile(micros, 90),
          percentile(micros, 99), percentile(micros, 99.9), micros.back()};
}

namespace {

using Body = std::function<Result<void>()>;

// The microseconds of each body's runs, which take turns. `before` is run ahead of each run and not timed.
Result<std::vector<std::vector<double>>> timesOf(std::span<const Body> bodies, double seconds,
                                                 const std::function<void()>& before) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kLeastRuns = 3;
  constexpr std::size_t kMostRuns = 1'000'000;
  for (const Body& body : bodies) {
    if (auto warmed = body(); !warmed) return propagate(warmed);
  }
  std::vector<std::vector<double>> micros(bodies.size());
  for (auto& times : micros) times.reserve(1024);
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (micros[0].size() < kLeastRuns || (Clock::now() < end && micros[0].size() < kMostRuns)) {
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      before();
      const auto start = Clock::now();
      if (auto done = bodies[i](); !done) return propagate(done);
      micros[i].push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
  }
  return micros;
}

Result<Timing> measureAfter(const std::function<void()>& before, double seconds, const Body& body) {
  auto micros = timesOf({&body, 1}, seconds, before);
  if (!micros) return propagate(micros);
  return summarize(std::move(micros->front()));
}

}  // namespace

Result<Timing> measure(double seconds, const Body& body) {
  return measureAfter([] {}, seconds, body);
}

Result<Timing> measureCold(double seconds, const Body& body) {
  constexpr std::size_t kSweptBytes = std::size_t{128} << 20;
  std::vector<std::uint64_t> swept(kSweptBytes / sizeof(std::uint64_t), 1);
  return measureAfter(
      [&] {
        for (std::uint64_t& word : swept) word += word << 1;
      },
      seconds, body);
}

Result<TimedByTurns> measureByTurns(double seconds, const Body& first, const Body& second) {
  const std::array<Body, 2> bodies{first, second};
  auto micros = timesOf(bodies, seconds, [] {});
  if (!micros) return propagate(micros);
  std::vector<double> added((*micros)[0].size());
  std::transform((*micros)[1].begin(), (*micros)[1].end(), (*micros)[0].begin(), added.begin(), std::minus<>());
  return TimedByTurns{summarize(std::move((*micros)[0])), summarize(std::move((*micros)[1])),
                      summarize(std::move(added)).p50};
}

Result<double> measureThroughput(double seconds, unsigned threads, const Body& body) {
  std::atomic<std::uint64_t> runs = 0;
  std::atomic<bool> failed = false;
  std::vector<Result<void>> results(threads);
  const Stopwatch watch;
  const auto work = [&](Result<void>& result) {
    do {
      result = body();
      if (!result) failed = true;
      else ++runs;
    } while (!failed && watch.seconds() < seconds);
  };
  {
    std::vector<std::jthread> workers;
    workers.reserve(threads);
    for (Result<void>& result : results) workers.emplace_back(work, std::ref(result));
  }
  const double elapsed = watch.seconds();
  for (Result<void>& result : results) {
    if (!result) return propagate(result);
  }
  return static_cast<double>(runs) / elapsed;
}

double logLogSlope(std::span<const std::pair<double, double>> points) {
  const auto count = static_cast<double>(points.size());
  double meanX = 0;
  double meanY = 0;
  for (const auto& [x, y] : points) {
    meanX += std::log(x) / count;
    meanY += std::log(y) / count;
  }
  double products = 0;
  double squares = 0;
  for (const auto& [x, y] : points) {
    const double fromMean = std::log(x) - meanX;
    products += fromMean * (std::log(y) - meanY);
    squares += fromMean * fromMean;
  }
  return products / squares;
}

double geometricMean(std::span<const double> numbers) {
  if (numbers.empty()) return 0;
  double sum = 0;
  for (const double number : numbers) sum += std::log(number);
  return std::exp(sum / static_cast<double>(numbers.size()));
}

}  // namespace roster::bench
