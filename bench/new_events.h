// Events that come in beside those that were generated: random ones of the types that have products.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/change_batch.h"
#include "core/data/snapshot.h"

namespace roster::bench {

struct NewEvent {
  std::string_view type;  // of kEventTypes
  Instant time = 0;
};

// A batch that records events of random contacts in their order, with random values of all properties of their types,
// the same for the same seed. The snapshot is of the behaviour suite's data.
ChangeBatch batchOf(std::span<const NewEvent> events, const Snapshot& snapshot, std::uint64_t seed);

// So many events at random instants of a span, types as often as the generator makes them: what arrives while time
// passes.
std::vector<NewEvent> arriving(std::size_t count, Instant from, Instant to, std::uint64_t seed);

}  // namespace roster::bench
