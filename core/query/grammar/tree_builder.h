// From the parse tree to the syntax tree.
#pragma once

#include <string_view>

#include "core/query/ast.h"
#include "core/query/grammar/tree.h"

namespace roster::grammar {

// `tree` is that of the whole `text`. Throws SyntaxFailure where a whole number is too large to be kept.
ast::Predicate buildPredicate(const Tree& tree, std::string_view text);
ast::EventSet buildEventSet(const Tree& tree, std::string_view text);

}  // namespace roster::grammar
