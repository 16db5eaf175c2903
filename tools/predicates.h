// Predicates on the command line: their options, their clock, and errors that show where they are wrong.
#pragma once

#include <string>
#include <vector>

#include "core/eval/event_query.h"
#include "core/eval/query.h"
#include "index/engine/audience.h"
#include "tools/program.h"

namespace roster::tools {

// The option --as-of.
void addAsOf(CLI::App& command, std::string& asOf);

// The instant of an evaluation. `asOf` is an instant with an offset, a time or a day (its first instant) in the
// database's time zone; empty is now.
Outcome<Instant> evaluationInstant(const std::string& asOf, const TimeZone& zone, const Clock& clock);

// Compiles a predicate for a snapshot.
Outcome<Query> compilePredicate(const std::string& predicate, const SnapshotPtr& snapshot, Instant now);
Outcome<std::vector<Query>> compilePredicates(const std::vector<std::string>& predicates, const SnapshotPtr& snapshot,
                                              Instant now);

// Compiles an event set, the value of --of, so.
Outcome<EventQuery> compileEvents(const std::string& events, const SnapshotPtr& snapshot, Instant now);

// The contacts that match, of a snapshot.
Outcome<Audience> findAudience(const std::string& predicate, Instant now, const SnapshotPtr& snapshot,
                               Program& program);
Outcome<Audience> findAudience(const std::string& predicate, const std::string& asOf, const SnapshotPtr& snapshot,
                               Program& program);

// The predicate that selects a saved segment, once it is known to exist.
Outcome<std::string> segmentPredicate(const SegmentCatalog& segments, const std::string& name);

// No segment of that name: says so, with the nearest there is.
tl::unexpected<Failure> unknownSegment(const SegmentCatalog& segments, const std::string& name);

}  // namespace roster::tools
