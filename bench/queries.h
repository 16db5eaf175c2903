// The named queries of the suites, over the contacts and events that `roster generate` makes. The peers in bench/peers
// have the same under the same names, in their own languages.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "core/data/schema.h"
#include "core/data/segment_catalog.h"

namespace roster::bench {

enum class QueryClass : std::uint8_t {
  boolean,
  analytic,
  listing,
  summary,  // of events: answered by which contacts have any in a stretch of time
  events,   // of events: rows are looked at
};

// What is asked of the predicates.
enum class QueryTask : std::uint8_t {
  count,           // how many match the one predicate
  countMany,       // how many match each
  breakdown,       // how those of the one predicate divide by `fields`, one or two
  statistics,      // count, sum and percentiles of `fields`, one, over those of the one predicate
  overlap,         // every region of the predicates' Venn diagram
  eventBreakdown,  // how the `events` of those of the one predicate divide by `fields`, one, with the sums of `summed`
  list,  // `fields` of the first `limit` contacts of the one predicate in order of keys, or of all where it is 0
};

struct BenchQuery {
  std::string name;
  std::string description;
  QueryClass kind = QueryClass::boolean;
  QueryTask task = QueryTask::count;
  std::vector<std::string> predicates;
  std::vector<std::string> fields;
  std::uint64_t limit = 0;
  std::string events = {};
  std::string summed = {};
};

std::string_view nameOf(QueryClass kind);  // "boolean"
std::string_view nameOf(QueryTask task);   // "count"

// Those of the audience suite; names are distinct and each class is in one piece.
std::vector<BenchQuery> audienceQueries();

// Those of the behaviour suite, likewise: what contacts did, of the events that `roster generate --events` makes.
std::vector<BenchQuery> behaviourQueries();

// The instant that relative times count from: the end of the generated contacts' time.
Instant benchNow();

// What one of the hundred saved segments is made of. Its shape is (index / 12) % 4:
//   0  tags has 'tag' and city = 'cities[0]'
//   1  tags has any ('tag', 'other') and newsletter
//   2  tags has 'tag' and city in (cities) and not tags has 'other'
//   3  tags has 'tag' and plan in ('premium', 'standard') and orders >= minimumOrders
struct SavedRule {
  int shape = 0;
  std::string_view tag;
  std::string_view other;
  std::string_view cities[3];
  int minimumOrders = 0;
};

inline constexpr int kSavedRules = 100;
SavedRule savedRule(int index);

// The words that rules draw from: tag i % 12, other tag (5 i + 3) % 12, cities from i % 10 on, orders from 2 + i % 3.
std::span<const std::string_view> ruleTags();
std::span<const std::string_view> ruleCities();

// The segments that the queries refer to, as they would be saved; names start with "bench ".
SegmentCatalog benchSegments();

// The queries that a database can answer: those all of whose predicates and fields bind to its schema.
std::vector<BenchQuery> answerable(std::vector<BenchQuery> queries, const Schema& schema);

}  // namespace roster::bench
