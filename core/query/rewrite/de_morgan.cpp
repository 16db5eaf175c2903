#include <algorithm>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

bool splitNegatedOr(Bound& node) {
  auto* negation = std::get_if<BoundNot>(&node.node);
  auto* disjunction = negation == nullptr ? nullptr : std::get_if<BoundOr>(&negation->operand.front().node);
  if (disjunction == nullptr) return false;
  BoundAnd conjunction;
  for (Bound& operand : disjunction->operands) conjunction.operands.push_back(complement(std::move(operand)));
  node.node = std::move(conjunction);
  return true;
}

bool gatherNegations(BoundOr& disjunction) {
  std::vector<Bound>& operands = disjunction.operands;
  const auto first = std::find_if(operands.begin(), operands.end(), isNot);
  if (std::count_if(operands.begin(), operands.end(), isNot) < 2) return false;
  BoundAnd conjunction;
  for (auto operand = first; operand != operands.end(); ++operand) {
    if (auto* negation = std::get_if<BoundNot>(&operand->node)) {
      conjunction.operands.push_back(std::move(negation->operand.front()));
    }
  }
  const auto place = first - operands.begin();
  operands.erase(std::remove_if(first + 1, operands.end(), isNot), operands.end());
  operands[static_cast<std::size_t>(place)] = complement({std::move(conjunction)});
  return true;
}

}  // namespace

bool applyDeMorgan(Bound& node, const Schema&) {
  if (auto* disjunction = std::get_if<BoundOr>(&node.node)) return gatherNegations(*disjunction);
  return splitNegatedOr(node);
}

}  // namespace roster
