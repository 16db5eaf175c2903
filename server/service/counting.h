// Counting the contacts of a database that match a predicate: the verbs count and countNodes, whatever carries them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/civil_time.h"
#include "core/data/snapshot.h"
#include "index/engine/clock.h"
#include "index/engine/executor.h"

namespace roster::server {

// What is asked.
struct Question {
  std::string predicate;
  std::string asOf;          // evaluate as if it were this instant (core/base/time_zone.h, instantNamed); empty: now
  Sequence minSequence = 0;  // of a snapshot that has this change at least
};

// The snapshot and the instant that an answer is about.
struct Moment {
  SnapshotPtr snapshot;
  Instant now = 0;
};

struct Counted {
  std::uint64_t count = 0;
  Sequence sequence = 0;
  Instant asOf = 0;
};

// A part of a predicate, in the order of its text.
struct NodeCount {
  std::string predicate;     // canonical text
  SourcePosition position;   // of its first word
  std::int32_t parent = -1;  // index of the node it is an operand of
  std::uint64_t count = 0;
};

struct CountedNodes {
  std::vector<NodeCount> nodes;  // the whole predicate first, every node before its operands
  Sequence sequence = 0;
  Instant asOf = 0;
};

// invalidArgument for an `asOf` that is no time, unavailable where the database has not come to `minSequence`.
Result<Moment> momentOf(const Question& question, SnapshotPtr snapshot, const Clock& clock);

// Errors of a predicate have a position in its text.
Result<Counted> count(const Question& question, const Moment& moment, const Executor& executor);

// The count, if it takes no more than some 50 µs (index/engine/short_count.h); nothing where it may take longer.
std::optional<Result<Counted>> countIfShort(const Question& question, const Moment& moment, const Executor& thread);

// Every connective and leaf of the predicate, counted together. resourceExhausted above a thousand of them.
Result<CountedNodes> countNodes(const Question& question, const Moment& moment, const Executor& executor);

}  // namespace roster::server
