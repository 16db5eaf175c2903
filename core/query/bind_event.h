// Binds the leaves about events.
#pragma once

#include "core/base/error.h"
#include "core/query/ast.h"
#include "core/query/binder.h"
#include "core/query/bound.h"

namespace roster {

// notFound with the nearest known name for an event or property that is not there; invalidArgument for a window that
// lies in the future, two windows of one event set, and whatever a property's kind does not take.
//
// A window right behind a property that is no time is the event set's where it ends the filter, with no parenthesis
// behind it; elsewhere it is refused.
Result<Bound> bindDid(const ast::DidTest& leaf, const BindContext& context, Binding& binding);
Result<Bound> bindAggregate(const ast::AggregateTest& leaf, const BindContext& context, Binding& binding);
Result<Bound> bindEventEnd(const ast::EventEndTest& leaf, const BindContext& context, Binding& binding);

// The same of an event set that stands alone.
Result<BoundEventSet> bindEventSet(const ast::EventSet& set, const BindContext& context);

}  // namespace roster
