// An event set compiled for one snapshot: parsed, bound and planned.
#pragma once

#include <string_view>

#include "core/data/snapshot.h"
#include "core/eval/event_plan.h"

namespace roster {

// Immutable; safe to read from any thread. Holds the snapshot it is about.
class EventQuery {
 public:
  // Of `purchase in last 90 days where promo`; none after `now`. Errors of the text have a position in it.
  static Result<EventQuery> compile(std::string_view text, SnapshotPtr snapshot, Instant now);

  const SnapshotPtr& snapshot() const { return snapshot_; }
  const EventType& type() const { return *snapshot_->events->findType(events_.event); }
  const EventSet& events() const { return events_; }

 private:
  EventQuery(SnapshotPtr snapshot, EventSet events) : snapshot_(std::move(snapshot)), events_(std::move(events)) {}

  SnapshotPtr snapshot_;
  EventSet events_;
};

}  // namespace roster
