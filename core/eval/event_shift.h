// Leaves about events that ask the same at different times: `did purchase in last 7 days` now and a minute later.
#pragma once

#include <vector>

#include "core/eval/event_plan.h"

namespace roster {

// Whether both ask the same but for instants: those of windows, of filters and tests by time, and `now`.
bool areAlike(const EventLeaf& a, const EventLeaf& b);

// Events of a type, by their times.
struct TimedEvents {
  EventId event = 0;
  Intervals times;
};

// How a leaf differs from one that it is like.
struct EventShift {
  // A contact none of whose events is among these has the same answer from both.
  std::vector<TimedEvents> decisive;
  // Whether nothing but the windows of sets differs.
  bool onlyWindows = true;
  // Of the window of the leaf's first set: what the later leaf has and the earlier one has not, and the reverse.
  Intervals gained;
  Intervals lost;
};
EventShift shiftBetween(const EventLeaf& before, const EventLeaf& after);

// Roughly what the values and codes of a leaf take in memory.
std::size_t bytesOf(const EventLeaf& leaf);

// The types of all sets of a leaf, each once.
std::vector<EventId> typesOf(const EventLeaf& leaf);

}  // namespace roster
