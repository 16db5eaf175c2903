// Contacts with fields and random histories, in one snapshot and as records: what answers about events are held
// against.
#pragma once

#include <string_view>
#include <vector>

#include "core/eval/naive_evaluator.h"
#include "core/eval/query.h"

namespace roster::testing {

struct EventSampleOptions {
  std::uint64_t seed = 1;
  std::size_t contacts = 150;
  std::size_t mostEvents = 12;  // a contact's
  bool inOneBatch = false;      // all events, so that there are many blocks a run; else in batches out of order
};

// Events `purchase` with amount decimal(2), quantity integer, promo bool, paid timestamp, channel category and product,
// a reference to `products` with department category, price decimal(2), since date and organic bool; and `visit`. Each
// value is missing now and then, and some products are not in the catalog. Contacts have city category, age integer,
// tags set and signup date; they lie in three chunks. Times are near the days on which Warsaw's clock changes, few
// enough to be tied.
struct EventSample {
  SnapshotPtr snapshot;
  EventFacts facts;
  std::vector<ContactRecord> contacts;

  // Those that match, as naive evaluation has it.
  std::vector<const ContactRecord*> matching(std::string_view predicate) const;
  // Those events of a contact that are in an event set, as naive evaluation has it.
  std::vector<const EventRecord*> eventsOf(const ContactRecord& contact, std::string_view set) const;
  // What a field of events, by its name in a filter or `time`, is of an event; null where it has none.
  const FieldValue* valueOf(const EventRecord& event, std::string_view field) const;
  const FieldValue* valueOf(const ContactRecord& contact, std::string_view field) const;

 private:
  mutable FieldValue part_;  // what valueOf() made
};

EventSample eventSample(const EventSampleOptions& options);

// The instant that predicates and event sets are bound at: within the histories.
Instant eventSampleNow();

}  // namespace roster::testing
