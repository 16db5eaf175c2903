// Histories of contacts as a snapshot has them, for holding its evaluation against the naive one.
#pragma once

#include <vector>

#include "core/base/time_zone.h"
#include "core/data/snapshot.h"
#include "core/eval/naive_evaluator.h"
#include "tests/support/random_source.h"

namespace roster {

// A snapshot of these contacts, whose ids ascend: between those, others have no events, so that they may lie in several
// chunks. Their events are recorded in batches of random size, each contact's in its order; some items come only after
// events that refer to them.
SnapshotPtr recordedSnapshot(const EventFacts& facts, const std::vector<ContactRecord>& contacts, const TimeZone& zone,
                             RandomSource& random);

}  // namespace roster
