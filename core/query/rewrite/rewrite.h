// Simplifies a typed predicate without changing what it selects.
#pragma once

#include "core/data/schema.h"
#include "core/query/bound.h"

namespace roster {

// Applies all rules (see rules.h) bottom up until none applies. The schema tells fields of one value from sets, for
// which `a and b` may hold through two elements. The result selects the same contacts of every database.
Bound rewrite(Bound predicate, const Schema& schema);

}  // namespace roster
