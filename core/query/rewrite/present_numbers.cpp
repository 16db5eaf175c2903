#include <set>

#include "core/query/intervals.h"
#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool complementPresentNumbers(Bound& node, const Schema& schema) {
  if (!isAnd(node)) return false;
  std::vector<Bound>& operands = *connectedOperands(node);
  std::set<FieldId> present;
  for (const Bound& operand : operands) {
    if (const auto* leaf = std::get_if<BoundPresent>(&operand.node)) present.insert(leaf->field);
  }
  bool changed = false;
  for (Bound& operand : operands) {
    const Bound* inner = negated(operand);
    const auto* leaf = inner == nullptr ? nullptr : std::get_if<BoundNumberIn>(&inner->node);
    if (leaf == nullptr || present.count(leaf->field) == 0 || !isSingleValued(schema, leaf->field)) continue;
    operand = Bound{BoundNumberIn{leaf->field, complementOf(leaf->intervals)}};
    changed = true;
  }
  return changed;
}

}  // namespace roster
