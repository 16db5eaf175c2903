// A report held against an earlier one of the same suite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/measure.h"

namespace roster::bench {

struct Report;

// Times change by more than noise where p50 and p90 both do by this factor, the new p50 lies outside what was usual
// (beyond the old p90, or the old p50 beyond the new p90), and the difference is more than a clock's.
inline constexpr double kChangeFactor = 1.1;
inline constexpr double kLeastChangeMicros = 0.5;

enum class Change : std::uint8_t { none, faster, slower };

std::string_view nameOf(Change change);  // "", "faster", "slower"

Change changeBetween(const Timing& before, const Timing& after);

struct ComparedTiming {
  std::string line;
  std::string key;    // of the timing
  std::string title;  // as its own
  Timing before;
  Timing after;
  double ratio = 0;  // of p50: what it takes now by what it took
  Change change = Change::none;
};

struct Comparison {
  std::string path;  // of the earlier report
  std::string machine;
  std::vector<ComparedTiming> timings;  // those that both reports have, in the order of the newer one

  // How many timings got slower.
  std::size_t slower() const;

  // The geometric mean of the ratios of each kind of timing. CRoaring's tells how much the machine itself has changed.
  std::vector<std::pair<std::string, double>> means() const;
};

// What a comparison needs of a report that was written as JSON. Immutable.
class OldReport {
 public:
  // notFound where there is no such file; invalidArgument where it is no report of `roster bench`.
  static Result<OldReport> read(const std::filesystem::path& path);

  // invalidArgument where it is of another suite, or of another number of contacts.
  Result<void> requireSuite(std::string_view suite) const;
  Result<void> requireSame(std::string_view suite, std::uint64_t contacts) const;
  Result<Comparison> compare(const Report& report) const;

 private:
  std::string path_;
  std::string suite_;
  std::uint64_t contacts_ = 0;
  std::string machine_;
  std::map<std::pair<std::string, std::string>, Timing> timings_;  // by line and key
};

}  // namespace roster::bench
