#include "tests/support/random_bound.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/base/hash.h"
#include "core/query/intervals.h"
#include "tests/support/sample_fields.h"

namespace roster {

namespace {

class BoundMaker {
 public:
  BoundMaker(const Snapshot& snapshot, RandomSource& random) : snapshot_(snapshot), random_(random) {}

  Bound make(int depth) {
    if (depth == 0 || random_.chance(15)) return leaf();
    switch (random_.below(5)) {
      case 0:
      case 1: return {BoundAnd{operands(depth, 4)}};
      case 2: return {BoundOr{operands(depth, 4)}};
      case 3: return {BoundNot{{make(depth - 1)}}};
      default: return countOf(depth);
    }
  }

 private:
  std::vector<Bound> operands(int depth, std::uint64_t most) {
    std::vector<Bound> made;
    for (std::uint64_t i = random_.chance(3) ? 0 : 1 + random_.below(most); i != 0; --i)
      made.push_back(make(depth - 1));
    return made;
  }

  Bound countOf(int depth) {
    BoundCountOf node;
    node.operands = operands(depth, 6);
    node.minimum = static_cast<std::uint32_t>(random_.below(node.operands.size() + 2));
    node.maximum = static_cast<std::uint32_t>(node.minimum + random_.below(node.operands.size() + 1));
    if (random_.chance(20)) node.minimum = 0;
    if (random_.chance(5)) std::swap(node.minimum, node.maximum);
    if (random_.chance(10)) node.maximum = 0xFFFFFFFF;
    return {node};
  }

  // A field that the test accepts, if there is one.
  template <class Accepts>
  const Field* fieldWhere(const Accepts& accepts) {
    std::vector<const Field*> fitting;
    for (const Field& field : snapshot_.schema->fields()) {
      if (accepts(field.type)) fitting.push_back(&field);
    }
    return fitting.empty() ? nullptr : random_.pick(fitting);
  }
  const Field* fieldOf(FieldKind kind) {
    return fieldWhere([&](const FieldType& type) { return type.kind == kind; });
  }

  Bound leaf() {
    switch (random_.below(8)) {
      case 0: return contactLeaf();
      case 1: return fieldCompare();
      default: return fieldLeaf(random_.pick(snapshot_.schema->fields()));
    }
  }

  Bound contactLeaf() {
    switch (random_.below(5)) {
      case 0: return {BoundConstant{random_.chance(50)}};
      case 1: return {BoundKeyIn{strings([&] { return randomKey(); })}};
      case 2:
        return {BoundKeyLike{
            {random_.pick(std::vector<std::string>{"%7", "k1%", "K_", "k%9%", "", "%"}), random_.chance(30)}}};
      case 3: return {BoundBucket{random_.chance(50) ? "a" : "b", bucketIntervals()}};
      default: return {BoundList{static_cast<ListId>(random_.below(6))}};
    }
  }

  std::string randomKey() { return fmt::format("k{}", random_.below(snapshot_.nextContact() + 10)); }

  Intervals bucketIntervals() {
    const auto low = static_cast<std::int64_t>(random_.below(kBucketCount));
    return normalized({{low, low + static_cast<std::int64_t>(random_.below(5000))}, {-5, 300}});
  }

  Bound fieldCompare() {
    const bool times = random_.chance(50);
    const auto fits = [&](const FieldType& type) {
      const bool isTime = type.kind == FieldKind::date || type.kind == FieldKind::timestamp;
      return isNumeric(type.kind) && isTime == times;
    };
    const Field* left = fieldWhere(fits);
    const Field* right = fieldWhere(fits);
    if (left == nullptr || right == nullptr) return contactLeaf();
    return {BoundFieldCompare{left->id, static_cast<CompareOp>(random_.below(6)), right->id}};
  }

  Bound fieldLeaf(const Field& field) {
    if (random_.chance(12)) return {BoundPresent{field.id}};
    const FieldType& type = field.type;
    switch (type.kind) {
      case FieldKind::boolean: return {BoundValueIn{field.id, flags()}};
      case FieldKind::category: return stringLeaf(field.id);
      case FieldKind::set:
        if (random_.chance(30)) return {BoundSetSize{field.id, intervals(FieldKind::set)}};
        return type.element == FieldKind::category ? stringLeaf(field.id)
                                                   : Bound{BoundNumberIn{field.id, intervals(type.element)}};
      case FieldKind::text:
        if (random_.chance(50)) return {BoundTextLike{field.id, like()}};
        return {BoundTextIn{field.id, strings([&] { return randomWord(random_); })}};
      case FieldKind::date:
        if (random_.chance(30)) return {dayOfYear(field.id)};
        [[fallthrough]];
      default: return {BoundNumberIn{field.id, intervals(type.kind)}};
    }
  }

  Bound stringLeaf(FieldId field) {
    if (random_.chance(40)) return {BoundValueLike{field, like()}};
    return {BoundValueIn{field, strings([&] { return randomWord(random_); })}};
  }

  LikeSpec like() {
    static const std::vector<std::string> patterns = {"%",    "krak%", "%d_", "Łód_", "a\\%b%", "rare-1%",
                                                      "%-_7", "м%",    "x",   "",     "_"};
    return {random_.pick(patterns), random_.chance(40)};
  }

  BoundDayOfYearIn dayOfYear(FieldId field) {
    BoundDayOfYearIn node{field, {}};
    const std::size_t first = random_.below(node.days.size());
    for (std::size_t i = 0; i < 1 + random_.below(60); ++i) node.days.set((first + i) % node.days.size());
    return node;
  }

  // Ascending, distinct, sometimes none.
  template <class Make>
  std::vector<std::string> strings(const Make& make) {
    std::set<std::string> made;
    for (std::uint64_t i = random_.chance(5) ? 0 : 1 + random_.below(random_.chance(10) ? 60 : 4); i != 0; --i) {
      made.insert(random_.chance(5) ? "never given" : make());
    }
    return {made.begin(), made.end()};
  }

  // A bool has these values and no others.
  std::vector<std::string> flags() {
    std::vector<std::string> made;
    if (random_.chance(60)) made.emplace_back("false");
    if (random_.chance(60)) made.emplace_back("true");
    return made;
  }

  Intervals intervals(FieldKind kind) {
    const auto number = [&] { return kind == FieldKind::set ? random_.between(-1, 5) : randomNumber(kind, random_); };
    if (random_.chance(5)) return everyNumber();
    Intervals made;
    for (std::uint64_t i = random_.chance(3) ? 0 : 1 + random_.below(random_.chance(10) ? 30 : 3); i != 0; --i) {
      const std::int64_t a = number();
      const std::int64_t b = random_.chance(40) ? a : number();
      Interval interval{std::min(a, b), std::max(a, b)};
      if (random_.chance(15)) interval.low = Interval().low;
      if (random_.chance(15)) interval.high = Interval().high;
      made.push_back(interval);
    }
    return normalized(std::move(made));
  }

  const Snapshot& snapshot_;
  RandomSource& random_;
};

}  // namespace

Bound randomBound(const Snapshot& snapshot, RandomSource& random, int depth) {
  return BoundMaker(snapshot, random).make(depth);
}

}  // namespace roster
