// Which predicates were seen already.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/query/bound_text.h"

namespace roster {

// Refers to the predicates it is given. Of a few each is compared with each, which takes no memory; many are known by
// their texts, since a disjunction may have thousands of operands.
class PredicateSet {
 public:
  // `most` is how many will be inserted at the most.
  PredicateSet(std::size_t most, const Schema& schema) : few_(most <= kFew), schema_(schema) {}

  // Whether it was not there.
  bool insert(const Bound& predicate) {
    if (!few_) return texts_.insert(boundText(predicate, schema_)).second;
    if (contains(predicate)) return false;
    predicates_.push_back(&predicate);
    return true;
  }

  bool contains(const Bound& predicate) const {
    if (!few_) return texts_.count(boundText(predicate, schema_)) != 0;
    return std::any_of(predicates_.begin(), predicates_.end(), [&](const Bound* seen) { return *seen == predicate; });
  }

  bool empty() const { return predicates_.empty() && texts_.empty(); }

 private:
  static constexpr std::size_t kFew = 16;

  const bool few_;
  const Schema& schema_;
  std::vector<const Bound*> predicates_;
  std::unordered_set<std::string> texts_;
};

}  // namespace roster
