// A predicate compiled for one snapshot: parsed, bound, rewritten and planned.
#pragma once

#include <string_view>

#include "core/data/snapshot.h"
#include "core/eval/plan.h"
#include "core/query/bound.h"

namespace roster {

// Immutable; safe to evaluate from any thread. Holds the snapshot it is about.
class Query {
 public:
  // Errors of the predicate have a position in its text.
  static Result<Query> compile(std::string_view predicate, SnapshotPtr snapshot, Instant now);
  // The same from a typed predicate, which is rewritten first.
  static Result<Query> compile(const Bound& predicate, SnapshotPtr snapshot);

  const SnapshotPtr& snapshot() const { return snapshot_; }
  const Bound& bound() const { return bound_; }
  const PlanNode& plan() const { return plan_; }

 private:
  Query(SnapshotPtr snapshot, Bound bound, PlanNode plan)
      : snapshot_(std::move(snapshot)), bound_(std::move(bound)), plan_(std::move(plan)) {}

  SnapshotPtr snapshot_;
  Bound bound_;  // rewritten
  PlanNode plan_;
};

}  // namespace roster
