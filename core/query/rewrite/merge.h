// The merging of leaves that describe one subject by a set: strings of a field, intervals of a number.
//
// With P and N the sets of the plain and the complemented leaves on one subject, whatever the subject holds:
//   or(P1, P2) = P1 ∪ P2          and(not N1, not N2) = not(N1 ∪ N2)
// and for a subject that holds one value at most, where two leaves cannot hold through two elements:
//   and(P1, P2) = P1 ∩ P2         or(not N1, not N2) = not(N1 ∩ N2)
//   and(P, not N) = P ∖ N         or(P, not N) = not(N ∖ P)
//
// A traits type gives: Leaf, Set, Key; keyOf(leaf), setOf(leaf), withSet(leaf, set), isSingle(leaf, schema),
// unite(vector of sets), intersect(a, b), subtract(a, b).
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/query/rewrite/operands.h"

namespace roster {

template <class Traits>
class LeafMerger {
 public:
  using Leaf = typename Traits::Leaf;
  using Set = typename Traits::Set;

  LeafMerger(Bound& node, const Schema& schema)
      : conjunction_(isAnd(node)), operands_(*connectedOperands(node)), schema_(schema) {}

  // Whether there are fewer operands now.
  bool merge() {
    if (std::count_if(operands_.begin(), operands_.end(), leafIn<Leaf>) < 2) return false;
    collect();
    const std::size_t before = operands_.size();
    std::vector<std::optional<Bound>> replaced(before);
    std::vector<bool> taken(before, false);
    bool any = false;
    for (const auto& [key, group] : groups_) any |= mergeGroup(group, replaced, taken);
    if (!any) return false;
    std::vector<Bound> merged;
    for (std::size_t i = 0; i < before; ++i) {
      if (replaced[i]) merged.push_back(std::move(*replaced[i]));
      else if (!taken[i]) merged.push_back(std::move(operands_[i]));
    }
    operands_ = std::move(merged);
    return operands_.size() != before;
  }

 private:
  // Indices of operands.
  struct Group {
    std::vector<std::size_t> plain;
    std::vector<std::size_t> complemented;
  };

  void collect() {
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Leaf* leaf = leafIn<Leaf>(operands_[i]);
      if (leaf == nullptr) continue;
      Group& group = groups_[Traits::keyOf(*leaf)];
      (isNot(operands_[i]) ? group.complemented : group.plain).push_back(i);
    }
  }

  // The sets of some operands, united or intersected.
  Set combine(const std::vector<std::size_t>& indices, bool united) const {
    std::vector<Set> sets;
    sets.reserve(indices.size());
    for (const std::size_t i : indices) sets.push_back(Traits::setOf(*leafIn<Leaf>(operands_[i])));
    if (united) return Traits::unite(sets);
    Set common = sets.front();
    for (const Set& set : sets) common = Traits::intersect(common, set);
    return common;
  }

  // Whether there was anything to merge.
  bool mergeGroup(const Group& group, std::vector<std::optional<Bound>>& replaced, std::vector<bool>& taken) const {
    const std::size_t any = group.plain.empty() ? group.complemented.front() : group.plain.front();
    const Leaf& leaf = *leafIn<Leaf>(operands_[any]);
    const bool single = Traits::isSingle(leaf, schema_);
    const bool mergePlain = !group.plain.empty() && (single || !conjunction_);
    const bool mergeComplemented = !group.complemented.empty() && (single || conjunction_);
    const std::size_t mergeable =
        (mergePlain ? group.plain.size() : 0) + (mergeComplemented ? group.complemented.size() : 0);
    if (mergeable < 2) return false;
    std::optional<Set> plain;
    std::optional<Set> complemented;
    if (mergePlain) plain = combine(group.plain, !conjunction_);
    if (mergeComplemented) complemented = combine(group.complemented, conjunction_);
    if (plain && complemented && single) {
      if (conjunction_) plain = Traits::subtract(*plain, *complemented);
      else complemented = Traits::subtract(*complemented, *plain);
      (conjunction_ ? complemented : plain).reset();
    }
    if (mergePlain) take(group.plain, taken);
    if (mergeComplemented) take(group.complemented, taken);
    if (plain) replaced[group.plain.front()] = Bound{Traits::withSet(leaf, std::move(*plain))};
    if (complemented) {
      replaced[group.complemented.front()] = complement({Traits::withSet(leaf, std::move(*complemented))});
    }
    return true;
  }

  static void take(const std::vector<std::size_t>& indices, std::vector<bool>& taken) {
    for (const std::size_t i : indices) taken[i] = true;
  }

  bool conjunction_;
  std::vector<Bound>& operands_;
  const Schema& schema_;
  std::map<typename Traits::Key, Group> groups_;
};

template <class Traits>
bool mergeLeaves(Bound& node, const Schema& schema) {
  return connectedOperands(node) != nullptr && LeafMerger<Traits>(node, schema).merge();
}

}  // namespace roster
