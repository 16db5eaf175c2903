#include "core/eval/event_shift.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "core/eval/event_distance.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

template <class T>
bool pointToEqual(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

bool areAlike(const EventValue& a, const EventValue& b) {
  return a.source == b.source && a.property == b.property && a.type == b.type && pointToEqual(a.items, b.items);
}

bool areAlike(const EventFilter& a, const EventFilter& b) {
  const bool same = a.kind == b.kind && a.isTrue == b.isTrue && a.minimum == b.minimum && a.maximum == b.maximum &&
                    a.op == b.op && areAlike(a.value, b.value) && areAlike(a.other, b.other) &&
                    (a.kind == EventFilter::Kind::times || a.intervals == b.intervals) &&
                    pointToEqual(a.codes, b.codes) && pointToEqual(a.days, b.days);
  return same && std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), b.operands.end(),
                            [](const EventFilter& x, const EventFilter& y) { return areAlike(x, y); });
}

bool areAlike(const EventSet& a, const EventSet& b) {
  if (a.event != b.event || (a.filter == nullptr) != (b.filter == nullptr)) return false;
  return a.filter == b.filter || areAlike(*a.filter, *b.filter);
}

bool areAlike(const EventDid& a, const EventDid& b) {
  return areAlike(a.events, b.events) && std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(),
                                                    [](const EventStep& x, const EventStep& y) {
                                                      return x.within == y.within && x.negated == y.negated &&
                                                             areAlike(x.events, y.events);
                                                    });
}

bool areAlike(const EventNumber& a, const EventNumber& b) {
  return a.aggregate == b.aggregate && a.numbers == b.numbers && a.amounts == b.amounts && areAlike(a.value, b.value) &&
         areAlike(a.events, b.events);
}

bool areAlike(const EventEnd& a, const EventEnd& b) {
  return a.last == b.last && areAlike(a.events, b.events) && areAlike(a.test, b.test);
}

// What lies between the times of leaves that are alike, part by part.
class ShiftFinder {
 public:
  EventShift find(const EventLeaf& before, const EventLeaf& after) {
    std::visit(
        [&](const auto& own) {
          const auto& other = std::get<std::decay_t<decltype(own)>>(after.asked);
          compare(own, other);
          shift_.gained = subtract(other.events.times, own.events.times);
          shift_.lost = subtract(own.events.times, other.events.times);
        },
        before.asked);
    return std::move(shift_);
  }

 private:
  void compare(const EventDid& before, const EventDid& after) {
    compare(before.events, after.events);
    for (std::size_t i = 0; i < before.steps.size(); ++i) compare(before.steps[i].events, after.steps[i].events);
    if (before.steps.empty() || !before.steps.back().negated || before.now == after.now) return;
    // What waits to be followed has waited long enough, or has not yet.
    shift_.onlyWindows = false;
    const EventSet& waiting = before.steps.size() == 1 ? before.events : before.steps[before.steps.size() - 2].events;
    const auto [earlier, later] = std::minmax(before.now, after.now);
    const EventDistance& within = before.steps.back().within;
    add(waiting.event, {{instantBefore(earlier, longestOf(within)), instantBefore(later, shortestOf(within))}});
  }
  void compare(const EventNumber& before, const EventNumber& after) { compare(before.events, after.events); }
  void compare(const EventEnd& before, const EventEnd& after) {
    compare(before.events, after.events);
    compareFilters(before.test, after.test, before.events.event);
  }

  void compare(const EventSet& before, const EventSet& after) {
    addDifference(before.event, before.times, after.times);
    if (before.filter != nullptr) compareFilters(*before.filter, *after.filter, before.event);
  }

  void compareFilters(const EventFilter& before, const EventFilter& after, EventId event) {
    if (before.kind == EventFilter::Kind::times && before.intervals != after.intervals) {
      shift_.onlyWindows = false;
      addDifference(event, before.intervals, after.intervals);
    }
    for (std::size_t i = 0; i < before.operands.size(); ++i) {
      compareFilters(before.operands[i], after.operands[i], event);
    }
  }

  // Where an instant lies so many milliseconds before another; the first there is where that is before it.
  static Instant instantBefore(Instant end, std::int64_t length) {
    Instant start = 0;
    return __builtin_sub_overflow(end, length, &start) ? std::numeric_limits<Instant>::min() : start;
  }

  void addDifference(EventId event, const Intervals& before, const Intervals& after) {
    if (before == after) return;
    add(event, unite(subtract(before, after), subtract(after, before)));
  }

  void add(EventId event, const Intervals& times) {
    for (TimedEvents& known : shift_.decisive) {
      if (known.event != event) continue;
      known.times = unite(known.times, times);
      return;
    }
    shift_.decisive.push_back({event, times});
  }

  EventShift shift_;
};

}  // namespace

bool areAlike(const EventLeaf& a, const EventLeaf& b) {
  if (a.asked.index() != b.asked.index() || a.zone != b.zone) return false;
  return std::visit([&](const auto& own) { return areAlike(own, std::get<std::decay_t<decltype(own)>>(b.asked)); },
                    a.asked);
}

EventShift shiftBetween(const EventLeaf& before, const EventLeaf& after) { return ShiftFinder().find(before, after); }

std::size_t bytesOf(const EventLeaf& leaf) {
  std::size_t bytes = sizeof leaf;
  const auto addValue = [&](const EventValue& value) {
    if (value.items != nullptr) bytes += value.items->values.size() * (sizeof(std::int64_t) + 1);
  };
  const std::function<void(const EventFilter&)> addFilter = [&](const EventFilter& filter) {
    bytes += sizeof filter + filter.intervals.size() * sizeof(Interval);
    if (filter.codes != nullptr) bytes += filter.codes->byteSize();
    addValue(filter.value);
    addValue(filter.other);
    for (const EventFilter& operand : filter.operands) addFilter(operand);
  };
  forEachSet(leaf, [&](const EventSet& set) {
    bytes += set.times.size() * sizeof(Interval);
    if (set.filter != nullptr) addFilter(*set.filter);
  });
  if (const auto* number = std::get_if<EventNumber>(&leaf.asked)) addValue(number->value);
  if (const auto* end = std::get_if<EventEnd>(&leaf.asked)) addFilter(end->test);
  return bytes;
}

std::vector<EventId> typesOf(const EventLeaf& leaf) {
  std::vector<EventId> types;
  forEachSet(leaf, [&](const EventSet& set) {
    if (std::find(types.begin(), types.end(), set.event) == types.end()) types.push_back(set.event);
  });
  return types;
}

}  // namespace roster
