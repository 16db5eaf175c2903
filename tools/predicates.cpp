#include "tools/predicates.h"

#include <fmt/format.h>

#include "core/query/printer.h"

namespace roster::tools {

void addAsOf(CLI::App& command, std::string& asOf) {
  command.add_option("--as-of", asOf,
                     "Evaluate as if it were this instant: 2026-01-31, 2026-01-31T12:00 or 2026-01-31T12:00Z");
}

Outcome<Instant> evaluationInstant(const std::string& asOf, const TimeZone& zone, const Clock& clock) {
  if (asOf.empty()) return clock.now();
  const auto instant = instantNamed(asOf, zone);
  if (!instant) return refuse("--as-of " + instant.error().message);
  return *instant;
}

Outcome<Query> compilePredicate(const std::string& predicate, const SnapshotPtr& snapshot, Instant now) {
  auto query = Query::compile(predicate, snapshot, now);
  if (!query) return failedOnPredicate(query.error(), predicate);
  return std::move(*query);
}

Outcome<std::vector<Query>> compilePredicates(const std::vector<std::string>& predicates, const SnapshotPtr& snapshot,
                                              Instant now) {
  std::vector<Query> queries;
  for (const std::string& predicate : predicates) {
    auto query = compilePredicate(predicate, snapshot, now);
    if (!query) return passOn(query);
    queries.push_back(std::move(*query));
  }
  return queries;
}

Outcome<EventQuery> compileEvents(const std::string& events, const SnapshotPtr& snapshot, Instant now) {
  auto query = EventQuery::compile(events, snapshot, now);
  if (!query) return failedOnPredicate(query.error(), events);
  return *std::move(query);
}

Outcome<Audience> findAudience(const std::string& predicate, const std::string& asOf, const SnapshotPtr& snapshot,
                               Program& program) {
  const auto now = evaluationInstant(asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  return findAudience(predicate, *now, snapshot, program);
}

Outcome<Audience> findAudience(const std::string& predicate, Instant now, const SnapshotPtr& snapshot,
                               Program& program) {
  const auto query = compilePredicate(predicate, snapshot, now);
  if (!query) return passOn(query);
  auto audience = evaluate(*query, program.host().executor());
  if (!audience) return failedOnData(audience.error());
  return *std::move(audience);
}

Outcome<std::string> segmentPredicate(const SegmentCatalog& segments, const std::string& name) {
  if (!segments.contains(name)) return unknownSegment(segments, name);
  return "segment " + printString(name);
}

tl::unexpected<Failure> unknownSegment(const SegmentCatalog& segments, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, segment] : segments) names.push_back(known);
  const auto nearest = nearestWord(name, names);
  return refuse(nearest ? fmt::format("there is no segment '{}'; did you mean '{}'?", name, *nearest)
                        : fmt::format("there is no segment '{}'; roster segment list shows those there are", name));
}

}  // namespace roster::tools
