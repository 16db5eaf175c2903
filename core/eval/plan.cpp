#include "core/eval/plan.h"

#include <algorithm>

#include "core/data/set_element.h"
#include "core/eval/event_plan.h"
#include "core/eval/event_results.h"
#include "core/eval/value_compare.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// bool fields have no dictionary: false is code 1, true is code 2.
constexpr Code kFalseCode = 1;
constexpr Code kTrueCode = 2;

class Planner {
 public:
  explicit Planner(const Snapshot& snapshot) : snapshot_(snapshot) {}

  Result<PlanNode> plan(const Bound& bound) {
    return std::visit([&](const auto& node) { return make(node); }, bound.node);
  }

 private:
  Result<std::vector<PlanNode>> planAll(const std::vector<Bound>& operands) {
    std::vector<PlanNode> planned;
    for (const Bound& operand : operands) {
      auto node = plan(operand);
      if (!node) return propagate(node);
      planned.push_back(*std::move(node));
    }
    return planned;
  }

  Result<const Field*> fieldOf(FieldId id) const {
    const Field* field = snapshot_.schema->find(id);
    if (field == nullptr) return fail(ErrorCode::internal, "a predicate names a field that its snapshot does not have");
    return field;
  }

  Result<LoadedDictionary> dictionaryOf(FieldId id) const {
    const auto found = snapshot_.dictionaries.find(id);
    if (found == snapshot_.dictionaries.end()) return LoadedDictionary({});
    return found->second->load();
  }

  Result<PlanNode> make(const BoundConstant& node) { return PlanNode{PlanConstant{node.value}}; }

  Result<PlanNode> combine(PlanCombination combination, const std::vector<Bound>& operands) {
    auto planned = planAll(operands);
    if (!planned) return propagate(planned);
    return PlanNode{PlanCombine{combination, *std::move(planned)}};
  }
  Result<PlanNode> make(const BoundAnd& node) { return combine(PlanCombination::all, node.operands); }
  Result<PlanNode> make(const BoundOr& node) { return combine(PlanCombination::any, node.operands); }

  Result<PlanNode> make(const BoundNot& node) {
    auto planned = planAll(node.operand);
    if (!planned) return propagate(planned);
    return PlanNode{PlanNot{*std::move(planned)}};
  }

  Result<PlanNode> make(const BoundCountOf& node) {
    auto planned = planAll(node.operands);
    if (!planned) return propagate(planned);
    return PlanNode{PlanCountOf{node.minimum, node.maximum, *std::move(planned)}};
  }

  Result<PlanNode> make(const BoundPresent& node) { return PlanNode{PlanPresent{node.field}}; }

  Result<PlanNode> make(const BoundValueIn& node) {
    auto field = fieldOf(node.field);
    if (!field) return propagate(field);
    PlanCodes codes{node.field, {}, (*field)->type.kind != FieldKind::set};
    if ((*field)->type.kind == FieldKind::boolean) {
      for (const std::string& value : node.values) {
        if (value == "true") codes.codes.push_back(kTrueCode);
        if (value == "false") codes.codes.push_back(kFalseCode);
      }
    } else {
      auto dictionary = dictionaryOf(node.field);
      if (!dictionary) return propagate(dictionary);
      for (const std::string& value : node.values) {
        if (const Code code = dictionary->find(value); code != kNoCode) codes.codes.push_back(code);
      }
    }
    std::sort(codes.codes.begin(), codes.codes.end());
    return PlanNode{std::move(codes)};
  }

  // The codes of all values of a field's dictionary that a test accepts.
  template <class Accepts>
  Result<PlanNode> codesWhere(FieldId id, bool disjoint, const Accepts& accepts) {
    auto dictionary = dictionaryOf(id);
    if (!dictionary) return propagate(dictionary);
    PlanCodes codes{id, {}, disjoint};
    dictionary->forEach([&](Code code, std::string_view text) {
      if (!text.empty() && accepts(text)) codes.codes.push_back(code);
    });
    return PlanNode{std::move(codes)};
  }

  Result<PlanNode> make(const BoundValueLike& node) {
    auto field = fieldOf(node.field);
    if (!field) return propagate(field);
    const LikePattern pattern(node.like.pattern, node.like.foldCase);
    return codesWhere(node.field, (*field)->type.kind != FieldKind::set,
                      [&](std::string_view text) { return pattern.matches(text); });
  }

  Result<PlanNode> make(const BoundNumberIn& node) {
    auto field = fieldOf(node.field);
    if (!field) return propagate(field);
    if ((*field)->type.kind != FieldKind::set) return PlanNode{PlanNumbers{node.field, node.intervals}};
    return codesWhere(node.field, false, [&](std::string_view text) {
      const auto element = readElement(text);
      return element && containsNumber(node.intervals, *element);
    });
  }

  Result<PlanNode> make(const BoundDayOfYearIn& node) {
    auto field = fieldOf(node.field);
    if (!field) return propagate(field);
    if ((*field)->type.kind == FieldKind::set) {
      return codesWhere(node.field, false, [&](std::string_view text) {
        const auto element = readElement(text);
        return element && isOnDayOfYear(node.days, *element);
      });
    }
    const bool isInstant = (*field)->type.kind == FieldKind::timestamp;
    return PlanNode{PlanScan{PlanDayOfYear{node.field, std::make_shared<const AnniversaryDays>(node.days),
                                           isInstant ? snapshot_.zone : nullptr}}};
  }

  Result<PlanNode> make(const BoundFieldCompare& node) {
    auto left = fieldOf(node.left);
    if (!left) return propagate(left);
    auto right = fieldOf(node.right);
    if (!right) return propagate(right);
    return PlanNode{
        PlanScan{PlanFieldCompare{node.left, (*left)->type, node.op, node.right, (*right)->type, snapshot_.zone}}};
  }

  Result<PlanNode> make(const BoundSetSize& node) {
    return PlanNode{PlanScan{PlanSetSize{node.field, node.intervals}}};
  }

  Result<PlanNode> make(const BoundTextIn& node) {
    auto field = fieldOf(node.field);
    if (!field) return propagate(field);
    return PlanNode{PlanScan{PlanTextIn{node.field, node.values, (*field)->type.indexed}}};
  }

  Result<PlanNode> make(const BoundTextLike& node) {
    auto pattern = std::make_shared<const LikePattern>(node.like.pattern, node.like.foldCase);
    return PlanNode{PlanScan{PlanTextLike{node.field, std::move(pattern)}}};
  }

  Result<PlanNode> make(const BoundKeyIn& node) {
    PlanContacts contacts;
    for (const std::string& key : node.keys) {
      auto contact = findContact(snapshot_, key);
      if (!contact) return propagate(contact);
      if (*contact != kNoContact) contacts.contacts.push_back(*contact);
    }
    std::sort(contacts.contacts.begin(), contacts.contacts.end());
    return PlanNode{std::move(contacts)};
  }

  Result<PlanNode> make(const BoundKeyLike& node) {
    return PlanNode{PlanScan{PlanKeyLike{std::make_shared<const LikePattern>(node.like.pattern, node.like.foldCase)}}};
  }

  Result<PlanNode> make(const BoundBucket& node) { return PlanNode{PlanScan{PlanBucket{node.name, node.intervals}}}; }

  Result<PlanNode> make(const BoundList& node) { return PlanNode{PlanList{node.list}}; }

  Result<PlanNode> make(const BoundDid& node) { return makeEvents(node); }
  Result<PlanNode> make(const BoundEventNumber& node) { return makeEvents(node); }
  Result<PlanNode> make(const BoundEventEnd& node) { return makeEvents(node); }

  template <class Node>
  Result<PlanNode> makeEvents(const Node& node) {
    auto leaf = planEvents(node, snapshot_);
    if (!leaf) return propagate(leaf);
    auto shared = std::make_shared<const EventLeaf>(*std::move(leaf));
    if (snapshot_.eventResults == nullptr) return PlanNode{PlanScan{PlanEvents{std::move(shared), nullptr}}};
    return PlanNode{PlanScan{snapshot_.eventResults->of(std::move(shared))}};
  }

  const Snapshot& snapshot_;
};

}  // namespace

Result<PlanNode> plan(const Bound& predicate, const Snapshot& snapshot) { return Planner(snapshot).plan(predicate); }

}  // namespace roster
