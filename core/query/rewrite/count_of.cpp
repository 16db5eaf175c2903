#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

bool simplifyCountOf(Bound& node, const Schema&) {
  auto* count = std::get_if<BoundCountOf>(&node.node);
  if (count == nullptr) return false;
  const auto all = static_cast<std::uint32_t>(count->operands.size());
  const bool openAbove = count->maximum >= all;
  std::vector<Bound> operands = std::move(count->operands);
  if (count->minimum > all || count->minimum > count->maximum) {
    node.node = BoundConstant{false};
  } else if (count->minimum == 0 && openAbove) {
    node.node = BoundConstant{true};
  } else if (count->minimum == all) {
    node.node = BoundAnd{std::move(operands)};
  } else if (count->maximum == 0) {
    node = complement({BoundOr{std::move(operands)}});
  } else if (count->minimum == 1 && openAbove) {
    node.node = BoundOr{std::move(operands)};
  } else if (count->minimum == 0 && count->maximum + 1 == all) {
    node = complement({BoundAnd{std::move(operands)}});
  } else {
    count->operands = std::move(operands);
    const bool clamped = count->maximum > all;
    if (clamped) count->maximum = all;
    return clamped;
  }
  return true;
}

}  // namespace roster
