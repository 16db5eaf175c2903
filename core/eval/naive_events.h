// The meaning of the leaves about events, one contact at a time and straight from the language's definition.
#pragma once

#include <vector>

#include "core/eval/contact_record.h"
#include "core/eval/naive_evaluator.h"

namespace roster {

// Of one contact's events, in the order in which they were recorded. Refers to all it is given.
class NaiveEvents {
 public:
  NaiveEvents(const std::vector<EventRecord>& events, const EventFacts& facts, const TimeZone& zone)
      : events_(events), facts_(facts), zone_(zone) {}

  bool holds(const BoundDid& node) const;
  bool holds(const BoundEventNumber& node) const;
  bool holds(const BoundEventEnd& node) const;

  // Those in the set, by time; of one instant in the order in which they were recorded.
  std::vector<const EventRecord*> membersOf(const BoundEventSet& set) const;

 private:
  std::vector<Instant> timesOf(const BoundEventSet& set) const;

  // An event as a filter sees it: with what every event has, and with the attributes of the items it refers to.
  ContactRecord recordOf(const EventRecord& event, const EventType& type) const;
  bool passes(const EventRecord& event, const Bound& filter, const EventType& type, const Schema& schema) const;

  const std::vector<EventRecord>& events_;
  const EventFacts& facts_;
  const TimeZone& zone_;
};

}  // namespace roster
