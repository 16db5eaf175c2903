// Changing contacts that are there: values set, sets tagged and untagged, contacts erased.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "index/engine/audience.h"
#include "index/engine/database.h"

namespace roster {

// Which contacts to change: those that match a predicate, or those with these keys (unknown ones are passed over).
struct WherePredicate {
  std::string predicate;
  Instant now = 0;
};
struct WhereKeys {
  std::vector<std::string> keys;
};
using ContactSelection = std::variant<WherePredicate, WhereKeys>;

enum class AssignmentKind : std::uint8_t {
  set,    // FIELD=VALUE; an empty value clears the field; a set takes values separated by '|'
  tag,    // a set gains the values
  untag,  // a set loses them
};

// 'FIELD=VALUE' as it was written.
struct Assignment {
  AssignmentKind kind = AssignmentKind::set;
  std::string text;
};

struct ChangeOutcome {
  std::uint64_t contacts = 0;   // changed, or to be changed
  std::uint64_t unchanged = 0;  // selected as well, and already as they were to become
  std::uint64_t unknownKeys = 0;
};

// Applies the assignments to the selected contacts as one batch; with `dryRun`, says how many and changes nothing. An
// unknown field is notFound with the nearest name; a value that the field cannot hold, or a field that is set twice,
// invalidArgument.
Result<ChangeOutcome> changeContacts(Database& database, const ContactSelection& selection,
                                     const std::vector<Assignment>& assignments, bool dryRun);

// Erases the selected contacts: key (in saved segments, too) and values, from everything that is evaluated at once, and
// from the files with the next compact(). A keyed hash of each key is kept, so that a restored backup forgets them
// again.
Result<ChangeOutcome> eraseContacts(Database& database, const ContactSelection& selection, bool dryRun);

}  // namespace roster
