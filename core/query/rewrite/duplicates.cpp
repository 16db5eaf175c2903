#include <vector>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/predicate_set.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool removeDuplicates(Bound& node, const Schema& schema) {
  std::vector<Bound>* operands = connectedOperands(node);
  if (operands == nullptr) return false;
  PredicateSet seen(operands->size(), schema);
  std::vector<std::size_t> firsts;
  for (std::size_t i = 0; i < operands->size(); ++i) {
    if (seen.insert((*operands)[i])) firsts.push_back(i);
  }
  if (firsts.size() == operands->size()) return false;
  std::vector<Bound> distinct;
  distinct.reserve(firsts.size());
  for (const std::size_t i : firsts) distinct.push_back(std::move((*operands)[i]));
  *operands = std::move(distinct);
  return true;
}

}  // namespace roster
