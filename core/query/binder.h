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
#include "core/query/bound.h"

namespace roster {

// What the names of a predicate stand for, for messages: a contact's fields, or the properties that events have.
enum class NameKind : std::uint8_t { field, property };

// What a predicate is bound against; all of it must outlive the call only.
struct BindContext {
  const Schema& schema;
  const SegmentCatalog& segments;
  const TimeZone& zone;
  Instant now = 0;
  const EventSchema* events = nullptr;  // null where nothing is known of events
  NameKind names = NameKind::field;
};

// Binds a whole predicate or refuses it with a position: an unknown name is notFound with the nearest known one,
// unlike kinds are invalidArgument naming both. Segments that refer to each other in a circle are an error that names
// the circle; an error inside of a segment is reported at the place that refers to it. What segments expand to is
// limited to 250,000 leaves and connectives (resourceExhausted), in which a leaf about events counts as one, whatever
// its filters hold.
Result<Bound> bind(const ast::Predicate& predicate, const BindContext& context);

// Parses and binds.
Result<Bound> bindText(std::string_view text, const BindContext& context);

}  // namespace roster
