#include "bench/query_runner.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "bench/answer_bytes.h"
#include "core/base/wide_integer.h"
#include "index/engine/event_dimension.h"
#include "index/io/exporter.h"

namespace roster::bench {

namespace {

Result<std::vector<Query>> compileAll(const BenchQuery& query, const RunContext& context) {
  std::vector<Query> queries;
  for (const std::string& predicate : query.predicates) {
    auto compiled = Query::compile(predicate, context.snapshot, context.now);
    if (!compiled) return propagate(compiled);
    queries.push_back(*std::move(compiled));
  }
  return queries;
}

std::size_t leavesOf(const Bound& predicate);

std::size_t leavesOf(const std::vector<Bound>& operands) {
  std::size_t leaves = 0;
  for (const Bound& operand : operands) leaves += leavesOf(operand);
  return leaves;
}

std::size_t leavesOf(const Bound& predicate) {
  if (const auto* all = std::get_if<BoundAnd>(&predicate.node)) return leavesOf(all->operands);
  if (const auto* any = std::get_if<BoundOr>(&predicate.node)) return leavesOf(any->operands);
  if (const auto* no = std::get_if<BoundNot>(&predicate.node)) return leavesOf(no->operand);
  if (const auto* some = std::get_if<BoundCountOf>(&predicate.node)) return leavesOf(some->operands);
  if (const auto* values = std::get_if<BoundValueIn>(&predicate.node)) return values->values.size();
  return 1;
}

Result<std::vector<Dimension>> dimensionsOf(const BenchQuery& query, const Schema& schema) {
  if (query.task != QueryTask::breakdown) return std::vector<Dimension>();
  return parseDimensions(fmt::format("{}", fmt::join(query.fields, ",")), schema);
}

template <class T>
Result<RawAnswer> rawOf(Result<T>&& result) {
  if (!result) return propagate(result);
  return RawAnswer(*std::move(result));
}

Result<RawAnswer> writeList(const BenchQuery& query, const Audience& audience, const RunContext& context) {
  ExportOptions options;
  options.fields = query.fields;
  if (query.limit != 0) options.limit = query.limit;
  ListRows rows;
  std::ofstream file;
  if (query.limit == 0) {
    // A file that is cut to nothing and written again would be sent to the disk when it is closed, and the next run
    // would wait for that.
    std::error_code ignored;
    std::filesystem::remove(context.listFile, ignored);
    file.open(context.listFile, std::ios::binary);
  }
  const auto summary = exportAudience(audience, options, context.executor, [&](std::string_view text) -> Result<void> {
    if (query.limit != 0) rows.page += text;
    else file.write(text.data(), static_cast<std::streamsize>(text.size()));
    return {};
  });
  if (!summary) return tl::unexpected(summary.error());
  file.close();
  if (file.fail() && query.limit == 0) {
    return fail(ErrorCode::resourceExhausted, fmt::format("cannot write {}", context.listFile.string()));
  }
  return RawAnswer(std::move(rows));
}

// What follows once the audience of the one predicate is known.
Result<RawAnswer> analyse(const BenchQuery& query, const std::vector<Dimension>& dimensions,
                          const std::optional<EventQuestion>& events, Result<Audience> audience,
                          const RunContext& context) {
  if (!audience) return propagate(audience);
  if (events) return rawOf(breakdown(*audience, events->events, events->dimensions, events->summed, context.executor));
  if (query.task == QueryTask::breakdown) return rawOf(breakdown(*audience, dimensions, context.executor));
  if (query.task == QueryTask::statistics) return rawOf(statistics(*audience, query.fields[0], context.executor));
  return writeList(query, *audience, context);
}

Answer linesOf(const std::vector<std::uint64_t>& counts, QueryTask task) {
  if (task == QueryTask::count) return {std::to_string(counts[0])};
  Answer answer;
  for (std::size_t i = 0; i < counts.size(); ++i)
    answer.push_back(answerLine(std::to_string(i), std::to_string(counts[i])));
  return answer;
}

Answer linesOf(const Breakdown& result) {
  Answer answer;
  for (const BreakdownLine& line : result.lines) {
    std::string text;
    for (std::size_t i = 0; i < line.groups.size(); ++i) {
      text += groupText(line.groups[i], result.dimensions[i]);
      text += '\t';
    }
    answer.push_back(text + std::to_string(line.count));
  }
  std::sort(answer.begin(), answer.end());
  return answer;
}

Answer linesOf(const EventBreakdown& result) {
  Answer answer;
  for (const EventBreakdownLine& line : result.lines) {
    const EventTally& tally = line.tally;
    const std::string sum = result.summed ? formatWide(tally.sum, result.summed->type.digits) : "";
    answer.push_back(fmt::format("{}\t{}\t{}\t{}", groupText(line.groups.front(), result.dimensions.front()),
                                 tally.events, tally.contacts, sum));
  }
  std::sort(answer.begin(), answer.end());
  return answer;
}

Answer linesOf(const Statistics& result) {
  const int digits = result.field.type.digits;
  Answer answer = {answerLine("count", std::to_string(result.count)),
                   answerLine("missing", std::to_string(result.missing)),
                   answerLine("sum", formatWide(result.sum.value_or(0), digits))};
  if (!result.percentiles) return answer;
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    answer.push_back(fmt::format("p{}\t{}", kPercentiles[i], formatWide((*result.percentiles)[i], digits)));
  }
  return answer;
}

Answer linesOf(const Overlap& result) {
  Answer answer;
  for (const OverlapRegion& region : result.regions) {
    answer.push_back(answerLine(std::to_string(region.queries), std::to_string(region.count)));
  }
  std::sort(answer.begin(), answer.end());
  return answer;
}

Result<Answer> linesOfList(std::istream& rows) {
  std::string line;
  if (!std::getline(rows, line)) return fail(ErrorCode::internal, "a list without a header");
  ListChecksum checksum;
  while (std::getline(rows, line)) checksum.addRow(line);
  return checksum.answer();
}

// Nothing of a query that is about contacts alone.
Result<std::optional<EventQuestion>> eventsOf(const BenchQuery& query, const RunContext& context) {
  if (query.task != QueryTask::eventBreakdown) return std::nullopt;
  auto question = EventQuestion::compile(query, context);
  if (!question) return propagate(question);
  return *std::move(question);
}

}  // namespace

Result<EventQuestion> EventQuestion::compile(const BenchQuery& query, const RunContext& context) {
  auto events = EventQuery::compile(query.events, context.snapshot, context.now);
  if (!events) return propagate(events);
  EventQuestion question{*std::move(events), {}, {}};
  auto dimensions = parseEventDimensions(fmt::format("{}", fmt::join(query.fields, ",")), question.events);
  if (!dimensions) return propagate(dimensions);
  question.dimensions = *std::move(dimensions);
  auto summed = eventFieldNamed(query.summed, question.events);
  if (!summed) return propagate(summed);
  question.summed = *std::move(summed);
  return question;
}

Result<QueryRunner> QueryRunner::prepare(const BenchQuery& query, const RunContext& context) {
  QueryRunner runner(query);
  auto dimensions = dimensionsOf(query, *context.snapshot->schema);
  if (!dimensions) return propagate(dimensions);
  runner.dimensions_ = *std::move(dimensions);
  auto events = eventsOf(query, context);
  if (!events) return propagate(events);
  runner.events_ = *std::move(events);
  auto queries = compileAll(query, context);
  if (!queries) return propagate(queries);
  runner.queries_ = *std::move(queries);
  if (query.task == QueryTask::countMany || query.task == QueryTask::overlap) {
    auto together = PreparedCounts::prepare(runner.queries_, context.executor);
    if (!together) return propagate(together);
    runner.together_ = *std::move(together);
    return runner;
  }
  for (const Query& compiled : runner.queries_) {
    auto prepared = PreparedQuery::prepare(compiled, context.executor);
    if (!prepared) return propagate(prepared);
    runner.prepared_.push_back(*std::move(prepared));
  }
  return runner;
}

Result<RawAnswer> QueryRunner::run(const RunContext& context) const {
  switch (query_.task) {
    case QueryTask::overlap: return rawOf(overlap(queries_, context.executor));
    case QueryTask::countMany: return rawOf(together_.count(context.executor));
    case QueryTask::count: {
      auto counted = prepared_[0].count(context.executor);
      if (!counted) return propagate(counted);
      return RawAnswer(std::vector<std::uint64_t>{*counted});
    }
    default: return analyse(query_, dimensions_, events_, prepared_[0].evaluate(context.executor), context);
  }
}

Result<std::uint64_t> QueryRunner::touchedBytes(const RunContext& context) const {
  switch (query_.task) {
    case QueryTask::overlap: return together_.touchedBytes(Want::contacts);
    case QueryTask::countMany: return together_.touchedBytes(Want::count);
    case QueryTask::count: return prepared_[0].touchedBytes(Want::count);
    default: break;
  }
  const auto audience = prepared_[0].evaluate(context.executor);
  if (!audience) return tl::unexpected(audience.error());
  auto bytes = answerBytes(query_, *audience);
  if (bytes) *bytes += prepared_[0].touchedBytes(Want::contacts);
  return bytes;
}

std::size_t QueryRunner::leaves() const {
  std::size_t leaves = 0;
  for (const Query& compiled : queries_) leaves += leavesOf(compiled.bound());
  return leaves;
}

Result<RawAnswer> runFromText(const BenchQuery& query, const RunContext& context) {
  auto queries = compileAll(query, context);
  if (!queries) return propagate(queries);
  switch (query.task) {
    case QueryTask::overlap: return rawOf(overlap(*queries, context.executor));
    case QueryTask::countMany: return rawOf(countAll(*queries, context.executor));
    case QueryTask::count: {
      auto counted = count((*queries)[0], context.executor);
      if (!counted) return propagate(counted);
      return RawAnswer(std::vector<std::uint64_t>{*counted});
    }
    default: break;
  }
  const auto dimensions = dimensionsOf(query, *context.snapshot->schema);
  if (!dimensions) return tl::unexpected(dimensions.error());
  const auto events = eventsOf(query, context);
  if (!events) return tl::unexpected(events.error());
  return analyse(query, *dimensions, *events, evaluate((*queries)[0], context.executor), context);
}

Result<Answer> askFromText(const BenchQuery& query, const RunContext& context) {
  const auto raw = runFromText(query, context);
  if (!raw) return tl::unexpected(raw.error());
  return answerOf(*raw, query, context);
}

Result<std::uint64_t> countOf(std::string_view predicate, const SnapshotPtr& snapshot, const Executor& executor) {
  auto query = Query::compile(predicate, snapshot, benchNow());
  if (!query) return propagate(query);
  return count(*query, executor);
}

Result<Answer> answerOf(const RawAnswer& raw, const BenchQuery& query, const RunContext& context) {
  if (const auto* counts = std::get_if<std::vector<std::uint64_t>>(&raw)) return linesOf(*counts, query.task);
  if (const auto* groups = std::get_if<Breakdown>(&raw)) return linesOf(*groups);
  if (const auto* groups = std::get_if<EventBreakdown>(&raw)) return linesOf(*groups);
  if (const auto* numbers = std::get_if<Statistics>(&raw)) return linesOf(*numbers);
  if (const auto* regions = std::get_if<Overlap>(&raw)) return linesOf(*regions);
  std::istringstream page(std::get<ListRows>(raw).page);
  std::ifstream file(context.listFile);
  return linesOfList(query.limit != 0 ? static_cast<std::istream&>(page) : file);
}

}  // namespace roster::bench
