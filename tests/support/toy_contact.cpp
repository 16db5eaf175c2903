#include "tests/support/toy_contact.h"

#include <algorithm>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"
#include "core/base/like_pattern.h"

namespace roster::testing {

namespace {

template <class T>
std::set<T> valuesOf(const std::map<FieldId, std::set<T>>& all, FieldId field) {
  const auto found = all.find(field);
  return found == all.end() ? std::set<T>{} : found->second;
}

bool inIntervals(const Intervals& intervals, std::int64_t value) {
  return std::any_of(intervals.begin(), intervals.end(), [&](const Interval& i) { return i.contains(value); });
}

template <class T>
bool compares(const T& a, CompareOp op, const T& b) {
  switch (op) {
    case CompareOp::equal: return a == b;
    case CompareOp::notEqual: return a != b;
    case CompareOp::less: return a < b;
    case CompareOp::lessEqual: return a <= b;
    case CompareOp::greater: return a > b;
    case CompareOp::greaterEqual: return a >= b;
  }
  return false;
}

class Interpreter {
 public:
  Interpreter(const ToyContact& contact, const Schema& schema) : contact_(contact), schema_(schema) {}

  bool holds(const Bound& bound) const {
    return std::visit([this](const auto& node) { return test(node); }, bound.node);
  }

 private:
  bool test(const BoundConstant& n) const { return n.value; }
  bool test(const BoundAnd& n) const { return count(n.operands) == n.operands.size(); }
  bool test(const BoundOr& n) const { return count(n.operands) > 0; }
  bool test(const BoundNot& n) const { return !holds(n.operand.front()); }
  bool test(const BoundCountOf& n) const {
    const std::size_t holding = count(n.operands);
    return n.minimum <= holding && holding <= n.maximum;
  }
  bool test(const BoundPresent& n) const {
    return !valuesOf(contact_.strings, n.field).empty() || !valuesOf(contact_.numbers, n.field).empty();
  }
  bool test(const BoundValueIn& n) const {
    return anyString(n.field, [&](const std::string& s) { return contains(n.values, s); });
  }
  bool test(const BoundTextIn& n) const {
    return anyString(n.field, [&](const std::string& s) { return contains(n.values, s); });
  }
  bool test(const BoundValueLike& n) const { return anyLike(n.field, n.like); }
  bool test(const BoundTextLike& n) const { return anyLike(n.field, n.like); }
  bool test(const BoundNumberIn& n) const {
    return anyNumber(n.field, [&](std::int64_t v) { return inIntervals(n.intervals, v); });
  }
  bool test(const BoundDayOfYearIn& n) const {
    const bool instants = schema_.find(n.field)->type.kind == FieldKind::timestamp;
    return anyNumber(n.field, [&](std::int64_t v) {
      const CivilDate date = civilFromDay(instants ? dayOfLocal(v) : v);
      return n.days.test(static_cast<std::size_t>((date.month - 1) * 31 + date.day - 1));
    });
  }
  bool test(const BoundFieldCompare& n) const {
    return anyNumber(n.left, [&](std::int64_t a) {
      return anyNumber(n.right, [&](std::int64_t b) { return compares(common(n.left, a), n.op, common(n.right, b)); });
    });
  }
  bool test(const BoundSetSize& n) const {
    const std::size_t size = valuesOf(contact_.strings, n.field).size() + valuesOf(contact_.numbers, n.field).size();
    return inIntervals(n.intervals, static_cast<std::int64_t>(size));
  }
  bool test(const BoundKeyIn& n) const { return contains(n.keys, contact_.key); }
  bool test(const BoundKeyLike& n) const { return LikePattern(n.like.pattern, n.like.foldCase).matches(contact_.key); }
  bool test(const BoundBucket& n) const { return inIntervals(n.intervals, contact_.buckets.at(n.name)); }
  bool test(const BoundList&) const { return false; }
  bool test(const BoundDid&) const { return false; }
  bool test(const BoundEventNumber&) const { return false; }
  bool test(const BoundEventEnd&) const { return false; }

  // Decimals in hundredths beside integers; days beside instants only ever meet themselves here.
  std::int64_t common(FieldId field, std::int64_t value) const {
    const FieldType& type = schema_.find(field)->type;
    if (type.kind == FieldKind::integer) return value * 100;
    if (type.kind == FieldKind::date) return value * kMillisecondsPerDay;
    return value;
  }

  std::size_t count(const std::vector<Bound>& operands) const {
    return static_cast<std::size_t>(
        std::count_if(operands.begin(), operands.end(), [this](const Bound& operand) { return holds(operand); }));
  }
  static bool contains(const std::vector<std::string>& values, const std::string& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  }
  template <class Test>
  bool anyString(FieldId field, const Test& accepts) const {
    const auto values = valuesOf(contact_.strings, field);
    return std::any_of(values.begin(), values.end(), accepts);
  }
  template <class Test>
  bool anyNumber(FieldId field, const Test& accepts) const {
    const auto values = valuesOf(contact_.numbers, field);
    return std::any_of(values.begin(), values.end(), accepts);
  }
  bool anyLike(FieldId field, const LikeSpec& like) const {
    const LikePattern pattern(like.pattern, like.foldCase);
    return anyString(field, [&](const std::string& s) { return pattern.matches(s); });
  }

  const ToyContact& contact_;
  const Schema& schema_;
};

ToyContact makeContact(const AstVocabulary& words) {
  const auto pick = [](std::size_t size) { return *rc::gen::inRange<std::size_t>(0, size); };
  ToyContact contact;
  contact.key = words.keys[pick(words.keys.size())];
  for (const std::string& bucket : words.buckets) {
    contact.buckets[bucket] = static_cast<std::int64_t>(pick(10'000));
  }
  for (const Field& field : words.schema.fields()) {
    const bool set = field.type.kind == FieldKind::set;
    for (std::size_t values = pick(set ? 4 : 3); values > 0; --values) {
      if (field.type.kind == FieldKind::boolean) {
        contact.strings[field.id] = {pick(2) == 0 ? "true" : "false"};
      } else if (const auto strings = words.strings.find(field.name); strings != words.strings.end()) {
        if (!set) contact.strings[field.id].clear();
        contact.strings[field.id].insert(strings->second[pick(strings->second.size())]);
      } else {
        const auto& numbers = words.numbers.find(field.name)->second;
        if (!set) contact.numbers[field.id].clear();
        contact.numbers[field.id].insert(numbers[pick(numbers.size())] + static_cast<std::int64_t>(pick(3)) - 1);
      }
    }
  }
  return contact;
}

}  // namespace

rc::Gen<ToyContact> arbitraryContact(AstVocabulary vocabulary) {
  return rc::gen::noShrink(rc::gen::exec([vocabulary = std::move(vocabulary)] { return makeContact(vocabulary); }));
}

bool holds(const Bound& bound, const ToyContact& contact, const Schema& schema) {
  return Interpreter(contact, schema).holds(bound);
}

}  // namespace roster::testing
