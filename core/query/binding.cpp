#include "core/query/binding.h"

#include <fmt/format.h>

#include "core/query/event_fields.h"

namespace roster {

Result<void> Binding::addPart(const SourcePosition& at) {
  constexpr std::size_t kMostParts = 250'000;
  if (++parts_ <= kMostParts) return {};
  return fail(ErrorCode::resourceExhausted,
              fmt::format("with its segments the predicate has more than {} parts", kMostParts), at);
}

const Schema& Binding::filterFieldsOf(const EventType& type, const EventSchema& events) {
  const auto known = filterFields_.find(type.id);
  if (known != filterFields_.end()) return known->second;
  return filterFields_.emplace(type.id, filterSchemaOf(type, events)).first->second;
}

}  // namespace roster
