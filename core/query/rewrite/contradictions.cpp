#include <string>
#include <unordered_set>

#include "core/query/bound_text.h"
#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool foldContradictions(Bound& node, const Schema& schema) {
  const std::vector<Bound>* operands = connectedOperands(node);
  if (operands == nullptr) return false;
  std::unordered_set<std::string> complemented;
  for (const Bound& operand : *operands) {
    if (const Bound* inner = negated(operand)) complemented.insert(boundText(*inner, schema));
  }
  if (complemented.empty()) return false;
  for (const Bound& operand : *operands) {
    if (complemented.count(boundText(operand, schema)) == 0) continue;
    node = {BoundConstant{!isAnd(node)}};
    return true;
  }
  return false;
}

}  // namespace roster
