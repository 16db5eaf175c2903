#include <algorithm>
#include <set>

#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

// The fields that have a value wherever a leaf holds.
std::vector<FieldId> impliedFields(const Bound& node) {
  return std::visit(
      [](const auto& leaf) -> std::vector<FieldId> {
        using Leaf = std::decay_t<decltype(leaf)>;
        if constexpr (std::is_same_v<Leaf, BoundValueIn> || std::is_same_v<Leaf, BoundValueLike> ||
                      std::is_same_v<Leaf, BoundNumberIn> || std::is_same_v<Leaf, BoundDayOfYearIn> ||
                      std::is_same_v<Leaf, BoundTextIn> || std::is_same_v<Leaf, BoundTextLike>) {
          return {leaf.field};
        } else if constexpr (std::is_same_v<Leaf, BoundFieldCompare>) {
          return {leaf.left, leaf.right};
        } else {
          return {};
        }
      },
      node.node);
}

// The fields of present(f) or of not(present(f)) among the operands.
std::set<FieldId> presenceAmong(const std::vector<Bound>& operands, bool complemented) {
  std::set<FieldId> fields;
  for (const Bound& operand : operands) {
    if (isNot(operand) != complemented) continue;
    if (const BoundPresent* leaf = leafIn<BoundPresent>(operand)) fields.insert(leaf->field);
  }
  return fields;
}

// The fields that plain, or complemented, leaves among the operands imply.
std::set<FieldId> impliedAmong(const std::vector<Bound>& operands, bool complemented) {
  std::set<FieldId> fields;
  for (const Bound& operand : operands) {
    if (isNot(operand) != complemented) continue;
    for (const FieldId field : impliedFields(withoutNot(operand))) fields.insert(field);
  }
  return fields;
}

bool intersects(const std::set<FieldId>& a, const std::set<FieldId>& b) {
  return std::any_of(a.begin(), a.end(), [&](FieldId field) { return b.count(field) > 0; });
}

bool impliesAny(const Bound& leaf, const std::set<FieldId>& fields) {
  const std::vector<FieldId> implied = impliedFields(leaf);
  return std::any_of(implied.begin(), implied.end(), [&](FieldId field) { return fields.count(field) > 0; });
}

// Removes present(f), or its complement, of these fields.
void erasePresence(std::vector<Bound>& operands, const std::set<FieldId>& fields, bool complemented) {
  const auto isPresence = [&](const Bound& operand) {
    const BoundPresent* leaf = isNot(operand) == complemented ? leafIn<BoundPresent>(operand) : nullptr;
    return leaf != nullptr && fields.count(leaf->field) > 0;
  };
  operands.erase(std::remove_if(operands.begin(), operands.end(), isPresence), operands.end());
}

// Removes leaves, or their complements, that imply one of these fields.
void eraseImplying(std::vector<Bound>& operands, const std::set<FieldId>& fields, bool complemented) {
  const auto implies = [&](const Bound& operand) {
    return isNot(operand) == complemented && impliesAny(withoutNot(operand), fields);
  };
  operands.erase(std::remove_if(operands.begin(), operands.end(), implies), operands.end());
}

}  // namespace

// With L a leaf that implies present(f), both connectives are one rule seen from two sides:
//   and(present(f), L) = L                       or(not(present(f)), not(L)) = not(L)
//   and(not(present(f)), L) = false              or(present(f), not(L)) = true
//   and(not(present(f)), not(L)) = not(present)  or(present(f), L) = present(f)
bool removeImpliedPresence(Bound& node, const Schema&) {
  std::vector<Bound>* operands = connectedOperands(node);
  if (operands == nullptr || std::none_of(operands->begin(), operands->end(), leafIn<BoundPresent>)) return false;
  const bool conjunction = isAnd(node);
  const std::set<FieldId> implied = impliedAmong(*operands, !conjunction);
  if (intersects(presenceAmong(*operands, conjunction), implied)) {
    node = {BoundConstant{!conjunction}};
    return true;
  }
  const std::size_t before = operands->size();
  erasePresence(*operands, implied, !conjunction);
  eraseImplying(*operands, presenceAmong(*operands, conjunction), conjunction);
  return operands->size() != before;
}

}  // namespace roster
