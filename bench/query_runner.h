// One named query on one snapshot, run as Roster runs it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <variant>
#include <vector>

#include "bench/answer.h"
#include "bench/queries.h"
#include "index/engine/audience.h"
#include "index/engine/breakdown.h"
#include "index/engine/event_breakdown.h"
#include "index/engine/overlap.h"
#include "index/engine/statistics.h"

namespace roster::bench {

// The rows of a list: a page's own text, or nothing where they were written to the list file.
struct ListRows {
  std::string page;
};

// What a query gave, before it is text.
using RawAnswer = std::variant<std::vector<std::uint64_t>, Breakdown, EventBreakdown, Statistics, Overlap, ListRows>;

// Where a query is run.
struct RunContext {
  SnapshotPtr snapshot;
  const Executor& executor;
  // Where lists without a limit are written: a new file each time, without a sync, as those of the peers are.
  std::filesystem::path listFile = {};
  Instant now = benchNow();
};

// How a run went, for what times it and does not look at the answer.
inline Result<void> outcomeOf(const Result<RawAnswer>& answer) {
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

// What a breakdown of events is made of, beside the audience.
struct EventQuestion {
  EventQuery events;
  std::vector<Dimension> dimensions;
  std::optional<Field> summed;

  static Result<EventQuestion> compile(const BenchQuery& query, const RunContext& context);
};

// Compiled, with its operands found and held in memory. Runs from several threads at once, but for lists without a
// limit, which share their context's file.
class QueryRunner {
 public:
  static Result<QueryRunner> prepare(const BenchQuery& query, const RunContext& context);

  // Evaluates what was prepared. An overlap finds its operands again, in the caches of the database: it has no prepared
  // form.
  Result<RawAnswer> run(const RunContext& context) const;

  // Bytes that a run touches at most: of operands (see core/eval/program_bytes.h) and of what the answer is read from
  // (see answer_bytes.h).
  Result<std::uint64_t> touchedBytes(const RunContext& context) const;

  // Comparisons that the predicates are made of; every value of an `in` or a `has any` is one.
  std::size_t leaves() const;

 private:
  explicit QueryRunner(const BenchQuery& query) : query_(query) {}

  BenchQuery query_;
  std::vector<Dimension> dimensions_;
  std::optional<EventQuestion> events_;
  std::vector<Query> queries_;
  std::vector<PreparedQuery> prepared_;
  PreparedCounts together_;  // of a query of many predicates
};

// The same from the text of the predicates on.
Result<RawAnswer> runFromText(const BenchQuery& query, const RunContext& context);

// The answer as text, from the text of the predicates on.
Result<Answer> askFromText(const BenchQuery& query, const RunContext& context);

// The count of one predicate, from its text on.
Result<std::uint64_t> countOf(std::string_view predicate, const SnapshotPtr& snapshot, const Executor& executor);

// The answer as text; for a list without a limit the file that was written last is read.
Result<Answer> answerOf(const RawAnswer& raw, const BenchQuery& query, const RunContext& context);

}  // namespace roster::bench
