// What a database knows of events, in maps: the model that any sequence of batches is compared with.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/data/change_batch.h"
#include "core/data/snapshot.h"
#include "core/eval/contact_record.h"
#include "core/eval/naive_evaluator.h"
#include "tests/support/random_source.h"

namespace roster {

class EventModel {
 public:
  // Applies what a batch says of events and catalogs; `isLive` tells of contacts as they are before its erasures.
  void apply(const ChangeBatch& batch, const std::function<bool(ContactId)>& isLive);

  // Forgets what compaction does: items without attributes that no event refers to.
  void forgetItems();

  // The types of events, and the attributes of items that are there.
  const EventFacts& facts() const { return facts_; }

  // Ids of items by key, those that only events name among them; and the one the next item gets.
  const std::map<std::string, ContactId>& itemsOf(CatalogId catalog) const { return catalogs_.at(catalog).ids; }
  ContactId nextItem(CatalogId catalog) const { return catalogs_.at(catalog).next; }

  // In the order in which they were recorded.
  std::vector<EventRecord> historyOf(ContactId contact) const;
  std::size_t eventCount() const;

  bool knows(EventId event, const EventIdentity& identity) const;

  // Where a snapshot differs from this; empty where it does not.
  std::string difference(const Snapshot& snapshot) const;

 private:
  struct Recorded {
    EventRecord event;
    std::optional<EventIdentity> identity;
  };
  struct Items {
    std::map<std::string, ContactId> ids;
    ContactId next = 0;
  };

  void replaceSchema(const EventSchema& schema);
  void changeItems(const CatalogChanges& changes);
  void record(const EventChanges& changes, const std::function<bool(ContactId)>& isLive);
  void nameItem(CatalogId catalog, const std::string& key);
  template <class Gone>
  void eraseEvents(const Gone& gone);
  std::string differenceOfItems(const Catalog& catalog, const Snapshot& items) const;
  std::string differenceOfIdentities(const EventType& type, const Snapshot& snapshot) const;

  EventFacts facts_;
  std::map<CatalogId, Items> catalogs_;
  std::map<ContactId, std::vector<Recorded>> histories_;  // in the order in which they were recorded
};

// Adds to a batch what a database in the model's state can take of the contacts first … end-1, erased ones among them:
// events in and out of order, tied, with and without ids of which none is known, items and their attributes, retention,
// new types, properties and attributes, and a type that is dropped.
void addRandomEvents(ChangeBatch& batch, const EventModel& model, ContactId first, ContactId end, RandomSource& random);

}  // namespace roster
