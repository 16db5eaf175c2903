// What a database holds, in a map: the model that any sequence of batches is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "core/data/change_batch.h"
#include "core/data/snapshot.h"
#include "core/eval/contact_record.h"
#include "tests/support/event_model.h"
#include "tests/support/random_source.h"

namespace roster {

class ModelDatabase {
 public:
  // A database that holds `untouched` live contacts which no batch is going to change, and which are not modelled.
  explicit ModelDatabase(std::uint64_t untouched = 0) : untouched_(untouched), next_(untouched) {}

  void apply(const ChangeBatch& batch);

  // What a compaction forgets beside what nobody can see.
  void compact() { events_.forgetItems(); }

  const Schema& schema() const { return schema_; }
  const std::map<ContactId, ContactRecord>& contacts() const { return contacts_; }
  const EventModel& events() const { return events_; }
  const std::set<ListId>& lists() const { return lists_; }
  const std::set<std::string>& erasedKeys() const { return erasedKeys_; }
  std::uint64_t untouched() const { return untouched_; }
  std::uint64_t nextContact() const { return next_; }

  // Where a snapshot differs from this; empty where it does not. Looks at every contact that is modelled, at keys of
  // erased ones, at counts, and at events and items.
  std::string difference(const Snapshot& snapshot) const;

 private:
  void change(const FieldChanges& changes);
  void changeSet(ContactRecord& contact, FieldId field, ChangeOp op, const std::string& element);
  std::string differenceAt(const Snapshot& snapshot, ContactId contact) const;

  std::uint64_t untouched_;
  std::uint64_t next_;
  Schema schema_;
  std::map<ContactId, ContactRecord> contacts_;
  std::set<std::string> erasedKeys_;
  std::set<ListId> lists_;
  EventModel events_;
};

// A batch that a database in the model's state can take: new contacts, changes of values one by one and in bulk,
// changes of contacts erased before, lists, segments, new, renamed and dropped fields, what addRandomEvents() adds,
// erasures.
ChangeBatch randomBatch(const ModelDatabase& model, RandomSource& random);

// A snapshot of `count` contacts with the keys "k0", "k1" … and nothing else.
SnapshotPtr snapshotOfKeys(std::uint64_t count);

}  // namespace roster
