// What the suites have in common: choosing queries, the snapshot they run on, and the right answers.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/answer.h"
#include "bench/queries.h"
#include "bench/query_runner.h"
#include "bench/report.h"
#include "bench/suite.h"
#include "index/engine/database.h"

namespace roster::bench {

// A report with what is known before anything is run.
Report beginReport(std::string_view suite, const SuiteOptions& options, const Host& host);

// The database that a suite runs on, open for reading: the one that the options name, or that of the generated data.
struct SuiteData {
  std::filesystem::path answers;  // where the naive evaluator's are kept; empty for a database that was given
  bool isImported = false;        // in this run
  std::unique_ptr<Database> database;
};

// Opens it, makes generated data where they are missing, and says in the report what was opened, and how fast.
Result<SuiteData> openSuiteData(const SuiteOptions& options, Host& host, Report& report);

// notFound, with the nearest that is known, for a name that is not.
Result<void> requireKnown(const std::vector<std::string>& names, const std::vector<std::string>& known);

// Those of these names, or all where none is given. notFound, with the nearest, for a name that no query has.
Result<std::vector<BenchQuery>> chooseQueries(const std::vector<std::string>& names, std::vector<BenchQuery> queries);

// The snapshot with the segments of the queries beside its own; nothing is written.
SnapshotPtr withBenchSegments(const SnapshotPtr& snapshot);

// The naive evaluator's answer to each query: from the file that keeps them (see NaiveStore) or found and added to it;
// always found where no file is named.
Result<std::vector<Answer>> rightAnswers(const std::vector<BenchQuery>& queries, const SnapshotPtr& snapshot,
                                         const Executor& executor, const std::filesystem::path& kept, const Note& note);

// Both answers from the first line that differs.
tl::unexpected<Error> wrongAnswer(const std::string& query, std::string_view who, const Answer& given,
                                  const Answer& right);

// Whether a query answers so prepared, on one thread and on all, and from its text; internal where it does not.
Result<void> checkEveryWay(const BenchQuery& query, const QueryRunner& prepared, const RunContext& one,
                           const RunContext& all, const Answer& right);

}  // namespace roster::bench
