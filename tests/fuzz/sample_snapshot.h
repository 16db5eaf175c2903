// A small database for fuzz targets to ask and to change, and the check that both evaluators say the same of it.
#pragma once

#include <string_view>
#include <vector>

#include "core/data/snapshot.h"
#include "core/eval/contact_record.h"
#include "core/eval/naive_evaluator.h"
#include "core/query/binder.h"

namespace roster {

// Some hundred contacts with a field of every kind, values of many and of few contacts, a frozen list, saved segments
// and an erased contact; events of two types, with and without ids, and a catalog that they refer to. The same every
// time.
SnapshotPtr makeFuzzSnapshot();

// The instant at which predicates are bound: within the days of the values.
Instant fuzzNow();

// What predicates about a snapshot are bound against; refers to it.
BindContext fuzzContext(const Snapshot& snapshot);

// Predicates that between them look at every kind of piece of the snapshot.
const std::vector<std::string_view>& fuzzPredicates();

// Ends the program, saying why, unless `holds`: how a fuzz target reports a finding.
void require(bool holds, std::string_view why);

// Binds and rewrites a predicate and evaluates it. A piece that cannot be read is an error and no finding.
Result<void> evaluateText(std::string_view predicate, const Snapshot& snapshot);

// The live contacts of a snapshot whose pieces are all in order, with what they did, and the items of its catalogs.
std::vector<ContactRecord> contactsOf(const Snapshot& snapshot);
EventFacts factsOf(const Snapshot& snapshot);

// Requires that the rewritten predicate, evaluated chunk by chunk, selects those contacts of a snapshot that the
// predicate as it is matches one by one.
void requireSameAsNaive(const Bound& predicate, const Snapshot& snapshot, const std::vector<ContactRecord>& contacts,
                        const EventFacts& facts);

}  // namespace roster
