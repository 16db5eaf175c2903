#include <algorithm>
#include <string>
#include <unordered_set>

#include "core/query/bound_text.h"
#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool removeDuplicates(Bound& node, const Schema& schema) {
  std::vector<Bound>* operands = connectedOperands(node);
  if (operands == nullptr) return false;
  const std::size_t before = operands->size();
  std::unordered_set<std::string> seen;
  std::vector<Bound> distinct;
  for (Bound& operand : *operands) {
    if (seen.insert(boundText(operand, schema)).second) distinct.push_back(std::move(operand));
  }
  *operands = std::move(distinct);
  return operands->size() != before;
}

}  // namespace roster
