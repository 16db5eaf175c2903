// How the numbers of a benchmark are written, in its table as on its page.
#pragma once

#include <string>
#include <string_view>

#include "bench/report.h"

namespace roster::tools {

// Four digits or so, whatever the size.
std::string microsText(double micros);

// With its unit, whichever suits: "120 ns", "91.2 µs", "1.23 ms", "49.7 s".
std::string durationText(double micros);

// With its unit: "1.2 MB", "31.0 ms", "201,172/s", "5.40 x".
std::string figureText(double value, bench::Unit unit);

// A factor: "1.83".
std::string timesText(double factor);

// The contacts that were counted or listed; of other answers the lines.
std::string contactsText(const bench::ReportLine& line);

// The columns of a table of lines: what is in any of them, in the order of the first that has it.
struct BenchColumn {
  enum class Kind : std::uint8_t { name, contacts, median, tail, figure };
  Kind kind = Kind::name;
  std::string key;
  std::string title;
};
std::vector<BenchColumn> benchColumns(const bench::Report& report, std::string_view group);

// What stands in a column; empty where the line has no such thing.
std::string benchCell(const bench::ReportLine& line, const BenchColumn& column);

}  // namespace roster::tools
