// From the text of a predicate to its syntax tree.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/error.h"
#include "core/query/ast.h"

namespace roster {

// Longer texts are refused, as are predicates nested more than 200 levels deep.
inline constexpr std::size_t kMaxPredicateBytes = std::size_t{1} << 20;

// Parses one predicate. A text that is none is refused with the position, what was found and what was expected there.
// Linear in the text but for pathological nesting. Reentrant.
Result<ast::Predicate> parse(std::string_view text);

// Parses an event set that stands alone, `purchase in last 90 days where promo`, and refuses another text so.
Result<ast::EventSet> parseEventSet(std::string_view text);

}  // namespace roster
