#include "bench/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace roster::bench {

double percentile(std::span<const double> ascending, double percent) {
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(ascending.size())));
  return ascending[std::clamp<std::size_t>(rank, 1, ascending.size()) - 1];
}

Timing summarize(std::vector<double> micros) {
  std::sort(micros.begin(), micros.end());
  return {micros.size(), micros.front(), percentile(micros, 50), percentile(micros, 90), percentile(micros, 99)};
}

namespace {

// `before` is run ahead of each run and not timed.
Result<Timing> measureAfter(const std::function<void()>& before, double seconds,
                            const std::function<Result<void>()>& body) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kLeastRuns = 3;
  constexpr std::size_t kMostRuns = 1'000'000;
  if (auto warmed = body(); !warmed) return propagate(warmed);
  std::vector<double> micros;
  micros.reserve(1024);
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (micros.size() < kLeastRuns || (Clock::now() < end && micros.size() < kMostRuns)) {
    before();
    const auto start = Clock::now();
    if (auto done = body(); !done) return propagate(done);
    micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  return summarize(std::move(micros));
}

}  // namespace

Result<Timing> measure(double seconds, const std::function<Result<void>()>& body) {
  return measureAfter([] {}, seconds, body);
}

Result<Timing> measureCold(double seconds, const std::function<Result<void>()>& body) {
  constexpr std::size_t kSweptBytes = std::size_t{128} << 20;
  std::vector<std::uint64_t> swept(kSweptBytes / sizeof(std::uint64_t), 1);
  return measureAfter(
      [&] {
        for (std::uint64_t& word : swept) word += word << 1;
      },
      seconds, body);
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
