#include <algorithm>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

template <class Connective>
bool flattenAs(Connective& connective) {
  const auto isNested = [](const Bound& operand) { return std::holds_alternative<Connective>(operand.node); };
  if (std::none_of(connective.operands.begin(), connective.operands.end(), isNested)) return false;
  std::vector<Bound> flat;
  for (Bound& operand : connective.operands) {
    if (auto* nested = std::get_if<Connective>(&operand.node)) {
      for (Bound& inner : nested->operands) flat.push_back(std::move(inner));
    } else {
      flat.push_back(std::move(operand));
    }
  }
  connective.operands = std::move(flat);
  return true;
}

}  // namespace

bool flatten(Bound& node, const Schema&) {
  if (auto* conjunction = std::get_if<BoundAnd>(&node.node)) return flattenAs(*conjunction);
  if (auto* disjunction = std::get_if<BoundOr>(&node.node)) return flattenAs(*disjunction);
  return false;
}

}  // namespace roster
