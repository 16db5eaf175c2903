// Which fields and segments a syntax tree names, and the same tree with one of them renamed.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/query/ast.h"

namespace roster {

std::set<std::string> fieldsOf(const ast::Predicate& predicate);
std::set<std::string> segmentsOf(const ast::Predicate& predicate);

ast::Predicate withFieldRenamed(ast::Predicate predicate, std::string_view from, std::string_view to);
ast::Predicate withSegmentRenamed(ast::Predicate predicate, std::string_view from, std::string_view to);

}  // namespace roster
