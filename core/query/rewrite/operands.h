// Access to the operands of a node, shared by the rules.
#pragma once

#include <utility>
#include <vector>

#include "core/data/schema.h"
#include "core/query/bound.h"

namespace roster {

// The operands of and, or, not and count; null for a leaf.
inline std::vector<Bound>* operandsOf(Bound& node) {
  if (auto* conjunction = std::get_if<BoundAnd>(&node.node)) return &conjunction->operands;
  if (auto* disjunction = std::get_if<BoundOr>(&node.node)) return &disjunction->operands;
  if (auto* negation = std::get_if<BoundNot>(&node.node)) return &negation->operand;
  if (auto* count = std::get_if<BoundCountOf>(&node.node)) return &count->operands;
  return nullptr;
}

// The operands of and and or only, which may come in any order and any number.
inline std::vector<Bound>* connectedOperands(Bound& node) {
  if (auto* conjunction = std::get_if<BoundAnd>(&node.node)) return &conjunction->operands;
  if (auto* disjunction = std::get_if<BoundOr>(&node.node)) return &disjunction->operands;
  return nullptr;
}

inline bool isAnd(const Bound& node) { return std::holds_alternative<BoundAnd>(node.node); }

inline bool isNot(const Bound& node) { return std::holds_alternative<BoundNot>(node.node); }

// What a not complements; null for any other node.
inline const Bound* negated(const Bound& node) {
  const auto* negation = std::get_if<BoundNot>(&node.node);
  return negation == nullptr ? nullptr : &negation->operand.front();
}

// What an operand says of contacts or of their complement: itself, or what it negates.
inline const Bound& withoutNot(const Bound& node) {
  const Bound* inner = negated(node);
  return inner == nullptr ? node : *inner;
}

// The leaf of this kind in an operand, plain or complemented; null where it is none.
template <class Leaf>
const Leaf* leafIn(const Bound& operand) {
  return std::get_if<Leaf>(&withoutNot(operand).node);
}

inline Bound complement(Bound operand) {
  BoundNot negation;
  negation.operand.push_back(std::move(operand));
  return {std::move(negation)};
}

// Puts a part of a node in the node's place.
inline void replaceBy(Bound& node, Bound part) { node = std::move(part); }

// A field of this id holds one value at most; a field that is not known counts as a set, of which less is true.
inline bool isSingleValued(const Schema& schema, FieldId id) {
  const Field* field = schema.find(id);
  return field != nullptr && field->type.kind != FieldKind::set;
}

}  // namespace roster
