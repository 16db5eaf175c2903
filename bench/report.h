// What a suite gave: the one form from which the table, the JSON and the HTML page of `roster bench` are written.
//
// A figure or a timing without a title is for the JSON alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/answer.h"
#include "bench/comparison.h"
#include "bench/measure.h"
#include "bench/queries.h"

namespace roster::bench {

enum class Unit : std::uint8_t {
  number,
  bytes,
  microseconds,
  milliseconds,
  seconds,
  perSecond,
  bytesPerSecond,
  times,  // a factor
};

struct Figure {
  std::string key;  // its name in JSON
  std::string title;
  double value = 0;
  Unit unit = Unit::number;
};

// Figures that belong together; in JSON an object.
struct FigureGroup {
  std::string key;
  std::string title;
  std::vector<Figure> figures;
};

struct NamedTiming {
  std::string key;
  std::string title;
  Timing timing;
  bool withTail = false;  // the table shows p99 beside p50
};

// One thing that was timed; most are a query.
struct ReportLine {
  std::string name;
  std::string group;  // lines of a group are a table; they stand together
  std::string task;
  std::string description;
  std::vector<std::string> predicates;
  std::vector<std::string> fields;
  Answer answer;
  std::vector<NamedTiming> timings;
  std::vector<Figure> figures;

  // Null where it was not timed so.
  const Timing* find(std::string_view timing) const;
};

struct CurvePoint {
  double contacts = 0;
  double value = 0;
};

// A curve is as steep as it may be where its slope is this.
inline constexpr double kSlopeBar = 1.05;

// How something grows with the number of contacts.
struct Curve {
  std::string name;
  std::string group;
  Unit unit = Unit::microseconds;
  std::vector<CurvePoint> points;  // by contacts, ascending
  double slope = 0;                // of the logarithms
};

struct Report {
  std::string suite;
  std::uint64_t contacts = 0;
  unsigned threads = 0;
  double seconds = 0;       // that each timing was to take
  bool isGenerated = true;  // the contacts are the generator's, of kBenchSeed
  std::string machine;
  std::string date;  // of the day it was made
  std::string csv;   // empty where there is none
  std::string database;
  std::vector<Figure> figures;
  std::vector<FigureGroup> groups;
  std::vector<ReportLine> lines;
  std::vector<Curve> curves;
  std::optional<Comparison> comparison;

  // Null where there is none of this name.
  const ReportLine* find(std::string_view line) const;
};

// A line that says what a query asks, and nothing yet of how that went.
ReportLine lineOf(const BenchQuery& query);

// The names of groups or curves' groups in order of appearance.
std::vector<std::string> groupsOf(const std::vector<ReportLine>& lines);
std::vector<std::string> groupsOf(const std::vector<Curve>& curves);

// The contacts that a line counted or listed; nothing where its answer is of another kind.
std::optional<std::uint64_t> contactsOf(const ReportLine& line);

}  // namespace roster::bench
