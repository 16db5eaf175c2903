// A typed predicate as text, for explain and for tests: one line, in the form of a function call.
#pragma once

#include <string>

#include "core/data/event_schema.h"
#include "core/data/schema.h"
#include "core/query/bound.h"

namespace roster {

// `and(city in {'Łódź'}, not(age in [30..]))`. Numbers have the form of their field's kind, an open end of an interval
// is left out. A field, event, property or attribute that is not known is shown by its number, `#7`, so that predicates
// that differ have texts that differ.
std::string boundText(const Bound& bound, const Schema& schema, const EventSchema* events = nullptr);

}  // namespace roster
