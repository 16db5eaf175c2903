#include <string>

#include "core/query/intervals.h"
#include "core/query/rewrite/merge.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

struct IntervalSets {
  using Set = Intervals;

  static Set unite(const std::vector<Set>& sets) {
    Set all;
    for (const Set& set : sets) all.insert(all.end(), set.begin(), set.end());
    return normalized(std::move(all));
  }
  static Set intersect(const Set& a, const Set& b) { return roster::intersect(a, b); }
  static Set subtract(const Set& a, const Set& b) { return roster::subtract(a, b); }
};

struct Numbers : IntervalSets {
  using Leaf = BoundNumberIn;
  using Key = FieldId;
  static Key keyOf(const Leaf& leaf) { return leaf.field; }
  static const Set& setOf(const Leaf& leaf) { return leaf.intervals; }
  static Leaf withSet(const Leaf& leaf, Set set) { return {leaf.field, std::move(set)}; }
  static bool isSingle(const Leaf& leaf, const Schema& schema) { return isSingleValued(schema, leaf.field); }
};

// A set has one size, zero if it has no elements.
struct Sizes : IntervalSets {
  using Leaf = BoundSetSize;
  using Key = FieldId;
  static Key keyOf(const Leaf& leaf) { return leaf.field; }
  static const Set& setOf(const Leaf& leaf) { return leaf.intervals; }
  static Leaf withSet(const Leaf& leaf, Set set) { return {leaf.field, std::move(set)}; }
  static bool isSingle(const Leaf&, const Schema&) { return true; }
};

// A contact is in one bucket of each name.
struct Buckets : IntervalSets {
  using Leaf = BoundBucket;
  using Key = std::string;
  static Key keyOf(const Leaf& leaf) { return leaf.name; }
  static const Set& setOf(const Leaf& leaf) { return leaf.intervals; }
  static Leaf withSet(const Leaf& leaf, Set set) { return {leaf.name, std::move(set)}; }
  static bool isSingle(const Leaf&, const Schema&) { return true; }
};

struct DaysOfYear {
  using Leaf = BoundDayOfYearIn;
  using Set = std::bitset<12 * 31>;
  using Key = FieldId;
  static Key keyOf(const Leaf& leaf) { return leaf.field; }
  static const Set& setOf(const Leaf& leaf) { return leaf.days; }
  static Leaf withSet(const Leaf& leaf, Set set) { return {leaf.field, set}; }
  static bool isSingle(const Leaf& leaf, const Schema& schema) { return isSingleValued(schema, leaf.field); }
  static Set unite(const std::vector<Set>& sets) {
    Set all;
    for (const Set& set : sets) all |= set;
    return all;
  }
  static Set intersect(const Set& a, const Set& b) { return a & b; }
  static Set subtract(const Set& a, const Set& b) { return a & ~b; }
};

}  // namespace

bool mergeIntervals(Bound& node, const Schema& schema) {
  const bool numbers = mergeLeaves<Numbers>(node, schema);
  const bool sizes = mergeLeaves<Sizes>(node, schema);
  const bool buckets = mergeLeaves<Buckets>(node, schema);
  const bool days = mergeLeaves<DaysOfYear>(node, schema);
  return numbers || sizes || buckets || days;
}

}  // namespace roster
