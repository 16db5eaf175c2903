#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool removeDoubleNegation(Bound& node, const Schema&) {
  auto* outer = std::get_if<BoundNot>(&node.node);
  if (outer == nullptr) return false;
  auto* inner = std::get_if<BoundNot>(&outer->operand.front().node);
  if (inner == nullptr) return false;
  // Through a variable of its own: assigning a part of a node to the node would free it while it is read.
  Bound operand = std::move(inner->operand.front());
  node = std::move(operand);
  return true;
}

}  // namespace roster
