// A few hundred random contacts with fields of every kind, whose days and instants lie on the edges that predicates are
// decided at: month ends, leap days, changes of Warsaw's clock, local midnights, and the ends of windows seen from a
// few instants that evaluations take for now.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/snapshot.h"
#include "tests/oracle/wall_clock.h"
#include "tests/support/model_database.h"
#include "tests/support/random_source.h"

namespace roster::oracle {

// What time values, literals and evaluations are drawn from.
struct EdgeTimes {
  std::vector<std::int64_t> nows;
  std::vector<std::int64_t> days;
  std::vector<std::int64_t> instants;
};

EdgeTimes edgeTimes(const WallClock& clock, RandomSource& random);

struct SmallDatabase {
  SnapshotPtr snapshot;
  ModelDatabase model;  // what the snapshot must hold
  EdgeTimes times;
  std::vector<std::string> segments;
};

// In the time zone of Warsaw, with keys of several kinds, a history of changes and erasures, a frozen list, and
// segments that refer to each other. The first `erasedBefore` ids are those of contacts erased again, so that the
// others may lie across the border of a chunk or a shard.
SmallDatabase makeSmallDatabase(const WallClock& clock, std::uint64_t erasedBefore, RandomSource& random);

}  // namespace roster::oracle
