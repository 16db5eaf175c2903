// Everything known of one contact, read from the forward columns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/data/snapshot.h"

namespace roster {

// A bool; a number as its field stores it; a string of a category or text; the values of a set, ascending.
using FieldValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

// One event. Values are of the properties it has one for.
struct EventRecord {
  std::uint32_t event = 0;  // an EventId
  Instant time = 0;
  std::map<FieldId, FieldValue> values;

  friend bool operator==(const EventRecord&, const EventRecord&) = default;
};

struct ContactRecord {
  ContactId id = kNoContact;
  std::string key;
  std::map<FieldId, FieldValue> values;  // only the fields the contact has a value for
  std::vector<ListId> lists;             // the frozen lists the contact is in
  std::vector<EventRecord> events = {};  // in the order in which they were recorded

  friend bool operator==(const ContactRecord&, const ContactRecord&) = default;
};

// Reads one contact. notFound where the id is not that of a live contact; dataLoss where a piece cannot be loaded.
// Loads up to one column piece a field.
Result<ContactRecord> readContact(const Snapshot& snapshot, ContactId contact);

}  // namespace roster
