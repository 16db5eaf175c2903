// Contacts as tables of SQLite, and the sets of them that conditions select:
//
//   contacts(id, key, f1, f2 …)       a column for each field that is no set, by its id; NULL is no value; numbers as
//   the
//                                     field stores them, a bool 0 or 1
//   elements(contact, field, value)   the elements of sets
//   lists(contact, list)              the members of frozen lists
//
// For conditions there are the functions folded(text), bucket(name, key), local_day(instant), day_start(day), and
// scaled_order(a, digits of a, b, digits of b), which is negative, 0 or positive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/schema.h"
#include "core/eval/contact_record.h"
#include "tests/oracle/sqlite_database.h"
#include "tests/oracle/wall_clock.h"
#include "tests/support/ast_generator.h"

namespace roster::oracle {

class ContactTable {
 public:
  // The clock must outlive the table.
  ContactTable(const Schema& schema, const WallClock& clock);

  // Puts in what is known of a contact, by its key. Of one that is there already, values are overwritten and sets gain.
  void add(const ContactRecord& contact);

  std::int64_t size() const;
  // 0 where there is no such contact.
  std::int64_t idOf(const std::string& key);
  std::string keyOf(std::int64_t id);

  // The ids of the contacts for which the condition holds, ascending.
  std::vector<std::int64_t> matching(const std::string& condition) const;

  // Values for predicates: up to `limit` of every field and of the keys, the smallest and largest numbers among them.
  testing::AstVocabulary vocabulary(std::size_t limit) const;

 private:
  std::string upsert() const;

  Schema schema_;
  SqliteDatabase database_;
  SqliteStatement upsert_;
  SqliteStatement addElement_;
  SqliteStatement addList_;
  SqliteStatement findKey_;
};

}  // namespace roster::oracle
