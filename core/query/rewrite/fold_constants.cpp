#include <algorithm>
#include <optional>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

std::optional<bool> constantOf(const Bound& node) {
  const auto* constant = std::get_if<BoundConstant>(&node.node);
  if (constant == nullptr) return std::nullopt;
  return constant->value;
}

// `neutral` changes nothing (true in an and), its opposite decides.
bool foldConnective(Bound& node, std::vector<Bound>& operands, bool neutral) {
  const std::size_t before = operands.size();
  for (const Bound& operand : operands) {
    if (constantOf(operand) == !neutral) {
      replaceBy(node, {BoundConstant{!neutral}});
      return true;
    }
  }
  operands.erase(std::remove_if(operands.begin(), operands.end(),
                                [&](const Bound& operand) { return constantOf(operand) == neutral; }),
                 operands.end());
  if (operands.empty()) {
    replaceBy(node, {BoundConstant{neutral}});
    return true;
  }
  if (operands.size() == 1) {
    replaceBy(node, std::move(operands.front()));
    return true;
  }
  return operands.size() != before;
}

// A true operand counts one already; a false one never does.
bool foldCountOf(Bound& node, BoundCountOf& count) {
  std::uint32_t known = 0;
  const std::size_t before = count.operands.size();
  for (const Bound& operand : count.operands) known += constantOf(operand) == true ? 1 : 0;
  count.operands.erase(std::remove_if(count.operands.begin(), count.operands.end(),
                                      [](const Bound& operand) { return constantOf(operand).has_value(); }),
                       count.operands.end());
  if (count.operands.size() == before) return false;
  if (known > count.maximum) {
    replaceBy(node, {BoundConstant{false}});
    return true;
  }
  count.maximum -= known;
  count.minimum -= std::min(known, count.minimum);
  return true;
}

}  // namespace

bool foldConstants(Bound& node, const Schema&) {
  if (auto* conjunction = std::get_if<BoundAnd>(&node.node)) return foldConnective(node, conjunction->operands, true);
  if (auto* disjunction = std::get_if<BoundOr>(&node.node)) return foldConnective(node, disjunction->operands, false);
  if (auto* count = std::get_if<BoundCountOf>(&node.node)) return foldCountOf(node, *count);
  const Bound* operand = negated(node);
  const auto constant = operand == nullptr ? std::nullopt : constantOf(*operand);
  if (!constant) return false;
  replaceBy(node, {BoundConstant{!*constant}});
  return true;
}

}  // namespace roster
