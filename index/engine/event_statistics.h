// Count, sum, extremes, mean and percentiles of what events of an audience have, all exact.
#pragma once

#include "core/eval/event_query.h"
#include "index/engine/audience.h"
#include "index/engine/statistics.h"

namespace roster {

// The statistics of a numeric field of eventFieldNamed() over all events of a set that contacts of the audience have:
// `missing` are those without a value. A few passes over the blocks of events, on all cores; no number is kept.
// invalidArgument for another kind of field, dataLoss where a piece cannot be loaded.
Result<Statistics> statistics(const Audience& audience, const EventQuery& events, const Field& field,
                              const Executor& executor);

// The same over contacts: of each contact's sum of the field, an integer or decimal, over the events of the set.
// `missing` are contacts of the audience without any such event; one whose events have no value has the sum 0.
Result<Statistics> statisticsPerContact(const Audience& audience, const EventQuery& events, const Field& field,
                                        const Executor& executor);

}  // namespace roster
