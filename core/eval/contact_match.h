// Whether one contact is in an audience.
#pragma once

#include "core/eval/query.h"

namespace roster {

// Whether the query's predicate holds for a live contact of its snapshot. Evaluates the contact's chunk for it alone.
Result<bool> holdsFor(const Query& query, ContactId contact);

}  // namespace roster
