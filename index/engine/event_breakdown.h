// How the events of an audience divide by their properties and their contacts' fields: revenue by month, by department.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/wide_integer.h"
#include "core/eval/event_query.h"
#include "index/engine/audience.h"
#include "index/engine/breakdown.h"
#include "index/engine/dimension.h"

namespace roster {

// Events, the distinct contacts who have them, and the sum of a property over them, in its unit; of none it is 0.
struct EventTally {
  std::uint64_t events = 0;
  std::uint64_t contacts = 0;
  WideInteger sum = 0;

  EventTally& operator+=(const EventTally& other) {
    events += other.events;
    contacts += other.contacts;
    sum += other.sum;
    return *this;
  }
  friend bool operator==(const EventTally&, const EventTally&) = default;
};

// A group of each dimension, and the events that are in all of them; at least one.
struct EventBreakdownLine {
  std::vector<Group> groups;
  EventTally tally;
};

struct EventBreakdown {
  std::vector<Dimension> dimensions;
  std::optional<Field> summed;            // the property of the sums
  std::uint64_t audience = 0;             // contacts, those without events among them
  EventTally total;                       // of all events of the set that the audience has
  std::vector<EventBreakdownLine> lines;  // the largest first, among equals by group

  // What makes a line large, and what its share is of: the sum where one is asked for, and events otherwise.
  WideInteger sizeOf(const EventTally& tally) const { return summed ? tally.sum : WideInteger{tally.events}; }
};

// Exact figures by one or two dimensions of parseEventDimensions(). An event counts once under every element of its
// contact's set, and events without a value have a line of their own. `summed` is a field of eventFieldNamed(). One
// pass over the blocks of events on all cores. invalidArgument without a dimension or with more than two, and for a sum
// of what is no integer or decimal; resourceExhausted above kMaxBreakdownLines, dataLoss where a piece cannot be
// loaded.
Result<EventBreakdown> breakdown(const Audience& audience, const EventQuery& events,
                                 const std::vector<Dimension>& dimensions, const std::optional<Field>& summed,
                                 const Executor& executor);

// Orders lines by their groups instead.
void sortByGroup(EventBreakdown& breakdown);

}  // namespace roster
