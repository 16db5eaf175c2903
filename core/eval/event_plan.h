// Leaves about events, bound to one snapshot: names of values are codes, attributes of items are looked up once for all
// events, and what only the time of an event decides is intervals of instants. The same for every shard.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/data/snapshot.h"
#include "core/eval/anniversary_days.h"
#include "core/query/bound.h"
#include "core/query/event_fields.h"

namespace roster {

// A set of numbers that are not negative and not large: codes, or ids of items.
class NumberSet {
 public:
  void insert(std::uint64_t number) {
    if (number / 64 >= words_.size()) words_.resize(number / 64 + 1);
    words_[number / 64] |= std::uint64_t{1} << (number % 64);
  }
  bool contains(std::int64_t number) const {
    const auto at = static_cast<std::uint64_t>(number);
    return at / 64 < words_.size() && ((words_[at / 64] >> (at % 64)) & 1) != 0;
  }
  bool empty() const { return words_.empty(); }
  std::size_t byteSize() const { return words_.size() * sizeof(std::uint64_t); }

  friend bool operator==(const NumberSet&, const NumberSet&) = default;

 private:
  std::vector<std::uint64_t> words_;
};

// An attribute of all items of a catalog: the value of item i, where it has one.
struct ItemValues {
  std::vector<std::int64_t> values;
  std::vector<bool> present;

  // Whether every item has the same value in both, or none.
  friend bool operator==(const ItemValues& a, const ItemValues& b) {
    const ItemValues& longer = a.present.size() < b.present.size() ? b : a;
    const ItemValues& shorter = &longer == &a ? b : a;
    for (std::size_t item = 0; item < longer.present.size(); ++item) {
      const bool isShort = item >= shorter.present.size();
      if (longer.present[item] != (!isShort && shorter.present[item])) return false;
      if (longer.present[item] && longer.values[item] != shorter.values[item]) return false;
    }
    return true;
  }
};

// A number that an event has: one of its own properties, an attribute of an item it refers to, or what its time says.
struct EventValue {
  EventField::Source source = EventField::Source::property;
  FieldId property = 0;                     // the property itself, or the one that refers to the item
  std::shared_ptr<const ItemValues> items;  // of an attribute
  FieldType type;
};

// A filter of events. Of each kind, the members named are used.
struct EventFilter {
  enum class Kind : std::uint8_t {
    constant,   // isTrue
    all,        // operands
    any,        // operands
    negation,   // operands, exactly one
    countOf,    // operands, minimum, maximum
    present,    // value
    codes,      // value is in codes
    numbers,    // value is in intervals
    dayOfYear,  // the day of value, a day or an instant, is on one of days
    compare,    // value op other
    times,      // the event's time is in intervals
  };
  Kind kind = Kind::constant;
  bool isTrue = false;
  std::uint32_t minimum = 0;
  std::uint32_t maximum = 0;
  CompareOp op = CompareOp::equal;
  EventValue value;
  EventValue other;
  Intervals intervals;
  std::shared_ptr<const NumberSet> codes;
  std::shared_ptr<const AnniversaryDays> days;
  std::vector<EventFilter> operands;
};

// The events of a type within intervals of time, and of those where there is a filter, the ones it holds for.
struct EventSet {
  EventId event = 0;
  Intervals times;
  std::shared_ptr<const EventFilter> filter;  // null where there is none
};

struct EventStep {
  EventSet events;
  EventDistance within;
  bool negated = false;
};

struct EventDid {
  EventSet events;
  std::vector<EventStep> steps;
  Instant now = 0;
};

struct EventNumber {
  Aggregate aggregate = Aggregate::count;
  EventValue value;  // of all but count and days
  EventSet events;
  Intervals numbers;      // of sums, those that 64 bits hold
  WideIntervals amounts;  // of sums and averages
};

struct EventEnd {
  bool last = false;
  EventSet events;
  EventFilter test;
};

// What is asked of each contact's events, and what a scan needs to know of the snapshot.
struct EventLeaf {
  std::variant<EventDid, EventNumber, EventEnd> asked;
  std::shared_ptr<const TimeZone> zone;
};

// Calls f(set) for every set of events that a leaf asks for.
template <class F>
void forEachSet(const EventLeaf& leaf, F&& f) {
  std::visit([&](const auto& asked) { f(asked.events); }, leaf.asked);
  if (const auto* did = std::get_if<EventDid>(&leaf.asked)) {
    for (const EventStep& step : did->steps) f(step.events);
  }
}

// The events of a set as one snapshot has them. Fails as planEvents() does.
Result<EventSet> planEventSet(const BoundEventSet& set, const Snapshot& snapshot);

// What a field of event_fields.h reads of events of a type, with an attribute looked up for all items at once.
Result<EventValue> planEventValue(EventId event, FieldId field, const Snapshot& snapshot);

// dataLoss where a piece cannot be loaded; internal where the leaf was bound to other types than the snapshot's.
Result<EventLeaf> planEvents(const BoundDid& leaf, const Snapshot& snapshot);
Result<EventLeaf> planEvents(const BoundEventNumber& leaf, const Snapshot& snapshot);
Result<EventLeaf> planEvents(const BoundEventEnd& leaf, const Snapshot& snapshot);

}  // namespace roster
