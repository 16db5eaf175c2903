// What a predicate is evaluated as, what is expected of every part of it, and with analysis what is true of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/snapshot.h"
#include "core/query/bound.h"
#include "index/engine/executor.h"

namespace roster {

// A node of the rewritten predicate.
struct ExplainNode {
  std::string text;      // "and", "not", "at least 2 of", or a leaf: "city in {'Łódź'}"
  double estimate = 0;   // contacts, of the live ones
  bool certain = false;  // the estimate is the count
  std::vector<std::string> notes;
  std::vector<ExplainNode> operands;

  // With analysis only.
  std::optional<std::uint64_t> count;
  std::chrono::nanoseconds time{0};  // the node's own work
};

// The live contacts that a leaf on this field is false for, because they have no value.
struct FieldGap {
  std::string field;
  std::uint64_t missing = 0;
};

// A clause of a top-level AND.
struct WaterfallLine {
  std::string clause;
  std::uint64_t count = 0;    // contacts that match it
  std::uint64_t without = 0;  // contacts that match all other clauses
  std::uint64_t removes = 0;  // of those, the contacts that it alone removes
};

struct Explanation {
  std::string predicate;  // canonical text; for a typed predicate its form as a function call
  std::uint64_t live = 0;
  ExplainNode root;
  std::vector<FieldGap> fields;  // those the predicate uses, in the schema's order
  bool analyzed = false;
  std::chrono::nanoseconds queryTime{0};  // with analysis: of the whole query
  std::vector<WaterfallLine>
      waterfall;  // with analysis, in the predicate's order; empty where there is no top-level AND
};

// Estimates come from directories alone, so that no bitmap is loaded but those of frozen lists. With `analyze` all
// nodes and clauses are counted in one pass over the chunks, after one over the nodes that brings their pieces into
// memory as far as they fit. There are two kinds of time:
// - A node's own work is what it took in that pass to find its contacts among all, with those of its operands at hand,
//   added up over threads. An operand with a scan in it is not kept: every node above evaluates it again, among the
//   contacts that its other operands leave. Equal parts are evaluated once, and that time stands at each of them.
//   Finding operands in memory is not in it; reading the clock is, with some 30 ns a chunk.
// - The whole query's is that of one count(), from the plan and pieces in memory to the number: finding operands, then
//   all conditions fused, on all threads, by the clock on the wall. Each condition looks at what those before it have
//   left, so it may well be less than the nodes' own work together.
// Errors of the predicate have a position in its text; dataLoss where a piece cannot be loaded.
Result<Explanation> explain(std::string_view predicate, const SnapshotPtr& snapshot, Instant now, bool analyze,
                            const Executor& executor);

// The same of a predicate that is typed already.
Result<Explanation> explain(const Bound& predicate, const SnapshotPtr& snapshot, bool analyze,
                            const Executor& executor);

// For a terminal: the tree with a line a node, then the fields, then what each clause removes. Ends in a line feed.
std::string explainText(const Explanation& explanation);

}  // namespace roster
