// The meaning of a predicate, one contact at a time and straight from the language's definition: what the fused
// evaluator is checked against, in tests and before anything is timed. Also what tells which segments one contact is
// in.
#pragma once

#include "core/base/time_zone.h"
#include "core/data/schema.h"
#include "core/eval/contact_record.h"
#include "core/query/bound.h"

namespace roster {

// Whether a live contact matches a predicate that was bound against this schema.
bool matches(const Bound& predicate, const ContactRecord& contact, const Schema& schema, const TimeZone& zone);

}  // namespace roster
