// What the binding of one predicate carries from part to part.
#pragma once

#include <map>

#include "core/base/error.h"
#include "core/data/event_schema.h"

namespace roster {

class Binding {
 public:
  // Counts a leaf, a connective or a step of a sequence, of a segment or a filter, too; resourceExhausted where there
  // are more than 250,000.
  Result<void> addPart(const SourcePosition& at);

  // The fields of filters over events of this type, as filterSchemaOf has them, made when they are first asked for.
  const Schema& filterFieldsOf(const EventType& type, const EventSchema& events);

 private:
  std::size_t parts_ = 0;
  std::map<EventId, Schema> filterFields_;
};

}  // namespace roster
