#include <algorithm>
#include <iterator>
#include <string>

#include "core/query/rewrite/merge.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

struct StringSets {
  using Set = std::vector<std::string>;

  static Set unite(const std::vector<Set>& sets) {
    Set all;
    for (const Set& set : sets) all.insert(all.end(), set.begin(), set.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }
  static Set intersect(const Set& a, const Set& b) {
    Set common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
    return common;
  }
  static Set subtract(const Set& a, const Set& b) {
    Set rest;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
    return rest;
  }
};

template <class FieldLeaf>
struct FieldStrings : StringSets {
  using Leaf = FieldLeaf;
  using Key = FieldId;
  static Key keyOf(const Leaf& leaf) { return leaf.field; }
  static const Set& setOf(const Leaf& leaf) { return leaf.values; }
  static Leaf withSet(const Leaf& leaf, Set set) { return {leaf.field, std::move(set)}; }
  static bool isSingle(const Leaf& leaf, const Schema& schema) { return isSingleValued(schema, leaf.field); }
};

struct Keys : StringSets {
  using Leaf = BoundKeyIn;
  using Key = int;
  static Key keyOf(const Leaf&) { return 0; }
  static const Set& setOf(const Leaf& leaf) { return leaf.keys; }
  static Leaf withSet(const Leaf&, Set set) { return {std::move(set)}; }
  static bool isSingle(const Leaf&, const Schema&) { return true; }
};

}  // namespace

bool mergeValues(Bound& node, const Schema& schema) {
  const bool values = mergeLeaves<FieldStrings<BoundValueIn>>(node, schema);
  const bool texts = mergeLeaves<FieldStrings<BoundTextIn>>(node, schema);
  const bool keys = mergeLeaves<Keys>(node, schema);
  return values || texts || keys;
}

}  // namespace roster
