// Histories of contacts as tables of SQLite:
//
//   contacts(id, key)
//   events1(contact, ordinal, time, local_day, f1, f2 …)   a table for each type by its id, a column for each field of
//                                                          endSchemaOf(), attributes of the items among them
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/eval/naive_evaluator.h"
#include "tests/oracle/sqlite_database.h"
#include "tests/oracle/wall_clock.h"

namespace roster::oracle {

class EventTable {
 public:
  // The clock and the facts must outlive the table.
  EventTable(const EventFacts& facts, const WallClock& clock);

  void add(const ContactRecord& contact);

  // The ids of the contacts for which the condition holds, ascending.
  std::vector<ContactId> matching(const std::string& condition) const;

 private:
  void addEvent(const ContactRecord& contact, std::int64_t ordinal, const EventRecord& event);
  // The value of a column; nothing where it has none.
  SqlValue valueOf(const EventRecord& event, FieldId column) const;

  const EventFacts& facts_;
  const WallClock& clock_;
  SqliteDatabase database_;
};

}  // namespace roster::oracle
