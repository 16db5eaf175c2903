#include "core/eval/event_plan.h"

#include <algorithm>
#include <limits>

#include "core/base/like_pattern.h"
#include "core/eval/event_distance.h"
#include "core/eval/event_items.h"
#include "core/eval/local_clock.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// Local hours and days are made intervals up to this length of time, and looked at event by event beyond it.
constexpr std::int64_t kLongestSpan = 60 * 366 * kMillisecondsPerDay;

tl::unexpected<Error> unknownEvent() {
  return fail(ErrorCode::internal, "a predicate names events that its snapshot does not have");
}

bool isPartOfTime(EventField::Source source) {
  return source != EventField::Source::property && source != EventField::Source::attribute &&
         source != EventField::Source::time;
}

// From the first to the last event of a type; empty where there is none.
Interval spanOf(const Snapshot& snapshot, EventId event) {
  Interval span{std::numeric_limits<Instant>::max(), std::numeric_limits<Instant>::min()};
  for (const auto& shard : snapshot.shards) {
    const EventShard* events = shard->eventsOf(event);
    if (events == nullptr) continue;
    for (const EventChunk& chunk : events->chunks) {
      chunk.forEachPart([&](const EventPart& part) {
        span.low = std::min(span.low, part.least);
        span.high = std::max(span.high, part.greatest);
      });
    }
  }
  return span;
}

// A leaf over attributes alone, as one over the items of the catalog.
template <class Leaf>
Bound overItems(const Leaf& leaf, FieldId attribute) {
  Leaf own = leaf;
  own.field = attribute;
  return Bound{std::move(own)};
}

// Makes filters of one type of events ready for one snapshot.
class FilterPlanner {
 public:
  static Result<FilterPlanner> of(EventId event, const Snapshot& snapshot) {
    const EventType* type = snapshot.events->findType(event);
    if (type == nullptr) return unknownEvent();
    return FilterPlanner(*type, snapshot);
  }

  Result<EventFilter> plan(const Bound& bound) {
    return std::visit([&](const auto& node) { return make(node); }, bound.node);
  }

  Result<EventValue> valueOf(FieldId id) {
    const EventField field = eventFieldOf(id);
    EventValue value{field.source, field.property, nullptr, {}};
    switch (field.source) {
      case EventField::Source::property: {
        const Field* property = type_.properties.find(field.property);
        if (property == nullptr) return unknownEvent();
        value.type = property->type;
        return value;
      }
      case EventField::Source::attribute: {
        auto items = itemsOf(field);
        if (!items) return propagate(items);
        auto read = readAttribute(**items, field.attribute);
        if (!read) return propagate(read);
        value.items = *std::move(read);
        value.type = (*items)->schema->find(field.attribute)->type;
        return value;
      }
      case EventField::Source::time: value.type = {FieldKind::timestamp}; return value;
      default: value.type = {FieldKind::integer}; return value;
    }
  }

 private:
  using Made = Result<EventFilter>;
  using Kind = EventFilter::Kind;

  FilterPlanner(const EventType& type, const Snapshot& snapshot) : type_(type), snapshot_(snapshot) {}

  static EventFilter constant(bool value) {
    EventFilter filter;
    filter.isTrue = value;
    return filter;
  }

  Made combine(Kind kind, const std::vector<Bound>& operands) {
    EventFilter filter;
    filter.kind = kind;
    for (const Bound& operand : operands) {
      auto planned = plan(operand);
      if (!planned) return planned;
      filter.operands.push_back(*std::move(planned));
    }
    return filter;
  }

  Made make(const BoundConstant& node) { return constant(node.value); }
  Made make(const BoundAnd& node) { return combine(Kind::all, node.operands); }
  Made make(const BoundOr& node) {
    auto any = combine(Kind::any, node.operands);
    if (!any || !std::all_of(any->operands.begin(), any->operands.end(), isOfTimes)) return any;
    Intervals times;
    for (const EventFilter& operand : any->operands) times = unite(times, operand.intervals);
    return timesIn(std::move(times));
  }
  Made make(const BoundNot& node) {
    auto negation = combine(Kind::negation, node.operand);
    if (!negation || !isOfTimes(negation->operands.front())) return negation;
    return timesIn(complementOf(negation->operands.front().intervals));
  }
  Made make(const BoundCountOf& node) {
    auto filter = combine(Kind::countOf, node.operands);
    if (!filter) return filter;
    filter->minimum = node.minimum;
    filter->maximum = node.maximum;
    return filter;
  }

  Made make(const BoundPresent& node) {
    const EventField field = eventFieldOf(node.field);
    if (field.source == EventField::Source::attribute) return itemsLike(field, overItems(node, field.attribute));
    if (field.source != EventField::Source::property) return constant(true);
    return leafOn(node.field, Kind::present);
  }

  Made make(const BoundValueIn& node) {
    const EventField field = eventFieldOf(node.field);
    if (field.source == EventField::Source::attribute) return itemsLike(field, overItems(node, field.attribute));
    const auto wanted = [&](std::string_view text) {
      return std::binary_search(node.values.begin(), node.values.end(), text);
    };
    if (field.source == EventField::Source::weekday) return weekdaysWhere(wanted);
    if (isBool(field)) {
      auto filter = leafOn(node.field, Kind::numbers);
      if (!filter) return filter;
      for (const std::int64_t value : {0, 1}) {
        if (wanted(value == 1 ? "true" : "false")) filter->intervals.push_back({value, value});
      }
      filter->intervals = normalized(std::move(filter->intervals));
      return filter;
    }
    if (type_.catalogOf(field.property) != 0) return itemsLike(field, Bound{BoundKeyIn{node.values}});
    auto codes = std::make_shared<NumberSet>();
    auto dictionary = dictionaryOf(field.property);
    if (!dictionary) return propagate(dictionary);
    for (const std::string& value : node.values) {
      if (const Code code = dictionary->find(value); code != kNoCode) codes->insert(code);
    }
    return codesIn(node.field, std::move(codes));
  }

  Made make(const BoundValueLike& node) {
    const EventField field = eventFieldOf(node.field);
    if (field.source == EventField::Source::attribute) return itemsLike(field, overItems(node, field.attribute));
    const LikePattern pattern(node.like.pattern, node.like.foldCase);
    if (field.source == EventField::Source::weekday) {
      return weekdaysWhere([&](std::string_view name) { return pattern.matches(name); });
    }
    if (type_.catalogOf(field.property) != 0) return itemsLike(field, Bound{BoundKeyLike{node.like}});
    auto codes = std::make_shared<NumberSet>();
    auto dictionary = dictionaryOf(field.property);
    if (!dictionary) return propagate(dictionary);
    dictionary->forEach([&](Code code, std::string_view text) {
      if (!text.empty() && pattern.matches(text)) codes->insert(code);
    });
    return codesIn(node.field, std::move(codes));
  }

  Made make(const BoundNumberIn& node) {
    const EventField field = eventFieldOf(node.field);
    if (field.source == EventField::Source::attribute) return itemsLike(field, overItems(node, field.attribute));
    if (field.source == EventField::Source::time) return timesIn(node.intervals);
    if (isPartOfTime(field.source)) {
      return partsWhere(
          field.source, [&](std::int64_t part) { return containsNumber(node.intervals, part); }, node.intervals);
    }
    auto filter = leafOn(node.field, Kind::numbers);
    if (filter) filter->intervals = node.intervals;
    return filter;
  }

  Made make(const BoundDayOfYearIn& node) {
    const EventField field = eventFieldOf(node.field);
    if (field.source == EventField::Source::attribute) return itemsLike(field, overItems(node, field.attribute));
    auto filter = leafOn(node.field, Kind::dayOfYear);
    if (filter) filter->days = std::make_shared<const AnniversaryDays>(node.days);
    return filter;
  }

  Made make(const BoundFieldCompare& node) {
    auto filter = leafOn(node.left, Kind::compare);
    if (!filter) return filter;
    auto other = valueOf(node.right);
    if (!other) return propagate(other);
    filter->op = node.op;
    filter->other = *std::move(other);
    return filter;
  }

  // What properties and attributes cannot be, or a filter cannot ask, is refused when a predicate is bound.
  template <class Node>
  Made make(const Node&) {
    return fail(ErrorCode::internal, "a filter of events asks what only contacts have");
  }

  Made leafOn(FieldId id, Kind kind) {
    auto value = valueOf(id);
    if (!value) return propagate(value);
    EventFilter filter;
    filter.kind = kind;
    filter.value = *std::move(value);
    return filter;
  }

  Made codesIn(FieldId id, std::shared_ptr<NumberSet> codes) {
    if (codes->empty()) return constant(false);
    auto filter = leafOn(id, Kind::codes);
    if (filter) filter->codes = std::move(codes);
    return filter;
  }

  // The events that refer to an item for which a predicate over items holds.
  Made itemsLike(const EventField& field, const Bound& predicate) {
    auto items = itemsOf(field);
    if (!items) return propagate(items);
    auto found = itemsWhere(predicate, **items);
    if (!found) return propagate(found);
    if ((*found)->empty()) return constant(false);
    EventFilter filter;
    filter.kind = Kind::codes;
    filter.value = {EventField::Source::property, field.property, nullptr, {FieldKind::category}};
    filter.codes = *std::move(found);
    return filter;
  }

  static bool isOfTimes(const EventFilter& filter) { return filter.kind == Kind::times; }

  static EventFilter timesIn(Intervals times) {
    EventFilter filter;
    filter.kind = Kind::times;
    filter.intervals = std::move(times);
    return filter;
  }

  template <class Wanted>
  Made weekdaysWhere(const Wanted& wanted) {
    Intervals wantedDays;
    for (std::int64_t day = 0; day < 7; ++day) {
      if (wanted(weekdayName(static_cast<std::size_t>(day)))) wantedDays.push_back({day, day});
    }
    wantedDays = normalized(std::move(wantedDays));
    return partsWhere(
        EventField::Source::weekday, [&](std::int64_t day) { return containsNumber(wantedDays, day); }, wantedDays);
  }

  Made partsWhere(EventField::Source part, const std::function<bool(std::int64_t)>& wanted, const Intervals& parts) {
    const Interval span = spanOf(snapshot_, type_.id);
    if (span.low > span.high) return constant(false);
    const bool isShort = static_cast<std::uint64_t>(span.high) - static_cast<std::uint64_t>(span.low) <=
                         static_cast<std::uint64_t>(kLongestSpan);
    if (isShort) return timesIn(timesWhere(part, wanted, span, *snapshot_.zone));
    EventFilter filter;
    filter.kind = Kind::numbers;
    filter.value = {part, 0, nullptr, {FieldKind::integer}};
    filter.intervals = parts;
    return filter;
  }

  bool isBool(const EventField& field) const {
    const Field* property = type_.properties.find(field.property);
    return property != nullptr && property->type.kind == FieldKind::boolean;
  }

  Result<const Snapshot*> itemsOf(const EventField& field) const {
    const auto items = snapshot_.catalogs.find(type_.catalogOf(field.property));
    if (items == snapshot_.catalogs.end()) return unknownEvent();
    return items->second.get();
  }

  Result<LoadedDictionary> dictionaryOf(FieldId property) const {
    const auto found = snapshot_.dictionaries.find(roster::dictionaryOf(type_.id, property));
    if (found == snapshot_.dictionaries.end()) return LoadedDictionary({});
    return found->second->load();
  }

  const EventType& type_;
  const Snapshot& snapshot_;
};

// What only the time of an event decides, and what has to hold beside anything else, becomes part of the times: rows
// outside of them are then not looked at. The rest is what still has to hold.
void takeTimes(EventFilter&& filter, Intervals& times, std::vector<EventFilter>& rest) {
  if (filter.kind == EventFilter::Kind::constant) {
    if (!filter.isTrue) times.clear();
  } else if (filter.kind == EventFilter::Kind::times) {
    times = intersect(times, filter.intervals);
  } else if (filter.kind == EventFilter::Kind::all) {
    for (EventFilter& operand : filter.operands) takeTimes(std::move(operand), times, rest);
  } else {
    rest.push_back(std::move(filter));
  }
}

// How much it takes to hold the rows of a group against a filter: of those that all have to hold, what comes after
// another is asked of fewer rows.
int costOf(const EventFilter& filter) {
  switch (filter.kind) {
    case EventFilter::Kind::constant: return 0;
    case EventFilter::Kind::times:
    case EventFilter::Kind::present:
    case EventFilter::Kind::numbers: return filter.value.items == nullptr ? 1 : 3;
    case EventFilter::Kind::codes: return 2;
    default: return 4;
  }
}

void cheapestFirst(std::vector<EventFilter>& operands) {
  std::stable_sort(operands.begin(), operands.end(),
                   [](const EventFilter& a, const EventFilter& b) { return costOf(a) < costOf(b); });
}

// When what follows an event of some times may be.
Intervals reachOf(const Intervals& times, const EventDistance& within) {
  if (times.empty()) return {};
  return {{times.front().low, addDistance(times.back().high, {0, longestOf(within)})}};
}

}  // namespace

Result<EventSet> planEventSet(const BoundEventSet& bound, const Snapshot& snapshot) {
  auto planner = FilterPlanner::of(bound.event, snapshot);
  if (!planner) return propagate(planner);
  EventSet set{bound.event, bound.times, nullptr};
  if (bound.filter.empty()) return set;
  auto filter = planner->plan(bound.filter.front());
  if (!filter) return propagate(filter);
  std::vector<EventFilter> rest;
  takeTimes(*std::move(filter), set.times, rest);
  if (rest.empty()) return set;
  cheapestFirst(rest);
  EventFilter all;
  if (rest.size() == 1) {
    all = std::move(rest.front());
  } else {
    all.kind = EventFilter::Kind::all;
    all.operands = std::move(rest);
  }
  set.filter = std::make_shared<const EventFilter>(std::move(all));
  return set;
}

Result<EventValue> planEventValue(EventId event, FieldId field, const Snapshot& snapshot) {
  auto planner = FilterPlanner::of(event, snapshot);
  if (!planner) return propagate(planner);
  return planner->valueOf(field);
}

Result<EventLeaf> planEvents(const BoundDid& leaf, const Snapshot& snapshot) {
  auto events = planEventSet(leaf.events, snapshot);
  if (!events) return propagate(events);
  EventDid did{*std::move(events), {}, leaf.now};
  for (const BoundEventStep& step : leaf.steps) {
    auto own = planEventSet(step.events, snapshot);
    if (!own) return propagate(own);
    const EventSet& before = did.steps.empty() ? did.events : did.steps.back().events;
    own->times = intersect(own->times, reachOf(before.times, step.within));
    did.steps.push_back({*std::move(own), step.within, step.negated});
  }
  return EventLeaf{std::move(did), snapshot.zone};
}

Result<EventLeaf> planEvents(const BoundEventNumber& leaf, const Snapshot& snapshot) {
  auto events = planEventSet(leaf.events, snapshot);
  if (!events) return propagate(events);
  EventNumber number{leaf.aggregate, {}, *std::move(events), leaf.numbers, leaf.amounts};
  if (leaf.aggregate == Aggregate::sum) number.numbers = within64Bits(leaf.amounts);
  if (leaf.aggregate != Aggregate::count && leaf.aggregate != Aggregate::days) {
    auto value = planEventValue(leaf.events.event, leaf.property, snapshot);
    if (!value) return propagate(value);
    number.value = *std::move(value);
  }
  return EventLeaf{std::move(number), snapshot.zone};
}

Result<EventLeaf> planEvents(const BoundEventEnd& leaf, const Snapshot& snapshot) {
  auto events = planEventSet(leaf.events, snapshot);
  if (!events) return propagate(events);
  auto test = FilterPlanner::of(leaf.events.event, snapshot)->plan(leaf.test.front());
  if (!test) return propagate(test);
  return EventLeaf{EventEnd{leaf.last, *std::move(events), *std::move(test)}, snapshot.zone};
}

}  // namespace roster
