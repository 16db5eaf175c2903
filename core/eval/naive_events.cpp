#include "core/eval/naive_events.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/base/civil_time.h"
#include "core/eval/event_distance.h"
#include "core/query/event_fields.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

using Source = EventField::Source;

}  // namespace

ContactRecord NaiveEvents::recordOf(const EventRecord& event, const EventType& type) const {
  ContactRecord record;
  record.values = event.values;
  const auto set = [&](Source source, FieldValue value) { record.values[idOf({source, 0, 0})] = std::move(value); };
  const LocalTime local = zone_.toLocal(event.time);
  const Day day = dayOfLocal(local);
  const CivilDate date = civilFromDay(day);
  set(Source::time, event.time);
  set(Source::hour, timeWithinDay(local) / kMillisecondsPerHour);
  set(Source::weekday, std::string(weekdayName(static_cast<std::size_t>(day - startOfWeek(day)))));
  set(Source::dayOfMonth, std::int64_t{date.day});
  set(Source::month, std::int64_t{date.month});
  for (const auto& [property, catalog] : type.references) {
    const auto key = event.values.find(property);
    const auto items = facts_.items.find(catalog);
    if (key == event.values.end() || items == facts_.items.end()) continue;
    const auto item = items->second.find(std::get<std::string>(key->second));
    if (item == items->second.end()) continue;
    for (const auto& [attribute, value] : item->second) {
      record.values[idOf({Source::attribute, property, attribute})] = value;
    }
  }
  return record;
}

bool NaiveEvents::passes(const EventRecord& event, const Bound& filter, const EventType& type,
                         const Schema& schema) const {
  return matches(filter, recordOf(event, type), schema, zone_);
}

std::vector<const EventRecord*> NaiveEvents::membersOf(const BoundEventSet& set) const {
  const EventType& type = *facts_.schema.findType(set.event);
  std::optional<Schema> schema;  // made once it is needed
  std::vector<const EventRecord*> members;
  for (const EventRecord& event : events_) {
    if (event.event != set.event || !containsNumber(set.times, event.time)) continue;
    if (!set.filter.empty() && !schema) schema = endSchemaOf(type, facts_.schema);
    if (set.filter.empty() || passes(event, set.filter.front(), type, *schema)) members.push_back(&event);
  }
  std::stable_sort(members.begin(), members.end(),
                   [](const EventRecord* a, const EventRecord* b) { return a->time < b->time; });
  return members;
}

std::vector<Instant> NaiveEvents::timesOf(const BoundEventSet& set) const {
  std::vector<Instant> times;
  for (const EventRecord* event : membersOf(set)) times.push_back(event->time);
  return times;
}

bool NaiveEvents::holds(const BoundDid& node) const {
  std::vector<Instant> reached = timesOf(node.events);
  for (const BoundEventStep& step : node.steps) {
    const std::vector<Instant> candidates = timesOf(step.events);
    const auto follows = [&](Instant from, Instant time) {
      return from < time && time <= addDistance(from, step.within, zone_);
    };
    if (step.negated) {
      return std::any_of(reached.begin(), reached.end(), [&](Instant from) {
        const bool isFollowed =
            std::any_of(candidates.begin(), candidates.end(), [&](Instant time) { return follows(from, time); });
        return !isFollowed && addDistance(from, step.within, zone_) <= node.now;
      });
    }
    std::vector<Instant> next;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(next), [&](Instant time) {
      return std::any_of(reached.begin(), reached.end(), [&](Instant from) { return follows(from, time); });
    });
    reached = std::move(next);
  }
  return !reached.empty();
}

bool NaiveEvents::holds(const BoundEventNumber& node) const {
  const std::vector<const EventRecord*> members = membersOf(node.events);
  if (node.aggregate == Aggregate::count) {
    return containsNumber(node.numbers, static_cast<std::int64_t>(members.size()));
  }
  if (node.aggregate == Aggregate::days) {
    std::set<Day> days;
    for (const EventRecord* event : members) days.insert(zone_.dayOf(event->time));
    return containsNumber(node.numbers, static_cast<std::int64_t>(days.size()));
  }
  std::vector<FieldValue> values;
  for (const EventRecord* event : members) {
    const ContactRecord record = recordOf(*event, *facts_.schema.findType(EventId{event->event}));
    if (const auto value = record.values.find(node.property); value != record.values.end()) {
      values.push_back(value->second);
    }
  }
  if (node.aggregate == Aggregate::distinct) {
    const std::set<FieldValue> distinct(values.begin(), values.end());
    return containsNumber(node.numbers, static_cast<std::int64_t>(distinct.size()));
  }
  if (values.empty()) return node.aggregate == Aggregate::sum && containsNumber(node.amounts, 0);
  std::vector<std::int64_t> numbers;
  numbers.reserve(values.size());
  for (const FieldValue& value : values) numbers.push_back(std::get<std::int64_t>(value));
  WideInteger sum = 0;
  for (const std::int64_t number : numbers) sum += number;
  switch (node.aggregate) {
    case Aggregate::sum: return containsNumber(node.amounts, sum);
    case Aggregate::avg:
      return containsNumber(node.amounts, averageInHalves(sum, static_cast<std::int64_t>(numbers.size())));
    case Aggregate::min: return containsNumber(node.numbers, *std::min_element(numbers.begin(), numbers.end()));
    default: return containsNumber(node.numbers, *std::max_element(numbers.begin(), numbers.end()));
  }
}

bool NaiveEvents::holds(const BoundEventEnd& node) const {
  const std::vector<const EventRecord*> members = membersOf(node.events);
  if (members.empty()) return false;
  // Of those at the first instant, too, it is the one recorded last.
  const auto after =
      node.last ? members.end() : std::find_if(members.begin(), members.end(), [&](const EventRecord* event) {
        return event->time != members.front()->time;
      });
  const EventType& type = *facts_.schema.findType(node.events.event);
  return passes(**std::prev(after), node.test.front(), type, endSchemaOf(type, facts_.schema));
}

}  // namespace roster
