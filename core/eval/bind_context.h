// What a predicate about the contacts of a snapshot is bound against.
#pragma once

#include "core/data/snapshot.h"
#include "core/query/binder.h"

namespace roster {

// The snapshot must outlive it.
inline BindContext bindContextOf(const Snapshot& snapshot, Instant now) {
  return {*snapshot.schema, *snapshot.segments, *snapshot.zone, now, snapshot.events.get()};
}

}  // namespace roster
