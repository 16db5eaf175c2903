#include "tools/counting.h"

#include <chrono>
#include <fmt/format.h>

#include "index/engine/audience.h"
#include "index/io/json_writer.h"

namespace roster::tools {

namespace {

// Bytes of the bitmaps and slices that the queries read; what several read counts for each.
Outcome<std::size_t> scannedBytes(const std::vector<Query>& queries, const Executor& executor) {
  std::size_t bytes = 0;
  for (const Query& query : queries) {
    const auto prepared = PreparedQuery::prepare(query, executor);
    if (!prepared) return failedOnData(prepared.error());
    bytes += prepared->operandBytes();
  }
  return bytes;
}

}  // namespace

Outcome<> printCounts(Program& program, const Database& database, const std::vector<std::string>& predicates,
                      const std::string& asOf, bool json) {
  const SnapshotPtr snapshot = database.snapshot();
  const auto now = evaluationInstant(asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto started = std::chrono::steady_clock::now();
  const auto queries = compilePredicates(predicates, snapshot, *now);
  if (!queries) return passOn(queries);
  const Executor& executor = program.host().executor();
  const auto counts = countAll(*queries, executor);
  if (!counts) return failedOnData(counts.error());
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - started;
  if (!json) {
    for (const std::uint64_t count : *counts) program.console.print(fmt::format("{}\n", count));
    return ExitCode::ok;
  }
  const auto bytes = scannedBytes(*queries, executor);
  if (!bytes) return passOn(bytes);
  JsonWriter out;
  out.beginObject().key("counts").beginArray();
  for (std::size_t i = 0; i < predicates.size(); ++i) {
    out.beginObject().key("predicate").string(predicates[i]).key("count").number((*counts)[i]).endObject();
  }
  out.endArray();
  out.key("milliseconds").number(elapsed.count());
  out.key("snapshot").number(snapshot->sequence);
  out.key("scannedBytes").number(std::uint64_t{*bytes});
  out.key("asOf").string(formatInstant(*now));
  out.endObject();
  program.console.print(out.text());
  return ExitCode::ok;
}

}  // namespace roster::tools
