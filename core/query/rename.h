// Which fields, segments, keys and events a syntax tree names, and the same tree with one of them renamed or forgotten.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/query/ast.h"

namespace roster {

std::set<std::string> fieldsOf(const ast::Predicate& predicate);
std::set<std::string> segmentsOf(const ast::Predicate& predicate);
std::set<std::string> keysOf(const ast::Predicate& predicate);
std::set<std::string> eventsOf(const ast::Predicate& predicate);

ast::Predicate withFieldRenamed(ast::Predicate predicate, std::string_view from, std::string_view to);
ast::Predicate withSegmentRenamed(ast::Predicate predicate, std::string_view from, std::string_view to);

// Without naming these keys, which nobody has any more: `key = 'a'` becomes `key in ()`.
ast::Predicate withKeysForgotten(ast::Predicate predicate, const std::set<std::string>& keys);

}  // namespace roster
