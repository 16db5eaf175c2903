#include <limits>
#include <map>
#include <optional>

#include "core/query/intervals.h"
#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

const Intervals kSizes = {{0, std::numeric_limits<std::int64_t>::max()}};

bool complementLeaf(Bound& node) {
  const Bound* inner = negated(node);
  if (inner == nullptr) return false;
  std::optional<Bound> leaf;
  if (const auto* size = std::get_if<BoundSetSize>(&inner->node)) {
    leaf = Bound{BoundSetSize{size->field, subtract(kSizes, size->intervals)}};
  } else if (const auto* bucket = std::get_if<BoundBucket>(&inner->node)) {
    leaf = Bound{BoundBucket{bucket->name, subtract({{0, kBuckets - 1}}, bucket->intervals)}};
  }
  if (!leaf) return false;
  node = std::move(*leaf);
  return true;
}

// The sizes that present(f), or its complement, stands for.
std::optional<BoundSetSize> presenceAsSize(const Bound& operand) {
  const auto* present = leafIn<BoundPresent>(operand);
  if (present == nullptr) return std::nullopt;
  const Intervals some = {{1, std::numeric_limits<std::int64_t>::max()}};
  return BoundSetSize{present->field, isNot(operand) ? Intervals{{0, 0}} : some};
}

bool absorbPresence(std::vector<Bound>& operands, bool conjunction) {
  std::map<FieldId, std::size_t> sizes;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (const auto* size = std::get_if<BoundSetSize>(&operands[i].node)) sizes.emplace(size->field, i);
  }
  if (sizes.empty()) return false;
  std::vector<bool> absorbed(operands.size(), false);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto presence = presenceAsSize(operands[i]);
    const auto found = presence ? sizes.find(presence->field) : sizes.end();
    if (found == sizes.end()) continue;
    Intervals& intervals = std::get<BoundSetSize>(operands[found->second].node).intervals;
    intervals = conjunction ? intersect(intervals, presence->intervals) : unite(intervals, presence->intervals);
    absorbed[i] = true;
  }
  std::vector<Bound> rest;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!absorbed[i]) rest.push_back(std::move(operands[i]));
  }
  const bool changed = rest.size() != operands.size();
  operands = std::move(rest);
  return changed;
}

}  // namespace

bool normalizeTotalNumbers(Bound& node, const Schema&) {
  if (std::vector<Bound>* operands = connectedOperands(node)) return absorbPresence(*operands, isAnd(node));
  return complementLeaf(node);
}

}  // namespace roster
