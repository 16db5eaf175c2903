#include "core/eval/naive_evaluator.h"

#include <algorithm>

#include "core/base/hash.h"
#include "core/base/like_pattern.h"
#include "core/data/set_element.h"
#include "core/eval/naive_events.h"
#include "core/eval/value_compare.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

class Matcher {
 public:
  Matcher(const ContactRecord& contact, const Schema& schema, const TimeZone& zone, const EventFacts& facts)
      : contact_(contact), schema_(schema), zone_(zone), facts_(facts) {}

  bool matches(const Bound& bound) const {
    return std::visit([&](const auto& node) { return holds(node); }, bound.node);
  }

 private:
  const FieldValue* valueOf(FieldId field) const {
    const auto found = contact_.values.find(field);
    return found == contact_.values.end() ? nullptr : &found->second;
  }
  template <class T>
  const T* valueOf(FieldId field) const {
    const FieldValue* value = valueOf(field);
    return value == nullptr ? nullptr : std::get_if<T>(value);
  }

  bool holds(const BoundConstant& node) const { return node.value; }
  bool holds(const BoundAnd& node) const {
    return std::all_of(node.operands.begin(), node.operands.end(), [&](const Bound& b) { return matches(b); });
  }
  bool holds(const BoundOr& node) const {
    return std::any_of(node.operands.begin(), node.operands.end(), [&](const Bound& b) { return matches(b); });
  }
  bool holds(const BoundNot& node) const { return !matches(node.operand.front()); }
  bool holds(const BoundCountOf& node) const {
    const auto count =
        std::count_if(node.operands.begin(), node.operands.end(), [&](const Bound& b) { return matches(b); });
    return count >= node.minimum && count <= node.maximum;
  }
  bool holds(const BoundPresent& node) const { return valueOf(node.field) != nullptr; }

  // Whether a category's value, or any element of a set, satisfies a test of strings.
  template <class Test>
  bool anyString(FieldId field, const Test& test) const {
    if (const auto* single = valueOf<std::string>(field)) return test(*single);
    const auto* set = valueOf<std::vector<std::string>>(field);
    return set != nullptr && std::any_of(set->begin(), set->end(), test);
  }

  bool holds(const BoundValueIn& node) const {
    const auto listed = [&](const std::string& value) {
      return std::find(node.values.begin(), node.values.end(), value) != node.values.end();
    };
    if (const bool* value = valueOf<bool>(node.field)) return listed(*value ? "true" : "false");
    return anyString(node.field, listed);
  }
  bool holds(const BoundValueLike& node) const {
    const LikePattern pattern(node.like.pattern, node.like.foldCase);
    return anyString(node.field, [&](const std::string& value) { return pattern.matches(value); });
  }
  bool holds(const BoundNumberIn& node) const {
    if (const auto* number = valueOf<std::int64_t>(node.field)) return containsNumber(node.intervals, *number);
    return anyString(node.field, [&](const std::string& value) {
      const auto element = readElement(value);
      return element && containsNumber(node.intervals, *element);
    });
  }
  bool holds(const BoundDayOfYearIn& node) const {
    if (const auto* number = valueOf<std::int64_t>(node.field)) {
      const bool isInstant = schema_.find(node.field)->type.kind == FieldKind::timestamp;
      return isOnDayOfYear(node.days, isInstant ? zone_.dayOf(*number) : *number);
    }
    return anyString(node.field, [&](const std::string& value) {
      const auto day = readElement(value);
      return day && isOnDayOfYear(node.days, *day);
    });
  }
  bool holds(const BoundFieldCompare& node) const {
    const auto* left = valueOf<std::int64_t>(node.left);
    const auto* right = valueOf<std::int64_t>(node.right);
    if (left == nullptr || right == nullptr) return false;
    return compareValues(*left, schema_.find(node.left)->type, node.op, *right, schema_.find(node.right)->type, zone_);
  }
  bool holds(const BoundSetSize& node) const {
    const auto* set = valueOf<std::vector<std::string>>(node.field);
    return containsNumber(node.intervals, set == nullptr ? 0 : static_cast<std::int64_t>(set->size()));
  }
  bool holds(const BoundTextIn& node) const {
    return anyString(node.field, [&](const std::string& value) {
      return std::find(node.values.begin(), node.values.end(), value) != node.values.end();
    });
  }
  bool holds(const BoundTextLike& node) const {
    const LikePattern pattern(node.like.pattern, node.like.foldCase);
    return anyString(node.field, [&](const std::string& value) { return pattern.matches(value); });
  }
  bool holds(const BoundKeyIn& node) const {
    return std::find(node.keys.begin(), node.keys.end(), contact_.key) != node.keys.end();
  }
  bool holds(const BoundKeyLike& node) const {
    return LikePattern(node.like.pattern, node.like.foldCase).matches(contact_.key);
  }
  bool holds(const BoundBucket& node) const {
    return containsNumber(node.intervals, bucketOf(node.name, contact_.key));
  }
  bool holds(const BoundList& node) const {
    return std::find(contact_.lists.begin(), contact_.lists.end(), node.list) != contact_.lists.end();
  }

  bool holds(const BoundDid& node) const { return NaiveEvents(contact_.events, facts_, zone_).holds(node); }
  bool holds(const BoundEventNumber& node) const { return NaiveEvents(contact_.events, facts_, zone_).holds(node); }
  bool holds(const BoundEventEnd& node) const { return NaiveEvents(contact_.events, facts_, zone_).holds(node); }

  const ContactRecord& contact_;
  const Schema& schema_;
  const TimeZone& zone_;
  const EventFacts& facts_;
};

}  // namespace

bool matches(const Bound& predicate, const ContactRecord& contact, const Schema& schema, const TimeZone& zone,
             const EventFacts& facts) {
  return Matcher(contact, schema, zone, facts).matches(predicate);
}

}  // namespace roster
