// A typed predicate as text, for explain and for tests: one line, in the form of a function call.
#pragma once

#include <string>

#include "core/data/event_schema.h"
#include "core/data/schema.h"
#include "core/query/bound.h"

namespace roster {

// `and(city in {'Łódź'}, not(age in [30..]))`. Numbers have the form of their field's kind, an open end of an interval
// is left out. A field or event that is not known is shown by its number, `#7`.
std::string boundText(const Bound& bound, const Schema& schema, const EventSchema* events = nullptr);

}  // namespace roster
