// Events as histories have them, in the form in which a batch records them.
#pragma once

#include <utility>
#include <vector>

#include "core/data/change_batch.h"
#include "core/eval/contact_record.h"

namespace roster {

// What a batch records of these events, in their order. Every property they have a value of is one of their type's.
std::vector<EventChanges> eventChangesOf(const EventSchema& events,
                                         const std::vector<std::pair<ContactId, const EventRecord*>>& recorded);

}  // namespace roster
