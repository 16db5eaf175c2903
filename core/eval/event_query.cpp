#include "core/eval/event_query.h"

#include "core/eval/bind_context.h"
#include "core/query/bind_event.h"
#include "core/query/parser.h"

namespace roster {

Result<EventQuery> EventQuery::compile(std::string_view text, SnapshotPtr snapshot, Instant now) {
  auto parsed = parseEventSet(text);
  if (!parsed) return propagate(parsed);
  auto bound = bindEventSet(*parsed, bindContextOf(*snapshot, now));
  if (!bound) return propagate(bound);
  auto events = planEventSet(*bound, *snapshot);
  if (!events) return propagate(events);
  return EventQuery(std::move(snapshot), *std::move(events));
}

}  // namespace roster
