// The operands of a node of the syntax tree.
#pragma once

#include <vector>

#include "core/query/ast.h"

namespace roster::ast {

// What and, or, not and a count combine; null for a leaf.
inline const std::vector<Predicate>* operandsOf(const Predicate& predicate) {
  if (const auto* all = std::get_if<And>(&predicate.node)) return &all->operands;
  if (const auto* any = std::get_if<Or>(&predicate.node)) return &any->operands;
  if (const auto* count = std::get_if<CountOf>(&predicate.node)) return &count->operands;
  const auto* negation = std::get_if<Not>(&predicate.node);
  return negation == nullptr ? nullptr : &negation->operand;
}

}  // namespace roster::ast
