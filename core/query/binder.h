// From the syntax tree to the typed predicate of bound.h: names become fields, literals numbers of the field's unit,
// windows intervals, negative leaves complements, and saved segments the predicates they stand for.
#pragma once

#include <string_view>

#include "core/base/civil_time.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/data/event_schema.h"
#include "core/data/schema.h"
#include "core/data/segment_catalog.h"
#include "core/query/ast.h"
#include "core/query/binding.h"
#include "core/query/bound.h"

namespace roster {

// What the names of a predicate stand for: a contact's fields, the properties that events have, or the columns of a
// file. The time of events is asked for without a name.
enum class NameKind : std::uint8_t { field, property, time, column };

// What a predicate is bound against; all of it must outlive the call only.
struct BindContext {
  const Schema& schema;
  const SegmentCatalog& segments;
  const TimeZone& zone;
  Instant now = 0;
  const EventSchema* events = nullptr;  // null where nothing is known of events
  NameKind names = NameKind::field;
  const Schema* contactFields = nullptr;  // in a filter of events alone: what it cannot ask for, for messages
};

// Binds a whole predicate or refuses it with a position: an unknown name is notFound with the nearest known one,
// unlike kinds are invalidArgument naming both. Segments that refer to each other in a circle are an error that names
// the circle; an error inside of a segment is reported at the place that refers to it. What segments expand to is
// limited to 250,000 leaves and connectives (resourceExhausted), those of filters and the steps of sequences among
// them.
Result<Bound> bind(const ast::Predicate& predicate, const BindContext& context);

// Binds a part of a predicate so, such as a filter; `binding` goes through all of its parts.
Result<Bound> bindPart(const ast::Predicate& predicate, const BindContext& context, Binding& binding);

// Parses and binds.
Result<Bound> bindText(std::string_view text, const BindContext& context);

}  // namespace roster
