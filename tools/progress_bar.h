// How far a long command has come: a line that is redrawn on a terminal, and nothing at all elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/console.h"

namespace roster::tools {

// Not thread-safe.
class ProgressBar {
 public:
  // `unit` is what is counted: "rows", "contacts".
  ProgressBar(Console& console, std::string_view unit);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `fraction` is of the whole, none where that is not known. Redraws some ten times a second at most.
  void show(std::uint64_t count, std::optional<double> fraction);

  // Takes the line away.
  void clear();

 private:
  using Time = std::chrono::steady_clock::time_point;

  std::string line(std::uint64_t count, std::optional<double> fraction, Time now) const;

  Console& console_;
  std::string unit_;
  Time started_;
  Time drawn_;
  std::optional<std::pair<std::uint64_t, double>> first_;  // what was done before this run is no part of its rate
  bool visible_ = false;
};

// "3.2 s", "4:05", "1:02:03".
std::string duration(double seconds);

}  // namespace roster::tools
