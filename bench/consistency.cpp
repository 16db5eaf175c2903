#include "bench/consistency.h"

#include <algorithm>
#include <fmt/format.h>

#include "bench/query_runner.h"

namespace roster::bench {

namespace {

// The number behind the last tab of a line.
std::uint64_t lastNumber(const std::string& line) { return std::stoull(line.substr(line.rfind('\t') + 1)); }

std::uint64_t sumOf(const Answer& answer) {
  std::uint64_t sum = 0;
  for (const std::string& line : answer) sum += lastNumber(line);
  return sum;
}

class ConsistencyCheck {
 public:
  ConsistencyCheck(const BenchQuery& query, const Answer& answer, const SnapshotPtr& snapshot, const Executor& executor)
      : query_(query), answer_(answer), snapshot_(snapshot), executor_(executor) {}

  Result<void> run() const {
    switch (query_.task) {
      case QueryTask::count: return complements(query_.predicates[0], std::stoull(answer_[0]));
      case QueryTask::countMany:
        for (std::size_t i = 0; i < answer_.size(); ++i) {
          if (auto right = complements(query_.predicates[i], lastNumber(answer_[i])); !right) return right;
        }
        return {};
      case QueryTask::breakdown: return matches(query_.predicates[0], sumOf(answer_));
      case QueryTask::statistics: return matches(query_.predicates[0], lastNumber(answer_[0]) + lastNumber(answer_[1]));
      case QueryTask::overlap:
        return matches(fmt::format("({})", fmt::join(query_.predicates, ") or (")), sumOf(answer_));
      case QueryTask::eventBreakdown: return {};  // of events, not of contacts
      case QueryTask::list: break;
    }
    return matches(query_.predicates[0], lastNumber(answer_[0]), query_.limit);
  }

 private:
  Result<void> same(std::uint64_t given, std::uint64_t right, std::string_view what) const {
    if (given == right) return {};
    return fail(ErrorCode::internal, fmt::format("{}: {} are {}, not {}", query_.name, what, given, right));
  }

  Result<void> complements(const std::string& predicate, std::uint64_t contacts) const {
    const auto others = countOf(fmt::format("not ({})", predicate), snapshot_, executor_);
    if (!others) return tl::unexpected(others.error());
    return same(contacts + *others, snapshot_->liveCount(), "those that match and those that do not");
  }

  // With a limit, so many at most.
  Result<void> matches(const std::string& predicate, std::uint64_t given, std::uint64_t limit = 0) const {
    const auto counted = countOf(predicate, snapshot_, executor_);
    if (!counted) return tl::unexpected(counted.error());
    return same(given, limit == 0 ? *counted : std::min(*counted, limit), "the parts together");
  }

  const BenchQuery& query_;
  const Answer& answer_;
  const SnapshotPtr& snapshot_;
  const Executor& executor_;
};

}  // namespace

Result<void> checkConsistency(const BenchQuery& query, const Answer& answer, const SnapshotPtr& snapshot,
                              const Executor& executor) {
  return ConsistencyCheck(query, answer, snapshot, executor).run();
}

}  // namespace roster::bench
