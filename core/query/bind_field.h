// Binds the tests on one field.
#pragma once

#include "core/base/error.h"
#include "core/data/schema.h"
#include "core/query/ast.h"
#include "core/query/binder.h"
#include "core/query/bound.h"
#include "core/query/query_clock.h"

namespace roster {

// Looks up a field, or an attribute of the item that a property refers to; notFound with the nearest known name, or
// with what to write where a filter of events asks for a contact's field.
Result<const Field*> findField(const BindContext& context, const ast::Name& name);

Result<Bound> bindFieldTest(const ast::FieldTest& leaf, const BindContext& context, const QueryClock& clock);
// A test, which stands at `at`, of the time of events. It is called by the field's name in messages, and compared with
// times alone: it is there where an event is, and no name in a predicate stands for another one.
Result<Bound> bindTimeTest(const Field& time, const ast::Test& test, const SourcePosition& at,
                           const BindContext& context, const QueryClock& clock);
Result<Bound> bindAnniversary(const ast::AnniversaryTest& leaf, const BindContext& context, const QueryClock& clock);

// The pattern of a `like`, folded where it is an `ilike`; a `\` at its very end escapes nothing and is refused.
Result<LikeSpec> bindPattern(const ast::StringLiteral& pattern, bool foldCase);

// Ascending and distinct.
std::vector<std::string> sortedDistinct(std::vector<std::string> values);

Bound negationOf(Bound operand);

}  // namespace roster
