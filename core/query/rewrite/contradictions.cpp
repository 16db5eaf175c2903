#include <algorithm>
#include <vector>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/predicate_set.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool foldContradictions(Bound& node, const Schema& schema) {
  const std::vector<Bound>* operands = connectedOperands(node);
  if (operands == nullptr) return false;
  PredicateSet complemented(operands->size(), schema);
  for (const Bound& operand : *operands) {
    if (const Bound* inner = negated(operand)) complemented.insert(*inner);
  }
  if (complemented.empty()) return false;
  const bool contradicts = std::any_of(operands->begin(), operands->end(),
                                       [&](const Bound& operand) { return complemented.contains(operand); });
  if (contradicts) node = {BoundConstant{!isAnd(node)}};
  return contradicts;
}

}  // namespace roster
