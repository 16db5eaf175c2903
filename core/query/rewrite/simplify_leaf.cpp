#include <limits>
#include <optional>

#include "core/base/like_pattern.h"
#include "core/query/intervals.h"
#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rules.h"

namespace roster {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kDaysOfYear = 366;

Bound constant(bool value) { return {BoundConstant{value}}; }
Bound present(FieldId field) { return {BoundPresent{field}}; }

using Simpler = std::optional<Bound>;

template <class Leaf>
Simpler simpler(const Leaf&, const Schema&) {
  return std::nullopt;
}

Simpler simpler(const BoundValueIn& leaf, const Schema& schema) {
  if (leaf.values.empty()) return constant(false);
  const Field* field = schema.find(leaf.field);
  if (field != nullptr && field->type.kind == FieldKind::boolean && leaf.values.size() == 2) return present(leaf.field);
  return std::nullopt;
}

Simpler simpler(const BoundTextIn& leaf, const Schema&) {
  return leaf.values.empty() ? Simpler(constant(false)) : std::nullopt;
}

Simpler simpler(const BoundKeyIn& leaf, const Schema&) {
  return leaf.keys.empty() ? Simpler(constant(false)) : std::nullopt;
}

Simpler simpler(const BoundNumberIn& leaf, const Schema&) {
  if (leaf.intervals.empty()) return constant(false);
  if (leaf.intervals == everyNumber()) return present(leaf.field);
  return std::nullopt;
}

Simpler simpler(const BoundDayOfYearIn& leaf, const Schema&) {
  if (leaf.days.none()) return constant(false);
  // Only days that there are get marked, so that many are all of them.
  if (leaf.days.count() == kDaysOfYear) return present(leaf.field);
  return std::nullopt;
}

Simpler simpler(const BoundSetSize& leaf, const Schema&) {
  if (leaf.intervals.empty()) return constant(false);
  if (leaf.intervals == Intervals{{0, kMost}}) return constant(true);
  if (leaf.intervals == Intervals{{1, kMost}}) return present(leaf.field);
  if (leaf.intervals == Intervals{{0, 0}}) return complement(present(leaf.field));
  return std::nullopt;
}

Simpler simpler(const BoundBucket& leaf, const Schema&) {
  if (leaf.intervals.empty()) return constant(false);
  if (leaf.intervals == Intervals{{0, kBuckets - 1}}) return constant(true);
  return std::nullopt;
}

Simpler simpler(const BoundFieldCompare& leaf, const Schema&) {
  if (leaf.left != leaf.right) return std::nullopt;
  const bool holds =
      leaf.op == CompareOp::equal || leaf.op == CompareOp::lessEqual || leaf.op == CompareOp::greaterEqual;
  return holds ? present(leaf.left) : constant(false);
}

Simpler simpler(const BoundValueLike& leaf, const Schema&) {
  const LikePattern pattern(leaf.like.pattern, leaf.like.foldCase);
  if (pattern.matchesEverything()) return present(leaf.field);
  if (pattern.isLiteral() && !leaf.like.foldCase) return Bound{BoundValueIn{leaf.field, {pattern.literalPrefix()}}};
  return std::nullopt;
}

Simpler simpler(const BoundTextLike& leaf, const Schema&) {
  const LikePattern pattern(leaf.like.pattern, leaf.like.foldCase);
  if (pattern.matchesEverything()) return present(leaf.field);
  if (pattern.isLiteral() && !leaf.like.foldCase) return Bound{BoundTextIn{leaf.field, {pattern.literalPrefix()}}};
  return std::nullopt;
}

Simpler simpler(const BoundKeyLike& leaf, const Schema&) {
  const LikePattern pattern(leaf.like.pattern, leaf.like.foldCase);
  if (pattern.matchesEverything()) return constant(true);
  if (pattern.isLiteral() && !leaf.like.foldCase) return Bound{BoundKeyIn{{pattern.literalPrefix()}}};
  return std::nullopt;
}

// A set that holds no event, whoever it is asked of.
bool isEmpty(const BoundEventSet& events) {
  if (events.times.empty()) return true;
  const auto* filter = events.filter.empty() ? nullptr : std::get_if<BoundConstant>(&events.filter.front().node);
  return filter != nullptr && !filter->value;
}

Simpler simpler(const BoundDid& leaf, const Schema&) {
  return isEmpty(leaf.events) ? Simpler(constant(false)) : std::nullopt;
}

Simpler simpler(const BoundEventEnd& leaf, const Schema&) {
  return isEmpty(leaf.events) ? Simpler(constant(false)) : std::nullopt;
}

Simpler simpler(const BoundEventNumber& leaf, const Schema&) {
  if (leaf.numbers.empty() && leaf.amounts.empty()) return constant(false);
  const bool isTotal =
      leaf.aggregate == Aggregate::count || leaf.aggregate == Aggregate::days || leaf.aggregate == Aggregate::distinct;
  if (isTotal && leaf.numbers == Intervals{{0, kMost}}) return constant(true);
  const bool isDid = leaf.aggregate == Aggregate::count || leaf.aggregate == Aggregate::days;
  if (isDid && leaf.numbers == Intervals{{1, kMost}}) return Bound{BoundDid{leaf.events, {}, 0}};
  if (isDid && leaf.numbers == Intervals{{0, 0}}) return complement({BoundDid{leaf.events, {}, 0}});
  return std::nullopt;
}

}  // namespace

bool simplifyLeaf(Bound& node, const Schema& schema) {
  Simpler result = std::visit([&](const auto& leaf) { return simpler(leaf, schema); }, node.node);
  if (!result) return false;
  node = std::move(*result);
  return true;
}

}  // namespace roster
