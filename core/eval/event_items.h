// Attributes of the items of a catalog, which are kept as contacts are, for filters of events that refer to them.
#pragma once

#include <memory>

#include "core/data/snapshot.h"
#include "core/eval/event_plan.h"
#include "core/query/bound.h"

namespace roster {

// The ids of the items that a predicate over attributes holds for, evaluated as one over contacts is.
Result<std::shared_ptr<const NumberSet>> itemsWhere(const Bound& predicate, const Snapshot& items);

// The values of a single-valued attribute, a category's as codes.
Result<std::shared_ptr<const ItemValues>> readAttribute(const Snapshot& items, FieldId attribute);

}  // namespace roster
